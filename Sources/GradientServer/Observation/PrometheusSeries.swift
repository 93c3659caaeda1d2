import CoreMetrics
import Synchronization
import Threads
import Transport

/// One line of a metric, or the lines of one histogram. Counting takes no lock.
protocol PrometheusSeries: AnyObject, Sendable {
    func write(_ name: String, _ labels: String, to text: inout MetricsText)
}

final class CounterSeries: CounterHandler, PrometheusSeries {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        count.add(amount, ordering: .relaxed)
    }

    func reset() {
        count.store(0, ordering: .relaxed)
    }

    func write(_ name: String, _ labels: String, to text: inout MetricsText) {
        text.line(name, labels, "\(count.load(ordering: .relaxed))")
    }
}

final class GaugeSeries: MeterHandler, PrometheusSeries {
    private let value = Lock(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }

    func write(_ name: String, _ labels: String, to text: inout MetricsText) {
        let value = value.withLock { $0 }
        text.line(name, labels, Int(exactly: value).map { "\($0)" } ?? "\(value)")
    }
}

/// Counts of durations by magnitude.
final class HistogramSeries: TimerHandler, RecorderHandler, PrometheusSeries {
    /// Upper bounds in seconds: about three a decade, from where a small request lies to where clients have given up.
    private static let bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    /// One for each bound, and one for what is beyond the last.
    private let counts = InlineArray<16, Atomic<Int>> { _ in Atomic(0) }
    private let nanoseconds = Atomic<Int64>(0)

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        var bucket = 0
        while bucket < Self.bounds.count, seconds > Self.bounds[bucket] { bucket += 1 }
        counts[bucket].add(1, ordering: .relaxed)
        nanoseconds.add(duration, ordering: .relaxed)
    }

    /// In seconds.
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { recordNanoseconds(Int64(value * 1e9)) }

    /// Nothing where nothing has been recorded.
    func write(_ name: String, _ labels: String, to text: inout MetricsText) {
        let counts = counts.indices.map { self.counts[$0].load(ordering: .relaxed) }
        guard counts.contains(where: { $0 > 0 }) else { return }
        let prefix = labels.isEmpty ? "" : labels + ","
        var count = 0
        for (bound, countHere) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], counts) {
            count += countHere
            text.line(name + "_bucket", "\(prefix)le=\"\(bound)\"", "\(count)")
        }
        text.line(name + "_sum", labels, "\(Double(nanoseconds.load(ordering: .relaxed)) / 1e9)")
        text.line(name + "_count", labels, "\(count)")
    }
}
