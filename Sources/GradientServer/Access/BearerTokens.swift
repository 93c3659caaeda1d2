/// The tokens that let a client in (RFC 6750).
package struct BearerTokens: Sendable {
    private let tokens: [[UInt8]]

    /// Shorter ones could be found by trying.
    package static let leastLength = 16

    /// Reads a file of tokens, one a line. Empty lines and lines that begin with `#` are left out.
    ///
    /// - Throws: where a line is no token, and where there is none at all: that would let nobody in, and is rarely meant.
    package init(text: [UInt8]) throws(BearerTokenError) {
        var tokens: [[UInt8]] = []
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let token = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if token.isEmpty || token.first == UInt8(ascii: "#") { continue }
            guard token.allSatisfy(isTokenByte) else {
                throw BearerTokenError(line: index + 1, fault: "holds a character that no token has")
            }
            guard token.count >= Self.leastLength else {
                throw BearerTokenError(line: index + 1, fault: "is shorter than \(Self.leastLength) characters")
            }
            tokens.append(Array(token))
        }
        guard !tokens.isEmpty else { throw BearerTokenError(line: nil, fault: "there is no token in it") }
        self.tokens = tokens
    }

    /// Whether the value of an Authorization field shows one of the tokens.
    func accept(_ authorization: String) -> Bool {
        let words = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
        return contains(Array(words[1].utf8.drop { $0 == UInt8(ascii: " ") }))
    }

    /// Looks at every byte against every token, whatever it finds, so that its time tells nothing of how near a guess was.
    private func contains(_ candidate: [UInt8]) -> Bool {
        var matches = 0
        for token in tokens {
            var difference: UInt8 = token.count == candidate.count ? 0 : 1
            for index in candidate.indices { difference |= candidate[index] ^ token[index % token.count] }
            matches += difference == 0 ? 1 : 0
        }
        return matches > 0
    }
}

/// A file that holds no list of tokens. Says where, never what.
package struct BearerTokenError: Error, Equatable, CustomStringConvertible {
    package let line: Int?
    package let fault: String

    package var description: String { line.map { "line \($0) \(fault)" } ?? fault }
}

/// token68 (RFC 9110 §11.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-._~+/=".utf8.contains(byte)
    }
}
