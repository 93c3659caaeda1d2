/// The text format of Prometheus, version 0.0.4.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func begin(_ name: String, _ type: String, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8
    }

    /// - Parameter labels: as they stand between the braces.
    mutating func line(_ name: String, _ labels: String, _ value: String) {
        bytes += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n".utf8
    }
}
