import Foundation
import TestSupport
import Testing

@testable import GradientServer

/// openapi.yaml is compared with the service: what it says must be so, and what is so it must say.
@Suite struct InterfaceTests {
    private static let text = (try? String(contentsOf: Repository.file("openapi.yaml"), encoding: .utf8)) ?? ""
    private static let document = (try? JSON(yaml: text)) ?? .null

    /// A request that openapi.yaml shows.
    struct Example: Sendable, CustomTestStringConvertible {
        let path: String
        let name: String
        let value: JSON
        /// Those of `operation`.
        let requestSchema: JSON
        let replySchema: JSON

        var testDescription: String { "\(path) \(name)" }
    }

    private static let examples: [Example] = (document["paths"]?.members ?? [:]).sorted { $0.key < $1.key }.flatMap { path, item in
        let operation = item["post"]
        let content = operation?["requestBody"]?["content"]?["application/json"]
        let reply = operation?["responses"]?["200"]?["content"]?["application/json"]?["schema"] ?? .null
        return (content?["examples"]?.members ?? [:]).sorted { $0.key < $1.key }.map { name, example in
            Example(
                path: path, name: name, value: example["value"] ?? .null, requestSchema: content?["schema"] ?? .null, replySchema: reply)
        }
    }

    @Test func `every route is in the document, with its method, and every path of the document is a route`() {
        let routes = Set(Route.all.map { "\($0.method.lowercased()) \($0.path)" })
        let paths = Set((Self.document["paths"]?.members ?? [:]).flatMap { path, item in item.members.keys.map { "\($0) \(path)" } })
        #expect(routes == paths)
    }

    @Test func `every path that takes a body has an example`() {
        let posts = Set(Route.all.filter { $0.method == "POST" }.map(\.path))
        #expect(Set(Self.examples.map(\.path)) == posts)
    }

    @Test(arguments: examples)
    func `an example is valid by its schema, and so is its reply`(example: Example) async throws {
        #expect(Schema(example.requestSchema, of: Self.document).faults(of: example.value) == [])
        try await withServer { server in
            let reply = try server.post(example.path, example.value.text)
            #expect(reply.status == 200, "\(reply.text)")
            let value = try JSON(text: reply.body)
            let schema = Schema(example.replySchema, of: Self.document)
            #expect(schema.faults(of: value) == [])
            expectShapes(of: value, by: schema, example)
            if let outputs = example.value["outputs"] {
                let results = value["gradients"] ?? value
                #expect(results.members.keys.sorted() == outputs.entries.compactMap(\.string).sorted())
            }
        }
    }

    /// Where the schema says "of the shape of …", that member of the request has that shape.
    private func expectShapes(of reply: JSON, by schema: Schema, _ example: Example) {
        for (name, value) in reply.members {
            guard let description = schema.property(name)?["description"]?.string,
                let words = description.firstMatch(of: /of the shape of (\w+)/.ignoresCase())?.1
            else { continue }
            let model = example.value[String(words)] ?? (words == "h_prev" ? example.value["h_<t-1>"] : nil)
            // What is not in the request, such as a `dh` that /forward doesn't take, tells nothing.
            if let model { #expect(value.shape == model.shape, "\(name) of \(example)") }
        }
    }

    @Test func `the gradients' schema tells the shape of each`() {
        let schema = Schema("#/components/schemas/Gradients", of: Self.document)
        for name in ["dx_t", "dh_prev", "dW_x", "dW_h", "db", "h_t", "do_t"] {
            #expect(schema.property(name)?["description"]?.string?.contains("f the shape of ") == true, "\(name)")
        }
    }

    @Test(arguments: Route.all.filter { $0.method == "GET" }.map(\.path))
    func `a document is served as what openapi.yaml says`(path: String) async throws {
        try await withServer { server in
            let reply = try server.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let content = Self.document["paths"]?[path]?["get"]?["responses"]?["200"]?["content"]?.members ?? [:]
            let type = reply["Content-Type"].map { String($0.prefix { $0 != ";" }) } ?? ""
            #expect(content.keys.contains(type))
            if type == "application/json", let schema = content[type]?["schema"] {
                #expect(Schema(schema, of: Self.document).faults(of: try JSON(text: reply.body)) == [])
            }
        }
    }

    @Test func `the version is that of the document, and the newest of the changelog`() throws {
        #expect(Self.document["info"]?["version"]?.string == Server.version)
        let changelog = try String(contentsOf: Repository.file("CHANGELOG.md"), encoding: .utf8)
        #expect(changelog.firstMatch(of: /\n## ([0-9.]+)/).map { String($0.1) } == Server.version)
    }

    @Test func `the document that is served is the file`() async throws {
        try await withServer { server in
            let served = try server.send("GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n").text
            #expect(served == Self.text)
        }
    }

    @Test(arguments: Route.all)
    func `the index names every route, and its curl line works as it stands`(route: Route) async throws {
        try await withServer { server in
            let page = try server.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").text
            guard route.path != "/" else { return }
            #expect(page.contains("\n\(route.method) \(route.path)  \(route.summary)\n"))
            let line = try #require(page.split(separator: "\n").first { $0.hasSuffix("http://127.0.0.1:8080\(route.path)") })
            let command = line.trimmingCharacters(in: .whitespaces).replacing(":8080", with: ":\(server.server.port)")
            let result = try run("bash", ["-c", command + " --fail"])
            #expect(result.status == 0 && !result.output.isEmpty, "\(result.text)")
        }
    }

    @Test(arguments: BadRequest.objects + BadRequest.numbers)
    func `a problem is valid by its schema`(bad: BadRequest) throws {
        let schema = Schema("#/components/schemas/Problem", of: Self.document)
        #expect(schema.faults(of: try JSON(text: bad.problem.body)) == [])
    }
}

extension Route: CustomTestStringConvertible {
    package var testDescription: String { path }
}

/// The folder that holds the project.
enum Repository {
    static func file(_ path: String) -> URL {
        URL(filePath: #filePath).appending(path: "../../../\(path)").standardized
    }
}
