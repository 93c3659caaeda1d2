import CLinux

/// Settings of the process's memory.
package enum Memory {
    /// Keeps large blocks in the heap so that a body of tens of megabytes does not cost a page fault per 4 KiB. Call once at start.
    package static func keepLargeBlocks() {
        clinux_keep_large_blocks()
    }
}
