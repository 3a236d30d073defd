/// Where a number of the table comes from. A rule names the paper as a whole; this tells, number by number, what that paper
/// says and what was chosen by the table's author.
public struct CriterionOrigin: Hashable, Sendable, Codable {
    /// The number's name as ``TriageTable/criteria`` lists it, for example `posterior.broadR`, or the beginning of the names
    /// of several, up to a point or a bracket: `posterior`, `stElevation.limits`.
    public var criterion: String
    /// The paper, definition or consensus that prints the number, or by what experiment it was chosen.
    public var source: String
    /// Whether the digits were found in print. False means from general knowledge or chosen: to be checked before anybody
    /// relies on them.
    public var isVerified: Bool

    public init(_ criterion: String, _ source: String, isVerified: Bool) {
        self.criterion = criterion
        self.source = source
        self.isVerified = isVerified
    }

    enum CodingKeys: String, CodingKey { case criterion, source, isVerified }

    func covers(_ name: String) -> Bool {
        guard name.hasPrefix(criterion) else { return false }
        guard let next = name.dropFirst(criterion.count).first else { return true }
        return next == "." || next == "["
    }
}

/// A number of the table, by name.
public struct TriageCriterion: Hashable, Sendable {
    /// Where it stands in the table, for example `criticalValues.longRR.duration`.
    public var name: String
    public var value: Double
    /// UCUM symbol, empty for a plain number.
    public var unit: String
    /// What can be meant: a value outside is a slip of the pen.
    public var allowed: ClosedRange<Double>
}

extension TriageTable {
    /// Where a number comes from, by the entry of ``origins`` that names it most closely; nil where none does.
    public func origin(of criterion: TriageCriterion) -> CriterionOrigin? {
        origins.filter { $0.covers(criterion.name) }.max { $0.criterion.count < $1.criterion.count }
    }
}
