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
    @InUnit public var inversion: Millivolts
    /// The least R wave, which must also exceed the S wave.
    @InUnit public var prominentR: Millivolts
}

/// Infarction of the posterior wall, seen from the front: depression that is deepest in V1–V4.
public struct PosteriorCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least horizontal depression in two contiguous leads of V1–V4.
    @InUnit public var depression: Millivolts
    /// R divided by S in V2, beyond which R is tall.
    public var ratioRToS: Double
    /// Duration of R in V2, beyond which it is broad.
    @InUnit public var broadR: Milliseconds
}

/// Diffuse subendocardial ischaemia of left main or three-vessel disease: elevation in aVR, depression nearly everywhere.
public struct DiffuseIschaemiaCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    @InUnit public var elevationAVR: Millivolts
    @InUnit public var depression: Millivolts
    public var fewestDepressedLeads: Int
    /// In hypertrophy, the depression that as many leads must reach to be more than strain.
    @InUnit public var depressionBeyondStrain: Millivolts
}

/// The de Winter pattern of proximal LAD occlusion: the ST segment rises from a depressed J point into a tall T wave.
public struct DeWinterCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The depression at J must exceed it.
    @InUnit public var depression: Millivolts
    /// The share of that depression that must be left at J+40 ms.
    public var shareAt40: Double
    /// How much the level must rise from J to J+80 ms.
    @InUnit public var rise: Millivolts
    @InUnit public var tallT: Millivolts
}

/// Elevation of the anterior chest leads below the table's limits that Smith's formula takes for an occlusion.
public struct AnteriorFormulaCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least elevation at J in one of V2–V4.
    @InUnit public var elevation: Millivolts
    /// The score of the formula of four variables from which it speaks.
    public var fourVariableLimit: Double
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

/// Occlusions that elevate leads which are not contiguous.
public struct NoncontiguousCriteria: Hashable, Sendable, Codable {
    /// High lateral: V2 and aVL elevated, III depressed, drawn on the page like the South African flag.
    public var highLateral: TriageRule
    /// Aslanger: of the inferior leads only III elevated, V5–V6 depressed, V1 above V2.
    public var aslanger: TriageRule
    /// The least elevation of the named leads; V2 is held against this and not against the table of contiguous leads.
    @InUnit public var elevation: Millivolts
    @InUnit public var depression: Millivolts
}

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

/// Infarction of hours to days: Q waves and inverted T waves in the same contiguous leads.
public struct EvolvingInfarctionCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least depth of a Q wave, or of the S wave where there is no R wave to speak of.
    @InUnit public var depthOfQ: Millivolts
    @InUnit public var durationOfQ: Milliseconds
    /// The least depth of a Q wave as a share of the R wave behind it.
    public var shareOfR: Double
    /// Up to this height an R wave in front of a deep S is none: the complex is read as QS.
    @InUnit public var negligibleR: Millivolts
    @InUnit public var inversion: Millivolts
}

/// Hyperacute T waves: the first sign of an occlusion, before ST rises.
public struct HyperacuteTCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least height of the T wave.
    @InUnit public var height: Millivolts
    /// Its least height as a share of the QRS complex, from the top of R to the bottom of S.
    public var shareOfQRS: Double
}
