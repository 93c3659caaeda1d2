import CKernels

/// The forms of the reader and the writer of numbers, the slowest first. They read and write the same.
package enum TextForm: Int, CaseIterable, Comparable, Sendable {
    /// One number at a time, in Swift: the reference.
    case scalar
    /// Runs of numbers by words of 64 bits, and by AVX2 or NEON where a word does not do.
    case words
    /// Runs of numbers by AVX-512.
    case vectors

    /// Those that this CPU has the instructions for.
    package static let available: [TextForm] =
        [.scalar] + (ck_can_use_words() != 0 ? [.words] : [])
        + (ck_can_read_numbers() != 0 && ck_can_walk_arrays() != 0 && ck_can_write_numbers() != 0 ? [.vectors] : [])

    /// The fastest of them.
    package static let best = available.last ?? .scalar

    package static func < (a: TextForm, b: TextForm) -> Bool { a.rawValue < b.rawValue }
}
