public import ECGModel

/// Left ventricular hypertrophy, whose ST elevation in leads with deep S waves is no infarction unless it is large.
public struct HypertrophyCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// S in V1 plus the larger R of V5 and V6 (Sokolow and Lyon).
    @InUnit public var sokolowLyon: Millivolts
    /// R in aVL (Sokolow and Lyon).
    @InUnit public var rInAVL: Millivolts
    /// R in aVL plus S in V3 must exceed it (Cornell). Men's is also taken where the sex is not known: hypertrophy called
    /// too readily would hold back an infarction.
    @InUnit public var cornellMen: Millivolts
    /// The same for women.
    @InUnit public var cornellWomen: Millivolts
    /// ST elevation as a share of the QRS complex, from the top of R to the bottom of S, from which it counts all the same.
    public var elevationShareOfQRS: Double
}

/// The weights of a formula that tells occlusion of the LAD from early repolarisation. ST and waves count in millimetres of
/// paper, ten to the millivolt, QTc in milliseconds.
public struct AnteriorFormula: Hashable, Sendable, Codable {
    /// Weight of the level at J+60 in V3.
    public var st60V3: Double
    /// Weight of QT corrected by Bazett.
    public var qtc: Double
    /// Weight of the R wave in V4.
    public var rV4: Double
    /// Weight of the QRS complex in V2, from the top of R to the bottom of S; 0 in the formula of three variables.
    public var qrsV2: Double
}

/// Smith's formulas.
public struct AnteriorFormulas: Hashable, Sendable, Codable {
    public var fourVariables: AnteriorFormula
    /// For recordings in which V2 was not measured.
    public var threeVariables: AnteriorFormula
}

/// Early repolarisation of a healthy heart against occlusion of the LAD, by Smith's formulas.
public struct EarlyRepolarisationCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// At or above this the formula of four variables says occlusion.
    public var fourVariableLimit: Double
    /// Above this the formula of three variables, used where V2 was not measured, says occlusion.
    public var threeVariableLimit: Double
    /// Below these the formulas of four and of three variables exclude an occlusion. Between them and the limits above
    /// lies what they cannot tell.
    public var fourVariableExclusion: Double
    public var threeVariableExclusion: Double
    /// Outside V2–V4, elevation at J up to this share of a T wave is early repolarisation.
    public var elevationShareOfT: Double
}

/// Pericarditis: concave elevation in many leads and depression in none but aVR and V1.
public struct PericarditisCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The fewest elevated leads that are diffuse.
    public var fewestElevatedLeads: Int
    /// Depression of any lead but aVR and V1, from which on it is not pericarditis.
    @InUnit public var excludingDepression: Millivolts
}

/// Brugada's type 1 pattern: coved, falling elevation in V1–V2 that ends in an inverted T wave.
public struct BrugadaCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least elevation at J in V1 or V2.
    @InUnit public var elevation: Millivolts
    /// How far the level must fall from J to J+80 ms.
    @InUnit public var fall: Millivolts
}

/// Aneurysm of an old anterior infarction: elevation within V1–V4 with Q waves and small T waves.
public struct AneurysmCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// Sum of T over V1–V4 divided by the sum of the QRS complexes, up to which it is an aneurysm.
    public var ratioTToQRS: Double
    /// The least depth of a Q wave, without which there is no old infarction.
    @InUnit public var deepQ: Millivolts
}

/// What looks like an infarction and is none.
public struct MimicCriteria: Hashable, Sendable, Codable {
    public var hypertrophy: HypertrophyCriteria
    public var earlyRepolarisation: EarlyRepolarisationCriteria
    public var pericarditis: PericarditisCriteria
    public var brugada: BrugadaCriteria
    public var aneurysm: AneurysmCriteria
    /// Above this rate ST levels are doubtful and only reciprocal depression confirms an elevation.
    @InUnit public var tachycardia: BeatsPerMinute
}
