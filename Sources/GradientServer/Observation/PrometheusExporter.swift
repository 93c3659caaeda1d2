import CoreMetrics
import Threads
import Transport

/// Keeps what is counted by the swift-metrics API, and writes it as Prometheus reads it. What that API calls a label is the metric's name here, and
/// its dimensions are the labels.
final class PrometheusExporter: MetricsFactory {
    /// All series of one name.
    private struct Family {
        let name: String
        let type: String
        let help: String
        /// By their labels as they are written: `route="/backward",status="200"`.
        var series: [String: any PrometheusSeries] = [:]
    }

    private let families = Lock<[Family]>([])

    /// Says what a metric is for, before it is made: the API has no word for it. Metrics are written in the order of these calls.
    func describe(_ name: String, as type: String, _ help: String) {
        families.withLock { $0.append(Family(name: name, type: type, help: help)) }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        add(CounterSeries(), label, dimensions)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        add(GaugeSeries(), label, dimensions)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        add(HistogramSeries(), label, dimensions)
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        add(HistogramSeries(), label, dimensions)
    }

    // Series live as long as the service.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}

    /// All that has been counted, in Prometheus' text format, version 0.0.4.
    var exposition: [UInt8] {
        var text = MetricsText()
        // Copied out, so that the writing holds nobody up.
        for family in families.withLock({ $0 }) {
            text.begin(family.name, family.type, family.help)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) { series.write(family.name, labels, to: &text) }
        }
        return text.bytes
    }

    private func add<Series: PrometheusSeries>(_ series: Series, _ name: String, _ dimensions: [(String, String)]) -> Series {
        // The dimensions' values are names of the program's own, which need no escape.
        let labels = dimensions.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        families.withLock { families in
            guard let index = families.firstIndex(where: { $0.name == name }) else { preconditionFailure("\(name) is not described") }
            families[index].series[labels] = series
        }
        return series
    }
}
