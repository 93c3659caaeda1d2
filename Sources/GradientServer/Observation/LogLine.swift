package import Logging
import TensorText

/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `2026-11-25T01:02:03.456Z info POST /backward 200 id=… ms=0.312`.
    case text
    /// For collectors: one JSON object a line.
    case json
}

/// Writes the lines of a logger, each whole and of one line whatever is in it.
package struct LogLine: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let format: LogFormat
    private let output: LogOutput

    package init(_ format: LogFormat, level: Logger.Level, to output: LogOutput) {
        self.format = format
        self.output = output
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        output.append(line(level: event.level, message: event.message.description, metadata: all))
    }

    private func line(level: Logger.Level, message: String, metadata: [(key: String, value: Logger.Metadata.Value)]) -> [UInt8] {
        switch format {
        case .text:
            let pairs = metadata.map { " \($0.key)=\(quotedIfNeeded($0.value.description))" }.joined()
            return Array("\(Timestamp.now) \(level) \(escaped(message))\(pairs)\n".utf8)
        case .json:
            var json = JSONWriter()
            json.beginObject()
            for (name, value) in [("time", Timestamp.now.description), ("level", "\(level)"), ("message", message)] {
                json.name(name)
                json.string(value)
            }
            for (name, value) in metadata {
                json.name(name)
                write(value, to: &json)
            }
            json.endObject()
            return json.takeText() + [UInt8(ascii: "\n")]
        }
    }

    /// Numbers stay numbers.
    private func write(_ value: Logger.Metadata.Value, to json: inout JSONWriter) {
        switch value {
        case .stringConvertible(let number as Int): json.integer(number)
        case .stringConvertible(let time as Milliseconds): json.number(time.value)
        default: json.string(value.description)
        }
    }

    private func quotedIfNeeded(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0.value < 0x7F }
        return isPlain ? value : "\"\(escaped(value).replacing("\"", with: "\\\""))\""
    }

    /// No line end and no terminal command comes through: what is no printable character is written as its number.
    private func escaped(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy(isPrintable) { return text }
        return text.unicodeScalars.map { isPrintable($0) ? String($0) : "\\u{\(String($0.value, radix: 16))}" }.joined()
    }

    private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: false
        default: true
        }
    }
}
