/// How errors of one kind lie: their number, mean, standard deviation and the largest.
public struct Spread: Sendable, Hashable {
    public private(set) var values: [Double] = []

    public init(_ values: [Double] = []) { self.values = values }

    public mutating func add(_ value: Double) { values.append(value) }

    public var count: Int { values.count }
    /// Nil where there are no values, as all below.
    public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(count) }
    /// Of the values themselves, not an estimate for a population they were drawn from.
    public var standardDeviation: Double? {
        guard let mean else { return nil }
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
    }
    public var rootMeanSquare: Double? {
        values.isEmpty ? nil : (values.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot()
    }
    public var meanMagnitude: Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + $1.magnitude } / Double(count)
    }
    public var largestMagnitude: Double? { values.map(\.magnitude).max() }
    public var largest: Double? { values.max() }
    public var median: Double? { Self.median(of: values) }

    /// The share of the values not farther than `reach` from 0.
    public func share(within reach: Double) -> Share {
        Share(hits: values.count { $0.magnitude <= reach }, of: count)
    }

    /// The distance from 0 that this share of the values, from 0 to 1, does not exceed.
    public func magnitude(ofShare share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.map(\.magnitude).sorted()
        return sorted[min(count - 1, max(0, Int((share * Double(count)).rounded(.up)) - 1))]
    }

    /// The middle value, or the mean of the two middle ones.
    public static func median(of values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
