/// What the clinic knows of the patient when the recording starts. Everything may be missing; nothing of it may reach
/// logs, metrics or error texts.
public struct Patient: Hashable, Sendable, Codable {
    public enum Sex: String, Hashable, Sendable, Codable, CaseIterable {
        case female, male
    }

    /// The clinic's own reference: never shown outside the worklist, never logged.
    public var reference: String?
    public var sex: Sex?
    /// Completed years of life.
    public var ageYears: Int?
    public var chiefComplaint: String?
    public var symptomOnset: Timestamp?
    /// When health personnel first met the patient: the start of the chest-pain centre's clocks.
    public var firstMedicalContact: Timestamp?

    public init(
        reference: String? = nil, sex: Sex? = nil, ageYears: Int? = nil, chiefComplaint: String? = nil,
        symptomOnset: Timestamp? = nil, firstMedicalContact: Timestamp? = nil
    ) {
        self.reference = reference
        self.sex = sex
        self.ageYears = ageYears
        self.chiefComplaint = chiefComplaint
        self.symptomOnset = symptomOnset
        self.firstMedicalContact = firstMedicalContact
    }
}
