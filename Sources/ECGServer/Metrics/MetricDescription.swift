/// What a metric is called and means: one family of the exposition, with one series for every combination of labels.
public struct MetricDescription: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
    }

    /// In Prometheus' grammar, with the base unit and, for counters, `_total` at the end, as its naming guide asks.
    public var name: String
    public var help: String
    public var kind: Kind
    /// The upper bounds of a histogram's buckets in rising order, without +Inf.
    public var bucketBounds: [Double]

    public init(_ name: String, _ kind: Kind, help: String, bucketBounds: [Double] = []) {
        precondition(name == PrometheusText.metricName(name), "\(name) is no metric name of Prometheus")
        precondition(zip(bucketBounds, bucketBounds.dropFirst()).allSatisfy(<), "bucket bounds rise")
        self.name = name
        self.kind = kind
        self.help = help
        self.bucketBounds = bucketBounds
    }
}
