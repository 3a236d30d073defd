public import ECGModel

extension WireOpen {
    public init(_ header: RecordingHeader) {
        self.init()
        recordingID = header.id.bytes.protobufBytes
        samplingRateHertz = header.samplingRate.value
        channels = header.channels.map(WireLeadChannel.init)
        if let time = header.deviceTime { firstSampleMicroseconds = time.microsecondsSince1970 }
        patient = WirePatient(header.patient)
    }

    /// The header that the message describes, checked as ``RecordingHeader/validate()`` checks it.
    public func header() throws(WireError) -> RecordingHeader {
        guard let id = RecordingID(bytes: recordingID) else {
            throw WireError(.badHeader, "a recording's id has 16 bytes, not \(recordingID.count)")
        }
        guard AcquisitionLimits.leads.contains(channels.count) else {
            throw WireError(.badHeader, AcquisitionError.leadCount(channels.count).description)
        }
        var leads: [Channel] = []
        for (index, channel) in channels.enumerated() { leads.append(try channel.channel(at: index)) }
        let header = RecordingHeader(
            id: id, samplingRate: Hertz(samplingRateHertz), channels: leads,
            deviceTime: hasFirstSampleMicroseconds
                ? Timestamp(ofDevice: firstSampleMicroseconds) : nil,
            patient: patient.patient)
        do throws(AcquisitionError) {
            try header.validate()
        } catch {
            throw WireError(error)
        }
        return header
    }
}

extension WireError {
    /// What an acquisition's error is on the wire. The patient's age is patient data and is left out.
    init(_ error: AcquisitionError) {
        switch error {
        case .samplingRate: self.init(.impossibleRate, error.description)
        case .ageYears:
            let limits = AcquisitionLimits.ageYears
            self.init(.badHeader, "the age in years must be from \(limits.lowerBound) to \(limits.upperBound)")
        case .leadCount, .duplicateLead, .resolution, .textTooLong: self.init(.badHeader, error.description)
        }
    }
}

extension WireLeadChannel {
    init(_ channel: Channel) {
        self.init()
        mdcCode = channel.lead.mdcCode
        if channel.label != channel.lead.name { label = channel.label.protobufBytes }
        nanovoltsPerCount = channel.nanovoltsPerCount
        baseline = channel.baseline
    }

    func channel(at index: Int) throws(WireError) -> Channel {
        guard let lead = Lead(mdcCode: mdcCode) else {
            throw WireError(.unknownLead, "lead number \(index) has the MDC code \(mdcCode), which is not known")
        }
        let text = String(repairing: label, limit: AcquisitionLimits.labelBytes)
        return Channel(
            lead: lead, label: text.isEmpty ? nil : text, nanovoltsPerCount: nanovoltsPerCount, baseline: baseline)
    }
}

extension WirePatient {
    init(_ patient: Patient) {
        self.init()
        if let text = patient.reference { reference = text.protobufBytes }
        switch patient.sex {
        case .female: sex = .female
        case .male: sex = .male
        case nil: sex = .unknown
        }
        if let age = patient.ageYears { ageYears = UInt32(clamping: age) }
        if let text = patient.chiefComplaint { chiefComplaint = text.protobufBytes }
        if let time = patient.symptomOnset { symptomOnsetMicroseconds = time.microsecondsSince1970 }
        if let time = patient.firstMedicalContact { firstMedicalContactMicroseconds = time.microsecondsSince1970 }
    }

    var patient: Patient {
        let sex: Patient.Sex? =
            switch self.sex {
            case .female: .female
            case .male: .male
            case .unknown, .UNRECOGNIZED: nil
            }
        return Patient(
            reference: hasReference ? String(completing: reference).flatMap(Patient.reference(written:)) : nil,
            sex: sex,
            ageYears: hasAgeYears ? Int(ageYears) : nil,
            chiefComplaint: hasChiefComplaint
                ? String(repairing: chiefComplaint, limit: AcquisitionLimits.complaintBytes).ifWritten : nil,
            symptomOnset: hasSymptomOnsetMicroseconds
                ? Timestamp(ofDevice: symptomOnsetMicroseconds) : nil,
            firstMedicalContact: hasFirstMedicalContactMicroseconds
                ? Timestamp(ofDevice: firstMedicalContactMicroseconds) : nil)
    }
}

extension String {
    /// What somebody wrote into a field, or nil where it is empty or blank: a device sends its form as it stands.
    fileprivate var ifWritten: String? { contains { !$0.isWhitespace } ? self : nil }
}

extension Timestamp {
    /// What a device says of a time, or nil where that is none: a recording is not refused because of a clock.
    fileprivate init?(ofDevice microseconds: Int64) {
        self.init(microsecondsSince1970: microseconds)
        guard Timestamp.writable.contains(self) else { return nil }
    }
}
