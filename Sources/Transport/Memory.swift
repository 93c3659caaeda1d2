import CLinux

/// The memory of the process.
package enum Memory {
    /// Bytes that it holds in RAM; 0 where the system does not tell.
    package static var residentBytes: Int {
        guard let text = try? File.read("/proc/self/statm") else { return 0 }
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(clinux_page_size())
    }

    /// Gives what is free in the heap back to the system. Takes milliseconds, and the next large request pays for new pages.
    package static func giveBack() {
        clinux_give_memory_back()
    }
}
