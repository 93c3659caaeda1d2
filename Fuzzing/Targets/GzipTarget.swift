import Gzip

/// What inflates keeps to its limit; what we compress inflates, by zlib, to what it was.
func fuzzGzip(_ input: [UInt8]) throws {
    for coding in ContentCoding.allCases {
        if let inflated = try? coding.inflate(input.span, limit: limit) {
            try demand(inflated.count <= limit, "\(inflated.count) bytes")
        }
        let again = try coding.inflate(Array(coding.compress(input).joined()).span, limit: input.count)
        try demand(again == input, "\(coding) does not give back what it took")
    }
}

private let limit = 1 << 16
