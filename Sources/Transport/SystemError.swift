import Glibc

/// A system call that failed, told as `listen on 127.0.0.1:8080: Address already in use`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// What was attempted, and on what.
    package let attempt: String

    /// The value of `errno`.
    package let code: Int32

    /// Both, in one line.
    package var description: String { "\(attempt): \(reason)" }

    /// What the system says of it.
    package var reason: String { unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)" }
}
