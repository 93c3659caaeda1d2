import Glibc

/// A descriptor kept for the moment when the process has no other left.
package struct ReserveDescriptor: ~Copyable {
    private var descriptor: Int32 = -1

    package init() {
        acquire()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Gives the descriptor free for one use.
    package mutating func release() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Takes it back as far as one can be had.
    package mutating func acquire() {
        if descriptor < 0 { descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
    }
}
