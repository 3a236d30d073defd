public import Metrics
import Synchronization

/// The metrics of a process, kept in memory and written out as Prometheus reads them.
///
/// It is a backend of swift-metrics, so that libraries which report metrics report here too. Metrics of the catalogue
/// have a help text and their own buckets; others get a family at their first use. Nothing is ever forgotten, as
/// Prometheus expects, so the numbers of families and of series are bounded.
public final class PrometheusMetrics: MetricsFactory {
    /// Families of metrics that the catalogue does not have: libraries report a dozen or two.
    public static let uncataloguedFamilyLimit = 64
    /// Label combinations of one family: routes × methods × statuses come to about a hundred. What exceeds it is
    /// counted in one series whose labels are all `other`.
    public static let seriesLimit = 256
    /// Buckets of histograms without their own, in seconds: from a millisecond to what a person no longer waits for.
    public static let defaultBucketBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10]

    private enum Series {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)
    }

    private struct Family {
        var description: MetricDescription
        /// By rendered labels.
        var series: [String: (labels: [(String, String)], series: Series)] = [:]
    }

    private let families: Mutex<[String: Family]>
    private let cataloguedCount: Int

    public init(catalogue: [MetricDescription] = []) {
        let families = Dictionary(uniqueKeysWithValues: catalogue.map { ($0.name, Family(description: $0)) })
        cataloguedCount = families.count
        self.families = Mutex(families)
    }

    // MARK: Handles

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : gauge(label, dimensions)
    }
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // A series outlives its handles: handles are made anew for every request, the counts go on.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ name: String, _ labels: [(String, String)]) -> CounterSeries {
        guard case .counter(let series) = series(name, .counter, labels) else { return CounterSeries() }
        return series
    }
    private func gauge(_ name: String, _ labels: [(String, String)]) -> GaugeSeries {
        guard case .gauge(let series) = series(name, .gauge, labels) else { return GaugeSeries() }
        return series
    }
    private func histogram(_ name: String, _ labels: [(String, String)]) -> HistogramSeries {
        guard case .histogram(let series) = series(name, .histogram, labels) else { return HistogramSeries(bounds: []) }
        return series
    }

    /// Nil where the family is of another kind or there are too many: the caller then gets a handle that nobody reads.
    private func series(
        _ name: String, _ kind: MetricDescription.Kind, _ labels: [(String, String)]
    ) -> Series? {
        let name = PrometheusText.metricName(name)
        return families.withLock { families in
            if families[name] == nil {
                guard families.count < cataloguedCount + Self.uncataloguedFamilyLimit else { return nil }
                families[name] = Family(
                    description: MetricDescription(
                        name, kind, help: "", bucketBounds: kind == .histogram ? Self.defaultBucketBounds : []))
            }
            guard var family = families.removeValue(forKey: name) else { return nil }
            defer { families[name] = family }
            guard family.description.kind == kind else { return nil }
            var labels = labels
            var key = PrometheusText.labels(labels)
            if family.series[key] == nil, family.series.count >= Self.seriesLimit - 1, !labels.isEmpty {
                labels = labels.map { ($0.0, "other") }
                key = PrometheusText.labels(labels)
            }
            if let known = family.series[key] { return known.series }
            guard family.series.count < Self.seriesLimit else { return nil }
            let new = Self.makeSeries(of: family.description)
            family.series[key] = (labels, new)
            return new
        }
    }

    private static func makeSeries(of description: MetricDescription) -> Series {
        switch description.kind {
        case .counter: .counter(CounterSeries())
        case .gauge: .gauge(GaugeSeries())
        case .histogram: .histogram(HistogramSeries(bounds: description.bucketBounds))
        }
    }

    // MARK: Exposition

    /// Appends all metrics as text of version 0.0.4, families and series in alphabetical order.
    public func emit(into bytes: inout [UInt8]) {
        let families = families.withLock { $0.values.sorted { $0.description.name < $1.description.name } }
        var text = ""
        for family in families where !family.series.isEmpty {
            let name = family.description.name
            if !family.description.help.isEmpty {
                text += "# HELP \(name) \(PrometheusText.escapedHelp(family.description.help))\n"
            }
            text += "# TYPE \(name) \(family.description.kind.rawValue)\n"
            for (key, (labels, series)) in family.series.sorted(by: { $0.key < $1.key }) {
                switch series {
                case .counter(let counter): text += "\(name)\(key) \(PrometheusText.number(counter.value))\n"
                case .gauge(let gauge): text += "\(name)\(key) \(PrometheusText.number(gauge.value))\n"
                case .histogram(let histogram): text += Self.lines(of: histogram, name, labels)
                }
            }
        }
        bytes.append(contentsOf: text.utf8)
    }

    private static func lines(
        of histogram: HistogramSeries, _ name: String, _ labels: [(String, String)]
    ) -> String {
        let observations = histogram.observations
        var text = ""
        var cumulative: UInt64 = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], observations.counts) {
            cumulative += count
            let key = PrometheusText.labels(labels + [("le", PrometheusText.number(bound))])
            text += "\(name)_bucket\(key) \(cumulative)\n"
        }
        let key = PrometheusText.labels(labels)
        text += "\(name)_sum\(key) \(PrometheusText.number(observations.sum))\n"
        text += "\(name)_count\(key) \(cumulative)\n"
        return text
    }
}
