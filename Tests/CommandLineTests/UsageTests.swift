import Foundation
import GradientServer
import TestSupport
import Testing
import Transport

/// Command lines and environments, each with the exit code and the words that must come.
@Suite struct UsageTests {
    struct Usage: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var environment: [String: String] = [:]
        var exitCode: Int32
        /// On standard output where the exit code is 0, else on standard error.
        var says: [String]

        var testDescription: String { (environment.map { "\($0)=\($1)" } + ["cotangent"] + arguments).joined(separator: " ") }
    }

    private static let usages = [
        // Help.
        Usage(arguments: ["--help"], exitCode: 0, says: ["USAGE: cotangent", "serve (default)", "backward", "healthcheck"]),
        Usage(arguments: ["serve", "--help"], exitCode: 0, says: ["--max-body <bytes>", "COTANGENT_MAX_BODY", "(default: 8080)"]),
        Usage(arguments: ["help", "serve"], exitCode: 0, says: ["--max-body <bytes>"]),
        Usage(arguments: ["backward", "-h"], exitCode: 0, says: ["USAGE: cotangent backward [<file>]"]),
        Usage(arguments: ["explain", "-h"], exitCode: 0, says: ["USAGE: cotangent explain [<file>] [--format <format>]"]),
        Usage(arguments: ["healthcheck", "--help"], exitCode: 0, says: ["--port <number>"]),
        Usage(arguments: ["serve", "--help"], environment: ["COTANGENT_PORT": "nonsense"], exitCode: 0, says: ["--port <number>"]),
        Usage(arguments: ["--version"], environment: ["COTANGENT_PORT": "nonsense"], exitCode: 0, says: [Server.version]),
        // Names that are not known.
        Usage(arguments: ["--prot", "80"], exitCode: 2, says: ["Unknown option '--prot'. Did you mean '--port'?"]),
        Usage(arguments: ["serve", "--max-bodi", "1"], exitCode: 2, says: ["Unknown option '--max-bodi'. Did you mean '--max-body'?"]),
        Usage(arguments: ["serve", "again"], exitCode: 2, says: ["Unexpected argument 'again'"]),
        Usage(arguments: ["backward", "--dtype", "float32"], exitCode: 2, says: ["Unknown option '--dtype'"]),
        Usage(
            arguments: ["explain", "--format", "pdf"], exitCode: 2, says: ["Please provide one of 'json', 'text', 'markdown' or 'html'."]),
        Usage(arguments: ["serve", "--port"], exitCode: 2, says: ["Missing value for '--port <number>'"]),
        // Values that can't be.
        Usage(arguments: ["--port", "http"], exitCode: 2, says: ["The value 'http' is invalid for '--port <number>'"]),
        Usage(arguments: ["--port", "65536"], exitCode: 2, says: ["The value '65536' is invalid for '--port <number>'"]),
        Usage(
            arguments: ["--host", "example.org"], exitCode: 2,
            says: ["--host must be an IPv4 or IPv6 address in numbers, or localhost, not 'example.org'."]),
        Usage(arguments: ["--host", ""], exitCode: 2, says: ["or localhost, not ''."]),
        Usage(arguments: ["--max-body", "0"], exitCode: 2, says: ["--max-body must be at least 1, not 0."]),
        Usage(arguments: ["--max-body=-5"], exitCode: 2, says: ["--max-body must be at least 1, not -5."]),
        Usage(
            arguments: ["--queue", "0"], exitCode: 2, says: ["--queue must be at least 1, not 0.", "See 'cotangent serve --help'"]),
        Usage(arguments: ["--threads=-1"], exitCode: 2, says: ["--threads must be at least 0, not -1."]),
        Usage(arguments: ["--in-place=-1"], exitCode: 2, says: ["--in-place must be at least 0, not -1."]),
        Usage(arguments: ["--io-loops=-1"], exitCode: 2, says: ["--io-loops must be at least 0, not -1."]),
        Usage(
            arguments: ["--idle-timeout", "0"], exitCode: 2,
            says: ["--idle-timeout must be more than 0 and at most 86400 seconds, not 0.0."]),
        Usage(arguments: ["--drain-timeout", "nan"], exitCode: 2, says: ["--drain-timeout must be more than 0"]),
        Usage(arguments: ["--head-timeout", "1e9"], exitCode: 2, says: ["--head-timeout must be more than 0 and at most 86400 seconds"]),
        Usage(
            arguments: ["--tls-cert", "a.pem"], exitCode: 2, says: ["--tls-cert and --tls-key belong together; only one of them is given."]),
        Usage(
            arguments: ["healthcheck", "--host", "example.org"], exitCode: 2,
            says: ["--host must be an IPv4 or IPv6 address in numbers", "See 'cotangent healthcheck --help'"]),
        // The environment.
        Usage(
            arguments: [], environment: ["COTANGENT_PORT": "http"], exitCode: 2, says: ["The value 'http' is invalid for '--port <number>'"]
        ),
        Usage(arguments: ["serve"], environment: ["COTANGENT_MAX_BODY": "0"], exitCode: 2, says: ["--max-body must be at least 1, not 0."]),
        Usage(
            arguments: ["--host", "neither"], environment: ["COTANGENT_HOST": "nor"], exitCode: 2,
            says: ["--host must be an IPv4 or IPv6 address in numbers, or localhost, not 'neither'."]),
        Usage(
            arguments: [], environment: ["COTANGENT_TOKEN_FILE": ""], exitCode: 2,
            says: ["COTANGENT_TOKEN_FILE is empty: give it a value, or leave it out."]),
        // What can't be done.
        Usage(
            arguments: ["--tls-cert", "/nowhere/c.pem", "--tls-key", "/nowhere/k.pem"], exitCode: 1,
            says: ["/nowhere/c.pem", "No such file or directory"]),
        Usage(
            arguments: ["--port", "0", "--host", "203.0.113.1"], exitCode: 1,
            says: ["listen on 203.0.113.1:0", "Cannot assign requested address"]),
        Usage(
            arguments: ["backward", "/nowhere/request.json"], exitCode: 1,
            says: ["Error: open /nowhere/request.json: No such file or directory"]),
        Usage(arguments: ["backward", "/"], exitCode: 1, says: ["Error: read /: Is a directory"]),
    ]

    @Test(arguments: usages)
    func `a command line has its exit code, and says what is wrong with it`(usage: Usage) throws {
        let result = try run(ServiceProcess.executable(), usage.arguments, environment: usage.environment)
        #expect(result.status == usage.exitCode, "\(result.errors)")
        let (said, silent) = usage.exitCode == 0 ? (result.text, result.errors) : (result.errors, result.text)
        for words in usage.says { #expect(said.contains(words), "\(said)") }
        #expect(silent.isEmpty)
    }

    @Test func `a port in use ends the service with a sentence`() throws {
        let listener = try Socket.listening(on: .loopback(port: 0))
        let port = listener.localPort
        let result = try run(ServiceProcess.executable(), ["serve", "--port", "\(port)"])
        #expect(result.status == 1)
        #expect(result.errors == "Error: listen on 127.0.0.1:\(port): Address already in use\n")
    }

    @Test func `TLS files that are no certificate, or not each other's, are told by name`() throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let files = try folder.makeCertificate()
        let others = try other.makeCertificate()
        let text = try folder.write(Array("no certificate".utf8), to: "text.pem")
        for (certificate, key) in [(text, files.key), (files.certificate, text), (files.certificate, others.key)] {
            let result = try run(ServiceProcess.executable(), ["--port", "0", "--tls-cert", certificate, "--tls-key", key])
            #expect(result.status == 1)
            #expect(result.errors.contains(certificate == text ? certificate : key), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `the environment sets an option, and a flag beats it`() throws {
        let environment = ["COTANGENT_MAX_BODY": "10", "COTANGENT_COMPRESS_FROM": "7"]
        for (arguments, limit) in [([], 10), (["--max-body", "20"], 20)] {
            let service = try ServiceProcess(arguments, environment: environment)
            let client = try service.connect()
            try client.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n")
            #expect(try client.readReply().text.contains("larger than the limit of \(limit) bytes (--max-body)."))
        }
    }
}

