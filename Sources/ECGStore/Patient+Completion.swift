import ECGModel

extension Patient {
    /// What is known once a device has opened the recording again, perhaps with what was typed in after it had begun.
    ///
    /// Reference, sex and age are added where they were not known. The complaint and the times may be put right.
    ///
    /// - Returns: nil where `later` is somebody else: a device whose numbers repeat after a power cut gives another patient's
    ///   recording a known name.
    func completed(by later: Patient) -> Patient? {
        var completed = self
        guard Self.complete(&completed.reference, by: later.reference), Self.complete(&completed.sex, by: later.sex),
            Self.complete(&completed.ageYears, by: later.ageYears)
        else { return nil }
        completed.chiefComplaint = later.chiefComplaint ?? chiefComplaint
        completed.symptomOnset = later.symptomOnset ?? symptomOnset
        completed.firstMedicalContact = later.firstMedicalContact ?? firstMedicalContact
        return completed
    }

    private static func complete<Value: Equatable>(_ known: inout Value?, by later: Value?) -> Bool {
        guard let later, let before = known else {
            known = known ?? later
            return true
        }
        return before == later
    }
}

extension RecordingHeader {
    /// A device's clock that is set while a recording's link is down may move its beginning by so much; two recordings of one
    /// name that lie further apart are two.
    private static let longestClockCorrection = Duration.seconds(3600)

    /// Whether a recording that is opened under this one's name may be this one: of the same leads and rate, and begun at the
    /// same time by the device's clock, so far as that is known.
    func mayBe(_ other: RecordingHeader) -> Bool {
        guard channels == other.channels, samplingRate == other.samplingRate else { return false }
        guard let begun = deviceTime, let otherBegun = other.deviceTime else { return true }
        return max(begun - otherBegun, otherBegun - begun) <= Self.longestClockCorrection
    }
}
