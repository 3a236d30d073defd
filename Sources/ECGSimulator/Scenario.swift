public import ECGModel

/// A patient to simulate: who it is, what the heart does, what disturbs the recording. Two seeds of one scenario are two
/// patients with the same disease.
public struct Scenario: Sendable, Hashable {
    /// The name on the command line.
    public var name: String
    /// One line for people.
    public var title: String
    public var sex: Patient.Sex
    public var ageYears: Int
    public var chiefComplaint: String?
    public var rhythm: HeartRhythm
    public var conduction: VentricularConduction
    public var repolarisation: Repolarisation
    public var infarct: Infarct?
    public var noise: NoiseProfile
    public var faults: [ElectrodeFault]
    /// Limb cables on the wrong limbs.
    public var limbReversal: RecordingQuality.LimbReversal?
    /// Scale of everything that differs from beat to beat: heart rate variability and the respiratory swing of the axis.
    /// 0 makes every beat equal.
    public var variability: Double

    public init(
        name: String, title: String, sex: Patient.Sex = .male, ageYears: Int = 55, chiefComplaint: String? = nil,
        rhythm: HeartRhythm = .sinus(rate: 70), conduction: VentricularConduction = .narrow,
        repolarisation: Repolarisation = .usual, infarct: Infarct? = nil, noise: NoiseProfile = .quiet,
        faults: [ElectrodeFault] = [], limbReversal: RecordingQuality.LimbReversal? = nil, variability: Double = 1
    ) {
        self.name = name
        self.title = title
        self.sex = sex
        self.ageYears = ageYears
        self.chiefComplaint = chiefComplaint
        self.rhythm = rhythm
        self.conduction = conduction
        self.repolarisation = repolarisation
        self.infarct = infarct
        self.noise = noise
        self.faults = faults
        self.limbReversal = limbReversal
        self.variability = variability
    }
}
