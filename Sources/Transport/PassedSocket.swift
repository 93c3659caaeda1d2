import Glibc

extension Socket {
    /// The listener that whoever started this process has opened for it, by the protocol of sd_listen_fds(3): `LISTEN_PID` names the process that
    /// is meant, and `LISTEN_FDS` says how many descriptors it got, from 3 on. Two of them would need two lists of options, so it must be one.
    ///
    /// The variables are removed, so that nobody takes the descriptor twice. Call it before there are threads that read the environment.
    ///
    /// - Returns: nil where none is meant for this process.
    package static func passed() throws(PassedSocketError) -> Socket? {
        defer {
            unsafe unsetenv("LISTEN_PID")
            unsafe unsetenv("LISTEN_FDS")
        }
        guard variable("LISTEN_PID") == "\(getpid())", let count = variable("LISTEN_FDS") else { return nil }
        guard count == "1" else { throw PassedSocketError(description: #"LISTEN_FDS is "\#(count)", but the service takes 1 socket."#) }
        let isListening = option(SO_ACCEPTCONN) == 1 && [AF_INET, AF_INET6].contains(option(SO_DOMAIN))
        guard isListening else {
            throw PassedSocketError(description: "Descriptor \(firstPassed), which LISTEN_FDS hands over, is no TCP socket that listens.")
        }
        let socket = Socket(descriptor: firstPassed)
        do throws(SystemError) {
            try socket.prepareForAccepting()
        } catch {
            throw PassedSocketError(description: "\(error)")
        }
        return socket
    }

    /// What `listening` sees to when it makes a socket itself.
    private func prepareForAccepting() throws(SystemError) {
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) >= 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) >= 0 else {
            throw SystemError(attempt: "prepare the socket that LISTEN_FDS hands over", code: errno)
        }
        try set(Int32(IPPROTO_TCP), TCP_NODELAY)
    }

    /// An option of the descriptor that is handed over; nil where that is no socket.
    private static func option(_ name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(firstPassed, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// `SD_LISTEN_FDS_START`.
    private static let firstPassed: Int32 = 3
}

/// A socket that was handed over is no use; told in one sentence.
package struct PassedSocketError: Error, CustomStringConvertible {
    package let description: String
}
