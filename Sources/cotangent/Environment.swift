import ArgumentParser
import Glibc

/// Options by environment variable: `COTANGENT_MAX_BODY=1000` is `--max-body 1000`.
enum Environment {
    /// `arguments` with the options that the environment sets put behind the name of their command. What is given last counts, so a flag beats
    /// the environment, and the environment beats the default. Only what a command declares is looked up: there is no second list of names.
    static func adding(to arguments: [String]) -> [String] {
        let isCommand = arguments.first.map { !$0.hasPrefix("-") } ?? false
        let command = isCommand ? arguments[0] : "serve"
        let given = arguments.dropFirst(isCommand ? 1 : 0)
        guard let options = commands[command], !given.contains(where: { ["--help", "-h"].contains($0) }) else { return arguments }
        return [command] + names(of: options).compactMap { name in value(of: variable(for: name)).map { "--\(name)=\($0)" } } + given
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

    private static func value(of variable: String) -> String? {
        unsafe getenv(variable).map { unsafe String(cString: $0) }
    }
}
