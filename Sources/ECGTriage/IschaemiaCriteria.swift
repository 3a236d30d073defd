public import ECGModel

/// Horizontal or down-sloping ST depression in contiguous leads.
public struct StDepressionCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least depression at J and 40, 60 and 80 ms after it: what has recovered by then was rising.
    @InUnit public var depression: Millivolts
}

/// Inversion of the T wave in contiguous leads with a prominent R wave.
public struct TInversionCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The T wave must be inverted by more.
    @InUnit public var inversion: Millivolts
    /// The least R wave, which must also exceed the S wave.
    @InUnit public var prominentR: Millivolts
}

/// Diffuse subendocardial ischaemia of left main or three-vessel disease: elevation in aVR, depression nearly everywhere.
public struct DiffuseIschaemiaCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    @InUnit public var elevationAVR: Millivolts
    @InUnit public var depression: Millivolts
    public var fewestDepressedLeads: Int
    /// In hypertrophy, the depression at J from which on a lead shows more than strain: as many leads must reach it here,
    /// and under a tall R wave every other rule asks for it too.
    @InUnit public var depressionBeyondStrain: Millivolts
}

/// The Wellens pattern of critical LAD stenosis: biphasic or deeply inverted T waves in V2–V3 with a quiet ST segment.
public struct WellensCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least inversion of a symmetric T wave (type B).
    @InUnit public var deepInversion: Millivolts
    /// The least depth of the second half of a biphasic T wave (type A).
    @InUnit public var biphasicInversion: Millivolts
    /// The ST level at J must stay below it.
    @InUnit public var quietST: Millivolts
    /// A deeper Q wave is no longer this pattern.
    @InUnit public var deepestQ: Millivolts
}

/// Infarction of hours to days: Q waves and inverted T waves in the same contiguous leads.
public struct EvolvingInfarctionCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least depth of a Q wave, or of the S wave where there is no R wave to speak of.
    @InUnit public var depthOfQ: Millivolts
    /// The least duration of a Q wave.
    @InUnit public var durationOfQ: Milliseconds
    /// The least depth of a Q wave as a share of the R wave behind it.
    public var shareOfR: Double
    /// Up to this height an R wave in front of a deep S is none: the complex is read as QS.
    @InUnit public var negligibleR: Millivolts
    /// The T wave of the same lead must be inverted by more.
    @InUnit public var inversion: Millivolts
}
