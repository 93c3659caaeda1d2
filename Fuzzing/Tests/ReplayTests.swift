import Foundation
import FuzzTargets
import Testing

/// What the fuzzer has found worth keeping, and what once was a fault, holds.
@Suite struct ReplayTests {
    @Test(arguments: FuzzTarget.allCases)
    func `every input of the corpus holds`(target: FuzzTarget) throws {
        let folder = try #require(Bundle.module.url(forResource: "Corpora/\(target.rawValue)", withExtension: nil))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 10)
        for file in files { try target.run(Array(Data(contentsOf: file))) }
    }
}
