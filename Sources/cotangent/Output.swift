import Glibc
import Transport

/// Whole texts to a descriptor: `stdout` and `stderr` are global variables that Swift 6 can't call safe.
enum Output {
    /// A reply, or help, for whoever reads standard output.
    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        guard File.write(bytes, to: STDOUT_FILENO) else { throw .system("standard output can't be written") }
    }

    /// What went wrong. Where that can't be told, the exit code still says that something did.
    static func complain(_ text: String) {
        File.write(Array(text.utf8), to: STDERR_FILENO)
    }
}
