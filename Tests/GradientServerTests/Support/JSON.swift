import Foundation
import Yams

/// Any JSON value, also one that is written in YAML.
enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(text: some Collection<UInt8>) throws {
        self.init(try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed))
    }

    init(yaml: String) throws {
        self.init(try Yams.load(yaml: yaml) ?? NSNull())
    }

    private init(_ value: Any) {
        self =
            switch value {
            case let value as [String: Any]: .object(value.mapValues(JSON.init))
            case let value as [Any]: .array(value.map(JSON.init))
            case let value as String: .string(value)
            case let value as NSNumber: Self.isBool(value) ? .bool(value.boolValue) : .number(value.doubleValue)
            case let value as Bool: .bool(value)
            case let value as Int: .number(Double(value))
            case let value as Double: .number(value)
            default: .null
            }
    }

    /// `NSNumber` holds both; only its type code tells them apart.
    private static func isBool(_ value: NSNumber) -> Bool { unsafe String(cString: value.objCType) == "c" }

    subscript(name: String) -> JSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// By a JSON pointer of plain names, such as `#/components/schemas/Number`.
    subscript(pointer pointer: String) -> JSON? {
        pointer.split(separator: "/").dropFirst().reduce(self as JSON?) { value, name in value?[String(name)] }
    }

    var members: [String: JSON] { if case .object(let members) = self { members } else { [:] } }
    var entries: [JSON] { if case .array(let entries) = self { entries } else { [] } }
    var string: String? { if case .string(let string) = self { string } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// The extents of nested lists, by the first entry of each level.
    var shape: [Int] {
        guard case .array(let entries) = self else { return [] }
        return [entries.count] + (entries.first?.shape ?? [])
    }

    /// The numbers of nested lists in order; NaN for anything else.
    var numbers: [Double] {
        if case .array(let entries) = self { entries.flatMap(\.numbers) } else { [number ?? .nan] }
    }

    /// As JSON text, members in the order of their names.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .string(let value): "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        case .array(let entries): "[" + entries.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\(JSON.string($0).text):\($1.text)" }.joined(separator: ",") + "}"
        }
    }
}
