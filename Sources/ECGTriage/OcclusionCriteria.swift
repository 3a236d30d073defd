public import ECGModel

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

/// Hyperacute T waves: the first sign of an occlusion, before ST rises.
public struct HyperacuteTCriteria: Hashable, Sendable, Codable {
    public var rule: TriageRule
    /// The least height of the T wave.
    @InUnit public var height: Millivolts
    /// Its least height as a share of the QRS complex, from the top of R to the bottom of S.
    public var shareOfQRS: Double
}