@Suite struct BackwardCommandTests {
    private let request = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}"#
    private let reply = #"{"dx_t":[1.0],"dh_prev":[0.0],"dW_x":[[1.0]],"dW_h":[[0.0]],"db":[1.0]}"# + "\n"

    @Test(arguments: [[], ["-"]])
    func `a request on standard input is answered on standard output`(arguments: [String]) throws {
        let result = try run(ServiceProcess.executable(), ["backward"] + arguments, input: Array(request.utf8))
        #expect(result.status == 0)
        #expect(result.text == reply)
        #expect(result.errors.isEmpty)
    }

    @Test func `a request in a file is answered, also one of megabytes`() throws {
        let folder = try TemporaryFolder()
        let padding = String(repeating: " ", count: 3 << 20)
        let file = try folder.write(Array((padding + request).utf8), to: "request.json")
        #expect(try run(ServiceProcess.executable(), ["backward", file]).text == reply)
    }

    @Test(arguments: [
        ("", "Error: Line 1, column 1: The document is empty.\n"),
        ("{\n  \"x_t\": oops}", "Error: Line 2, column 10: Found oops where a value was expected.\n"),
        ("{", "Error: Line 1, column 2: The document ends where a member's name in double quotes or } was expected.\n"),
        ("{}", "Error: x_t, h_prev, W_x, W_h, b and dh are missing.\n"),
    ])
    func `a request that is refused ends with the sentence on standard error`(request: String, sentence: String) throws {
        let result = try run(ServiceProcess.executable(), ["backward"], input: Array(request.utf8))
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors == sentence)
    }

    @Test func `standard input that can't be read is named`() throws {
        let result = try run("bash", ["-c", #""$0" backward </"#, ServiceProcess.executable()])
        #expect(result.status == 1)
        #expect(result.errors == "Error: read standard input: Is a directory\n")
    }

    @Test func `output that nobody can take is a failure`() throws {
        let result = try run("bash", ["-c", #""$0" backward >/dev/full"#, ServiceProcess.executable()], input: Array(request.utf8))
        #expect(result.status == 1)
        #expect(result.errors == "Error: standard output can't be written: No space left on device\n")
    }
}

@Suite struct HealthCheckCommandTests {
    @Test func `a service that answers is healthy, also by the environment's word`() throws {
        let service = try ServiceProcess()
        #expect(try run(ServiceProcess.executable(), ["healthcheck", "--port", "\(service.port)"]).status == 0)
        let environment = ["COTANGENT_PORT": "\(service.port)", "COTANGENT_HOST": "0.0.0.0"]
        #expect(try run(ServiceProcess.executable(), ["healthcheck"], environment: environment).status == 0)
    }

    @Test func `a service behind TLS is healthy`() throws {
        let folder = try TemporaryFolder()
        let files = try folder.makeCertificate()
        let service = try ServiceProcess(["--tls-cert", files.certificate, "--tls-key", files.key])
        let environment = ["COTANGENT_PORT": "\(service.port)", "COTANGENT_TLS_CERT": files.certificate]
        #expect(try run(ServiceProcess.executable(), ["healthcheck"], environment: environment).status == 0)
        let plain = try run(ServiceProcess.executable(), ["healthcheck", "--port", "\(service.port)"])
        #expect(plain.status == 1)
        #expect(plain.errors == "Error: 127.0.0.1:\(service.port) answered HTTP/1.1 400 Bad Request\n")
    }

    @Test func `a service that demands a certificate is healthy: it says so`() throws {
        let folder = try TemporaryFolder()
        let files = try folder.makeCertificate()
        let service = try ServiceProcess(
            ["--tls-cert", files.certificate, "--tls-key", files.key, "--tls-client-ca", files.certificate])
        let environment = ["COTANGENT_PORT": "\(service.port)", "COTANGENT_TLS_CERT": files.certificate]
        let result = try run(ServiceProcess.executable(), ["healthcheck"], environment: environment)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `nobody there, and somebody else, is not healthy`() throws {
        var address = SocketAddress.loopback(port: 0)
        do {
            let listener = try Socket.listening(on: address)
            address.port = listener.localPort
        }
        let result = try run(ServiceProcess.executable(), ["healthcheck", "--port", "\(address.port)"])
        #expect(result.status == 1)
        #expect(result.errors == "Error: connect to 127.0.0.1:\(address.port): Connection refused\n")
    }
}

@Suite struct ExplainCommandTests {
    private let request = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}"#

    @Test(arguments: [
        ([], "The gradients of h_t = f("), (["--format", "text"], "The gradients of h_t = f("),
        (["--format", "markdown"], "# The gradients of h_t = f("), (["--format=html"], "<!DOCTYPE html>\n"),
        (["--format", "json"], #"{"title":"#),
    ])
    func `a request on standard input is explained on standard output, in text unless asked otherwise`(
        arguments: [String], beginning: String
    ) throws {
        let result = try run(ServiceProcess.executable(), ["explain"] + arguments, input: Array(request.utf8))
        #expect(result.status == 0)
        #expect(result.text.hasPrefix(beginning))
        #expect(result.text.hasSuffix("\n") && !result.text.hasSuffix("\n\n"))
        #expect(result.errors.isEmpty)
    }

    @Test func `a request that is refused ends with the sentence on standard error`() throws {
        let result = try run(ServiceProcess.executable(), ["explain"], input: Array("{}".utf8))
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors == "Error: x_t, h_prev, W_x, W_h, b and dh are missing.\n")
    }
}
