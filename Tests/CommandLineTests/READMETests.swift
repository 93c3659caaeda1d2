import Foundation
import TestSupport
import Testing

/// The README is compared with the program.
@Suite struct READMETests {
    private static let text = {
        let file = URL(filePath: #filePath).appending(path: "../../../README.md").standardized
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    /// An option as a line of the README's table, or of `--help`.
    private struct Option: Equatable, CustomStringConvertible {
        var flag: String
        var variable: String
        var standard: String
        var sentence: String

        var description: String { "| `\(flag)` | `\(variable)` | `\(standard)` | \(sentence) |" }
    }

    private func optionsOfREADME() -> [Option] {
        Self.text.split(separator: "\n").filter { $0.hasPrefix("| `--") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let words = cells.map { $0.trimmingCharacters(in: ["`"]) }
            return Option(flag: words[0], variable: words[1], standard: words[2], sentence: cells[3])
        }
    }

    /// `  --port <number>   TCP port; 0 takes a free one. (default: 8080)`; a long help goes on in further lines.
    private func optionsOfHelp() throws -> [Option] {
        let help = try run(ServiceProcess.executable(), ["serve", "--help"], environment: ["COLUMNS": "1000"]).text
        let lines = help.split(separator: "\n").drop { $0 != "OPTIONS:" }.dropFirst().prefix { !$0.hasPrefix("  --version ") }
        var entries: [String] = []
        for line in lines {
            if line.hasPrefix("  --") {
                entries.append(line.trimmingCharacters(in: .whitespaces))
            } else {
                entries[entries.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
            }
        }
        return try entries.map { entry in
            let parts = try #require(entry.wholeMatch(of: /(--(\S+) <\w+>)\s+(.*?)(?: \(default: (.*)\))?/))
            let variable = "COTANGENT_" + parts.2.uppercased().replacing("-", with: "_")
            return Option(flag: String(parts.1), variable: variable, standard: String(parts.4 ?? ""), sentence: String(parts.3))
        }
    }

    @Test func `the table of options is that of the help, line by line`() throws {
        let help = try optionsOfHelp()
        #expect(help.count > 10)
        #expect(optionsOfREADME() == help)
    }

    /// Every curl line that is followed by the reply which it gives, pasted as it stands. The digits are those of a CPU with fused multiply-add.
    @Test func `a curl line gives the reply that stands below it`() throws {
        let service = try ServiceProcess()
        let exchanges = Self.text.matches(of: /```sh\n(curl [^\n]*)\n```\n\n(?:[^`\n]+\n\n)?```json\n([^\n]*)\n```/)
        #expect(exchanges.count == 2)
        for exchange in exchanges {
            let command = String(exchange.1).replacing(":8080", with: ":\(service.port)")
            let folder = URL(filePath: #filePath).appending(path: "../../..").standardized.path
            let reply = try run("bash", ["-c", "cd '\(folder)' && \(command)"])
            #expect(reply.text == String(exchange.2))
        }
    }

    /// But for its numbers, whose last digits may be others on a machine with another kernel.
    @Test func `the lines of an explanation that the README shows are those that the program writes`() throws {
        let request = URL(filePath: #filePath).appending(path: "../../../Examples/backward.json").standardized.path
        let explanation = try run(ServiceProcess.executable(), ["explain", request]).text
        let start = try #require(Self.text.range(of: "```\n4.11 ")).upperBound
        let shown = Self.text[start...].prefix { $0 != "`" }.split(separator: "\n").filter { !$0.contains("0.") }
        #expect(shown.count > 6)
        for line in shown { #expect(explanation.contains(line), "\(line)") }
    }

    @Test func `every file that the README points to is there`() {
        let links = Self.text.matches(of: /\]\(([^)#]+)\)/).map { String($0.1) }.filter { !$0.hasPrefix("http") }
        #expect(!links.isEmpty)
        for link in links {
            #expect(
                FileManager.default.fileExists(atPath: URL(filePath: #filePath).appending(path: "../../../\(link)").standardized.path),
                "\(link)")
        }
    }
}
