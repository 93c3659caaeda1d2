import ArgumentParser
import Glibc

/// Options by environment variable: `COTANGENT_MAX_BODY=1000` is `--max-body 1000`.
enum Environment {
    /// `arguments` with the options that the environment sets put behind the name of their command. What is given last counts, so a flag beats
    /// the environment, and the environment beats the default. Only what a command declares is looked up: there is no second list of names.
    static func adding(to arguments: [String]) throws(ValidationError) -> [String] {
        let isCommand = arguments.first.map { !$0.hasPrefix("-") } ?? false
        let command = isCommand ? arguments[0] : "serve"
        let given = arguments.dropFirst(isCommand ? 1 : 0)
        guard let options = commands[command], !given.contains(where: { ["--help", "-h", "--version"].contains($0) }) else {
            return arguments
        }
        var set: [String] = []
        for name in names(of: options) {
            if let value = try value(of: variable(for: name)) { set.append("--\(name)=\(value)") }
        }
        return [command] + set + given
    }

    private static let commands: [String: any ParsableArguments.Type] = ["serve": ServeOptions.self, "healthcheck": HealthCheck.self]

    /// `max-body` → `COTANGENT_MAX_BODY`.
    static func variable(for name: String) -> String {
        "COTANGENT_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The long names that the help of `options` lists.
    private static func names(of options: any ParsableArguments.Type) -> [String] {
        options.helpMessage(columns: 1000).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let flag = words.first, flag.hasPrefix("--") else { return nil }
            return String(flag.dropFirst(2))
        }
    }

    /// An empty value is an error: taken for none, that of COTANGENT_TOKEN_FILE would let everybody in.
    private static func value(of variable: String) throws(ValidationError) -> String? {
        let value = unsafe getenv(variable).map { unsafe String(cString: $0) }
        if value == "" { throw ValidationError("\(variable) is empty: give it a value, or leave it out.") }
        return value
    }
}
