/// One number by which the program is judged.
public struct Figure: Sendable, Hashable, Codable {
    public enum Better: String, Sendable, Hashable, Codable {
        case high, low
    }

    /// Table, set and measure, for example `beats/mitdb/F1`.
    public var name: String
    public var value: Double
    /// UCUM symbol; empty for a plain number.
    public var unit: String
    public var better: Better
    /// How much worse than what was reached is still taken: more than a change of no consequence makes, less than the
    /// gap that would be missed.
    public var margin: Double

    public init(_ name: String, _ value: Double, unit: String, better: Better, margin: Double) {
        self.name = name
        self.value = value
        self.unit = unit
        self.better = better
        self.margin = margin
    }
}
