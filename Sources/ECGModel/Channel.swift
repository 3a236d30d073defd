/// One lead of a recording and how its counts become volts.
public struct Channel: Hashable, Sendable, Codable {
    public var lead: Lead
    /// The lead's name as its source writes it, for example `MLII`; ``Lead/name`` where the source has none.
    public var label: String
    public var nanovoltsPerCount: Double
    /// The count that stands for 0 V.
    public var baseline: Int32

    public init(lead: Lead, label: String? = nil, nanovoltsPerCount: Double, baseline: Int32 = 0) {
        self.lead = lead
        self.label = label ?? lead.name
        self.nanovoltsPerCount = nanovoltsPerCount
        self.baseline = baseline
    }

    /// The potential of a count, or nil where the sample is missing.
    public func millivolts(of count: Int32) -> Millivolts? {
        count == Samples.missing
            ? nil : Millivolts((Double(count) - Double(baseline)) * nanovoltsPerCount / 1_000_000)
    }
}
