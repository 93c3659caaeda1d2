import ArgumentParser
import Glibc

/// Options by environment variable: `COTANGENT_MAX_BODY=1000` is `--max-body 1000`.
enum Environment {
    /// `arguments` with the options that the environment sets put before them. What is given last counts, so a flag beats the environment, and
    /// the environment beats the default. Only what `options` declares is looked up: there is no second list of names.
    static func options(for options: any ParsableArguments.Type, before arguments: [String]) -> [String] {
        guard arguments.first.map({ $0 == "serve" || $0.hasPrefix("-") }) ?? true else { return arguments }
        let isHelp = arguments.contains { ["--help", "-h"].contains($0) }
        let set = isHelp ? [] : names(of: options).compactMap { name in value(of: variable(for: name)).map { "--\(name)=\($0)" } }
        return ["serve"] + set + (arguments.first == "serve" ? Array(arguments.dropFirst()) : arguments)
    }

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
