import Glibc

/// Whole files, by their path or descriptor.
package enum File {
    /// The bytes of a file.
    package static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(attempt: "open \(path)", code: errno) }
        defer { close(descriptor) }
        return try read(descriptor, name: path)
    }

    /// What is left to read on a descriptor.
    ///
    /// - Parameter name: for the error.
    package static func read(_ descriptor: Int32, name: String) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var count = 0
            bytes.append(addingCapacity: pieceSize) { span in
                unsafe span.withUnsafeMutableBufferPointer { storage, initialized in
                    guard let base = storage.baseAddress else { return }
                    repeat { count = unsafe Glibc.read(descriptor, base + initialized, pieceSize) } while count < 0 && errno == EINTR
                    initialized += max(count, 0)
                }
            }
            guard count >= 0 else { throw SystemError(attempt: "read \(name)", code: errno) }
            if count == 0 { return bytes }
        }
    }

    /// Writes all of it.
    ///
    /// - Returns: false, with the reason in `errno`, where that fails half-way.
    @discardableResult package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }

    /// Differs when a file has been written again or replaced; nil where there is none.
    package static func version(of path: String) -> Version? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Version(
            inode: status.st_ino, size: status.st_size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// What tells a file from what it was, or from another in its place.
    package struct Version: Equatable, Sendable {
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private static let pieceSize = 64 << 10
}
