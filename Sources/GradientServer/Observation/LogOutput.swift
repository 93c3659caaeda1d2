import Dispatch
import Threads
import Transport

/// Lines on their way to a descriptor, written by a queue of its own: a terminal or collector that does not read holds nobody up. It costs lines
/// instead, and how many is told.
package final class LogOutput: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var lost = 0
        var isWriting = false
    }

    private let state = Lock(State())
    private let queue = DispatchQueue(label: "cotangent.log")
    private let descriptor: Int32

    /// Bytes that may wait.
    private static let room = 1 << 20

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Takes a line, its end included.
    func append(_ line: [UInt8]) {
        let isFirst = state.withLock { state in
            guard state.waiting.count + line.count <= Self.room else {
                state.lost += 1
                return false
            }
            state.waiting += line
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if isFirst { queue.async { self.write() } }
    }

    /// How many lines were lost since the last call.
    package func takeLost() -> Int {
        state.withLock { state in
            defer { state.lost = 0 }
            return state.lost
        }
    }

    /// Returns when everything appended so far is written; the last thing to do before the process ends.
    package func flush() {
        queue.sync {}
    }

    private func write() {
        while true {
            let next = state.withLock { state in
                defer { state.waiting = [] }
                state.isWriting = !state.waiting.isEmpty
                return state.waiting
            }
            if next.isEmpty { return }
            File.write(next, to: descriptor)
        }
    }
}
