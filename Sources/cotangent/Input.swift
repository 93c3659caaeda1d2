import Glibc

/// Whole files and standard input.
enum Input {
    /// - Parameter file: a path, or `-` for standard input.
    static func bytes(of file: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure.system("\(file) can't be opened") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            bytes.append(addingCapacity: pieceSize) { span in
                unsafe span.withUnsafeMutableBufferPointer { storage, initialized in
                    guard let base = storage.baseAddress else { return }
                    repeat { count = unsafe read(descriptor, base + initialized, pieceSize) } while count < 0 && errno == EINTR
                    initialized += max(count, 0)
                }
            }
            guard count >= 0 else { throw CommandFailure.system("\(file) can't be read") }
            if count == 0 { return bytes }
        }
    }

    private static let pieceSize = 256 << 10
}

/// A command that could not do its work, told in one sentence; exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    /// What could not be done, with the reason that the system has left in `errno`.
    static func system(_ attempt: String) -> CommandFailure {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return CommandFailure(description: "\(attempt): \(reason)")
    }
}
