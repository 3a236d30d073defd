public import ECGModel

/// Infarction behind left bundle-branch block or pacing, where the table of ST elevation does not apply.
public struct SgarbossaCriteria: Hashable, Sendable, Codable {
    /// Sgarbossa's score of 3 or more.
    public var score: TriageRule
    /// Any of Smith's modified criteria.
    public var modified: TriageRule
    @InUnit public var concordantElevation: Millivolts
    @InUnit public var concordantDepression: Millivolts
    @InUnit public var discordantElevation: Millivolts
    public var concordantElevationPoints: Int
    public var concordantDepressionPoints: Int
    public var discordantElevationPoints: Int
    public var leastScore: Int
    /// ST divided by S at or below which a discordant elevation is excessive; negative.
    public var excessiveRatio: Double
    /// The least elevation for the ratio to be formed.
    @InUnit public var ratioElevation: Millivolts
    /// The leads whose concordant depression counts: in block, and in pacing.
    public var depressionLeadsInBlock: [Lead]
    public var depressionLeadsInPacing: [Lead]
    /// The larger wave of the QRS complex must be this many times the smaller one for the lead to have a direction that
    /// ST can agree or disagree with.
    public var clearPolarity: Double
}
