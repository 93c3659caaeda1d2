import Glibc

/// A command that could not do its work, told in one sentence; exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    /// What could not be done, with the reason that the system has left in `errno`.
    static func system(_ attempt: String) -> CommandFailure {
        let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        return CommandFailure(description: "\(attempt): \(reason)")
    }
}
