import Foundation
import GradientServer
import TestSupport
import Testing

@Suite struct CheckCommandTests {
    private static let example = URL(filePath: #filePath).appending(path: "../../../Examples/check.json").standardized.path

    @Test func `check replies as POST /check does, and exits with 1 where something is wrong`() throws {
        let result = try run(ServiceProcess.executable(), ["check", Self.example])
        let body = [UInt8](try Data(contentsOf: URL(filePath: Self.example)))
        #expect(result.text == String(decoding: try Route.reply(to: body, at: "/check"), as: UTF8.self) + "\n")
        #expect(result.text.contains(#"{"mistake":"derivative-missing""#))
        #expect(result.status == 1)
        #expect(result.errors.isEmpty)
    }

    @Test func `check exits with 0 where all is right`() throws {
        let file = Self.example.replacing("check.json", with: "backward.json")
        let result = try run(ServiceProcess.executable(), ["check", file])
        #expect(result.text.hasPrefix(#"{"ok":true"#))
        #expect(result.status == 0)
    }
}
