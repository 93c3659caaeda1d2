import Dispatch
import Testing
import Threads
import Transport

@testable import GradientServer

/// Large tensors are read and written side by side where threads are idle; nobody may be able to tell, but by the time it takes.
@Suite struct SideBySideTests {
    private static let names = ["x_t", "h_prev", "W_x", "W_h", "b", "dh"]
    private static let extents = [(200, 128), (200, 128), (128, 128), (128, 128), (1, 128), (200, 128)]

    @Test(arguments: [2, 3, 5]) func `several threads read and write what one does`(threads: Int) throws {
        for dtype in ["float64", "float32"] {
            #expect(try reply(Self.document(dtype: dtype), threads: threads) == reply(Self.document(dtype: dtype), threads: 1), "\(dtype)")
        }
    }

    @Test(arguments: zip(names, ["1..5", "[[1]]", "\"one\"", "1e999", "{}", "1,2"]))
    func `several threads find the same fault as one`(name: String, fault: String) {
        let document = Self.document(fault: fault, in: [name])
        let want = #expect(throws: Problem.self) { try reply(document, threads: 1) }
        #expect(#expect(throws: Problem.self) { try reply(document, threads: 4) } == want)
    }

    @Test func `of two faults several threads tell the one that one tells`() {
        let document = Self.document(fault: "true", in: ["h_prev", "W_h"])
        let want = #expect(throws: Problem.self) { try reply(document, threads: 1) }
        #expect(#expect(throws: Problem.self) { try reply(document, threads: 4) } == want)
        #expect(want?.field?.hasPrefix("W_h") == true)
    }

    private func reply(_ document: String, threads: Int) throws(Problem) -> [UInt8] {
        var execution = Execution(team: Team(size: threads, queue: .global()), from: .now)
        return Array(try BackwardEndpoint.reply(Array(document.utf8), &execution).joined())
    }

    /// A request whose tensors are large but for one, some with a fault near the end.
    private static func document(dtype: String = "float64", fault: String = "", in faulty: [String] = []) -> String {
        let members = zip(names, extents).map { name, extents in
            let distinct = (0..<min(7, extents.0)).map { row in
                (0..<extents.1).map { "\(Double((row * 31 + $0) * 7919 % 1009 - 500) / 4096)" }
            }
            var rows = (0..<extents.0).map { "[" + distinct[$0 % distinct.count].joined(separator: ",") + "]" }
            if faulty.contains(name) {
                var entries = distinct[0]
                entries[extents.1 - 3] = fault
                rows[extents.0 - 1] = "[" + entries.joined(separator: ",") + "]"
            }
            return "\"\(name)\":" + (name == "b" ? rows[0] : "[" + rows.joined(separator: ",") + "]")
        }
        return "{" + (members + ["\"dtype\":\"\(dtype)\""]).joined(separator: ",") + "}"
    }
}
