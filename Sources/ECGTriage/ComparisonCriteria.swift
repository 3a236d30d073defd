public import ECGModel

/// Comparison with the patient's earlier recordings.
public struct ComparisonCriteria: Hashable, Sendable, Codable {
    /// New elevation that passes the table's limits too, or has new depression opposite to it.
    public var confirmed: TriageRule
    /// New elevation alone, below the table's limits.
    public var unconfirmed: TriageRule
    /// Left bundle-branch block that an earlier recording does not have.
    public var newBlock: TriageRule
    /// The least rise of the J point since an earlier recording, in two contiguous leads.
    @InUnit public var newElevation: Millivolts
    /// The least level that such a lead must have now: a depression that has gone is no elevation.
    @InUnit public var leastLevel: Millivolts
    /// Within this distance of its earlier level an ST level is unchanged.
    @InUnit public var unchangedWithin: Millivolts
    /// QRS complexes that differ by more are two ways of conduction, and their ST levels cannot be compared.
    @InUnit public var sameQRSWithin: Milliseconds
    /// From this age on an earlier recording shows a state that has settled: a change that it has already is not acute. A
    /// younger one may show the same infarct.
    public var settledAfterDays: Int
}

/// Change of ST within the recording, in at least two contiguous leads at one time.
public struct SerialChangeCriteria: Hashable, Sendable, Codable {
    /// ST that rises, with new depression opposite to it.
    public var confirmedElevation: TriageRule
    public var elevation: TriageRule
    public var depression: TriageRule
    /// The least change at J+80 ms against the recording's beginning.
    @InUnit public var change: Millivolts
    /// The least opposite change that confirms an elevation.
    @InUnit public var reciprocalChange: Millivolts
}
