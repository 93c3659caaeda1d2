/// The bounds of a request head. Each is checked as the bytes arrive, so a head can cost no more memory than `maximumBytes`.
package struct HeadLimits: Sendable {
    /// The request line, all field lines and the empty line together. 16 KiB: twice what common servers allow for one line, and
    /// ten times what browsers send. Above it 431 (RFC 6585 section 5).
    package var maximumBytes: Int

    /// The number of field lines. 100, as in other servers; it bounds the work of a lookup. Above it 431.
    package var maximumFields: Int

    /// The request target. 8192: RFC 9110 section 4.1 recommends that at least 8000 octets be supported. Above it 414 (RFC 9112
    /// section 3).
    package var maximumTargetBytes: Int

    /// The defaults suit a service whose input is in the content.
    package init(maximumBytes: Int = 16 * 1024, maximumFields: Int = 100, maximumTargetBytes: Int = 8 * 1024) {
        self.maximumBytes = maximumBytes
        self.maximumFields = maximumFields
        self.maximumTargetBytes = maximumTargetBytes
    }
}
