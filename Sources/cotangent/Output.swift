import Glibc

/// Whole texts to a descriptor: `stdout` and `stderr` are global variables that Swift 6 can't call safe.
enum Output {
    /// A reply, or help, for whoever reads standard output.
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        guard send(bytes, to: STDOUT_FILENO) else { throw .system("standard output can't be written") }
    }

    /// What went wrong. Where that can't be told, the exit code still says that something did.
    static func complain(_ text: String) {
        _ = send(Array(text.utf8), to: STDERR_FILENO)
    }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }
}
