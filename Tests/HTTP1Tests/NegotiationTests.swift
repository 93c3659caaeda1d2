import Testing

@testable import HTTP1

private func fields(_ name: String, _ values: [String]) -> HeaderFields {
    var fields = HeaderFields()
    for value in values { fields.append(name, value) }
    return fields
}

@Suite struct `The coding of a reply` {
    @Test(
        arguments: [
            // No field, or an empty one (RFC 9110 section 12.5.3).
            ([], .identity), ([""], .identity), ([" , ,"], .identity),
            (["gzip"], .gzip), (["GZIP"], .gzip), (["x-gzip"], .gzip), (["deflate"], .deflate), (["br"], .identity),
            (["gzip, deflate, br, zstd"], .gzip), (["deflate, gzip"], .gzip), (["deflate", "gzip"], .gzip),
            (["compress, gzip"], .gzip), (["*"], .gzip), (["identity"], .identity),
            (["compress;q=0.5, gzip;q=1.0"], .gzip), (["gzip;q=1.0, identity; q=0.5, *;q=0"], .gzip),
            (["gzip;q=0.5, deflate;q=0.6"], .deflate), (["gzip;q=0.001"], .gzip), (["gzip ; Q=0.5"], .gzip),
            (["gzip;q=0"], .identity), (["gzip;q=0, *"], .deflate), (["gzip;q=0.000"], .identity),
            (["gzip;q=0.5, identity;q=0.8"], .identity), (["gzip;q=0.5, identity;q=0.5"], .gzip),
            (["identity;q=0.5, gzip;q=0.1"], .identity), (["*;q=0.1, identity"], .identity),
            (["identity;q=0, gzip"], .gzip), (["identity;q=0"], nil), (["*;q=0"], nil), (["*;q=0, gzip;q=0"], nil),
            (["br, identity;q=0"], nil), (["*;q=0, identity;q=0.1"], .identity), (["*;q=0, gzip;q=0.1"], .gzip),
            // A weight that the grammar does not know leaves its element out.
            (["gzip;q=2"], .identity), (["gzip;q=1.001"], .identity), (["gzip;q=0.1234"], .identity), (["gzip;q=-1"], .identity),
            (["gzip;q="], .identity), (["gzip;q=."], .identity), (["gzip;q=.5"], .identity), (["gzip;q=1;q=0"], .gzip),
            (["gzip;q=0x1"], .identity), (["gzip;q=0.5a"], .identity), (["gzip;q=1."], .gzip), (["gzip;q=00"], .identity),
            (["gzipped"], .identity), (["\"gzip\""], .identity), (["gzip;foo=bar"], .gzip), ([";q=1"], .identity),
            // What looks like a weight where the name should be is a name, and a strange one.
            (["q=0;gzip"], .identity), (["y, Q=0; x-gzip"], .identity), (["q=1;q=1, gzip"], .gzip),
        ] as [([String], ContentCoding?)])
    func `follows Accept-Encoding`(_ values: [String], _ expected: ContentCoding?) {
        #expect(fields("Accept-Encoding", values).preferredCoding(among: [.gzip, .deflate]) == expected)
    }

    @Test func `is identity where nothing else is offered`() {
        #expect(fields("Accept-Encoding", ["gzip"]).preferredCoding(among: []) == .identity)
        #expect(fields("Accept-Encoding", ["gzip, identity;q=0"]).preferredCoding(among: []) == nil)
        #expect(HeaderFields().preferredCoding(among: [.gzip]) == .identity)
    }
}

@Suite struct `The codings of a request` {
    @Test(
        arguments: [
            ([], []), ([""], []), (["identity"], []), (["gzip"], [.gzip]), (["X-GZip"], [.gzip]), (["deflate"], [.deflate]),
            (["deflate, gzip"], [.deflate, .gzip]), (["gzip", "identity, ,gzip"], [.gzip, .gzip]),
        ] as [([String], [ContentCoding])])
    func `are listed in the order in which they were applied`(_ values: [String], _ expected: [ContentCoding]) throws {
        #expect(try fields("Content-Encoding", values).contentCodings() == expected)
    }

    @Test(arguments: [["br"], ["gzip, br"], ["gzip;q=1"], ["gzip deflate"], ["\"gzip\""], ["gzip", "gzip, gzip"]])
    func `are refused with 415 and the list of the known`(_ values: [String]) {
        let error = #expect(throws: HTTPError.self) { try fields("Content-Encoding", values).contentCodings() }
        #expect(error?.status == .unsupportedMediaType)
        #expect(error?.fields["accept-encoding"] == "gzip, deflate")
    }
}

@Suite struct `The media type of a reply` {
    private let offered = ["application/json", "text/plain", "text/markdown", "text/html"]

    @Test(
        arguments: [
            ([], "application/json"), ([""], "application/json"), (["*/*"], "application/json"), (["text/*"], "text/plain"),
            (["text/html"], "text/html"), (["TEXT/HTML"], "text/html"), (["Text/*"], "text/plain"), (["image/png"], nil),
            (["application/json;q=0"], nil), (["*/*;q=0"], nil), (["text/html, application/json;q=0.9"], "text/html"),
            (["text/html;q=0.5", "text/markdown;q=0.7"], "text/markdown"), (["text/html, text/plain"], "text/plain"),
            // The most specific range decides, not the heaviest (RFC 9110 section 12.5.1).
            (["*/*, application/json;q=0.1"], "text/plain"), (["text/*;q=0.9, text/plain;q=0.1"], "text/markdown"),
            (["text/*, text/plain;q=0, */*;q=0.1"], "text/markdown"), (["*/*;q=0.5, text/*;q=0"], "application/json"),
            (["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"], "text/html"),
            // A range with parameters covers types that have them; all text here is UTF-8.
            (["application/json; charset=utf-8"], "application/json"), (["application/json;version=2"], nil),
            (["text/html;level=1, text/html;q=0.1, text/plain;q=0.2"], "text/plain"),
            (["text/plain;charset=UTF-8;q=0.5, text/*"], "text/markdown"),
            // What is malformed is passed over.
            (["text/html;q=x, text/plain;q=0.1"], "text/plain"), (["text"], nil), (["te/*"], nil), (["*"], nil), (["*/html"], nil),
            (["application/json;a=\"b,text/html\";q=0.5, text/plain;q=0.1"], "text/plain"),
        ] as [([String], String?)])
    func `follows Accept`(_ values: [String], _ expected: String?) {
        #expect(fields("Accept", values).preferredMediaType(among: offered) == expected)
    }

    @Test func `can have parameters of its own`() {
        let offered = ["text/plain; version=0.0.4", "application/json"]
        #expect(fields("Accept", ["text/plain;version=0.0.4;q=0.5,*/*;q=0.1"]).preferredMediaType(among: offered) == offered[0])
        let specific = ["text/plain, text/plain;version=0.0.4;q=0.1, application/json;q=0.5"]
        #expect(fields("Accept", specific).preferredMediaType(among: offered) == offered[1])
        #expect(fields("Accept", ["text/plain"]).preferredMediaType(among: offered) == offered[0])
        #expect(fields("Accept", ["text/plain;version=1"]).preferredMediaType(among: offered) == nil)
    }
}
