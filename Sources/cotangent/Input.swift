import Glibc
import Transport

/// Whole files and standard input.
enum Input {
    /// - Parameter file: a path, or `-` for standard input.
    static func bytes(of file: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure.system("\(file) can't be opened") }
        defer { close(descriptor) }
        do throws(SystemError) {
            return try File.read(descriptor, name: file)
        } catch {
            throw CommandFailure(description: "\(file) can't be read: \(error.reason)")
        }
    }
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
