import Glibc

/// A value that several threads share, each alone while it holds the lock. A pthread mutex, because ThreadSanitizer does not understand
/// `Synchronization.Mutex` on Linux and would report every use of it.
///
/// `@unchecked Sendable`: `value` is touched by nobody but the holder of `mutex`.
@safe package final class Lock<Value>: @unchecked Sendable {
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: sending Value) {
        self.value = value
        unsafe mutex = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Runs `body` with the value while every other caller waits. Keep it short, and never call out from it.
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
