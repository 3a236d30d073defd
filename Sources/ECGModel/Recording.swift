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

/// One lead of a recording and how its counts become volts.
public struct Channel: Hashable, Sendable, Codable {
    public var lead: Lead
    /// The lead's name as its source writes it, for example `MLII`; ``Lead/name`` where the source has none.
    public var label: String
    public var nanovoltsPerCount: Double
    /// The count that stands for 0 V.
    public var baseline: Int32

    public init(lead: Lead, label: String? = nil, nanovoltsPerCount: Double, baseline: Int32 = 0) {
        self.lead = lead
        self.label = label ?? lead.name
        self.nanovoltsPerCount = nanovoltsPerCount
        self.baseline = baseline
    }

    /// The potential of a count, or nil where the sample is missing.
    public func millivolts(of count: Int32) -> Millivolts? {
        count == Samples.missing
            ? nil : Millivolts((Double(count) - Double(baseline)) * nanovoltsPerCount / 1_000_000)
    }
}

/// What a device says of a recording when it opens it.
public struct RecordingHeader: Hashable, Sendable, Codable {
    public var id: RecordingID
    public var samplingRate: Hertz
    /// One to ``AcquisitionLimits/leads`` leads, in the order in which samples carry them.
    public var channels: [Channel]
    /// When the first sample was taken, by the device's clock.
    public var deviceTime: Timestamp?
    public var patient: Patient

    public init(
        id: RecordingID, samplingRate: Hertz, channels: [Channel], deviceTime: Timestamp? = nil,
        patient: Patient = Patient()
    ) {
        self.id = id
        self.samplingRate = samplingRate
        self.channels = channels
        self.deviceTime = deviceTime
        self.patient = patient
    }

    public var leads: [Lead] { channels.map(\.lead) }
}

/// What the system accepts of an acquisition. DESIGN: any 1 to 16 leads at 100 to 1000 Hz; sixteen lanes are what the
/// analyser's vectors hold, below 100 Hz a QRS complex has too few samples to be measured, and no clinic device samples
/// above 1000 Hz.
public enum AcquisitionLimits {
    public static let leads = 1...16
    public static let samplingRate: ClosedRange<Hertz> = 100...1000
    /// 1 nV to 1 mV a count: finer than any front end and coarser than any that could show a heartbeat.
    public static let nanovoltsPerCount: ClosedRange<Double> = 1...1_000_000
    /// A year of life nobody has reached.
    public static let ageYears = 0...130
    /// Bytes of UTF-8 in a lead's label, a patient reference, a chief complaint.
    public static let labelBytes = 32
    public static let referenceBytes = 64
    public static let complaintBytes = 256
}

/// Why an acquisition cannot be accepted; the text names what is wrong and what would be right.
public enum AcquisitionError: Error, Hashable, Sendable, CustomStringConvertible {
    case leadCount(Int)
    case duplicateLead(Lead)
    case samplingRate(Double)
    case resolution(Lead, nanovoltsPerCount: Double)
    case ageYears(Int)
    case textTooLong(field: String, bytes: Int, limit: Int)

    public var description: String {
        switch self {
        case .leadCount(let count):
            "\(count) leads: a recording has \(AcquisitionLimits.leads.lowerBound) to \(AcquisitionLimits.leads.upperBound)"
        case .duplicateLead(let lead):
            "lead \(lead) is named twice: name each lead once, and leads without a name as unspecified"
        case .samplingRate(let rate):
            "\(rate) Hz: the sampling rate must be from \(AcquisitionLimits.samplingRate.lowerBound.value) to "
                + "\(AcquisitionLimits.samplingRate.upperBound.value) Hz"
        case .resolution(let lead, let nanovolts):
            "lead \(lead) has \(nanovolts) nV per count: it must be from "
                + "\(AcquisitionLimits.nanovoltsPerCount.lowerBound) to \(AcquisitionLimits.nanovoltsPerCount.upperBound)"
        case .ageYears(let years):
            "an age of \(years) years: it must be from \(AcquisitionLimits.ageYears.lowerBound) to "
                + "\(AcquisitionLimits.ageYears.upperBound), or left out"
        case .textTooLong(let field, let bytes, let limit):
            "\(field) has \(bytes) bytes: at most \(limit) are accepted"
        }
    }
}

extension RecordingHeader {
    /// Checks everything a device or a file may have got wrong.
    public func validate() throws(AcquisitionError) {
        guard AcquisitionLimits.leads.contains(channels.count) else { throw .leadCount(channels.count) }
        guard samplingRate.value.isFinite, AcquisitionLimits.samplingRate.contains(samplingRate) else {
            throw .samplingRate(samplingRate.value)
        }
        var named: Set<Lead> = []
        for channel in channels {
            guard channel.lead == .unspecified || named.insert(channel.lead).inserted else {
                throw .duplicateLead(channel.lead)
            }
            guard channel.nanovoltsPerCount.isFinite,
                AcquisitionLimits.nanovoltsPerCount.contains(channel.nanovoltsPerCount)
            else { throw .resolution(channel.lead, nanovoltsPerCount: channel.nanovoltsPerCount) }
            try Self.check(channel.label, "a lead's label", AcquisitionLimits.labelBytes)
        }
        if let age = patient.ageYears, !AcquisitionLimits.ageYears.contains(age) { throw .ageYears(age) }
        try Self.check(patient.reference, "the patient reference", AcquisitionLimits.referenceBytes)
        try Self.check(patient.chiefComplaint, "the chief complaint", AcquisitionLimits.complaintBytes)
    }

    private static func check(_ text: String?, _ field: String, _ limit: Int) throws(AcquisitionError) {
        guard let bytes = text?.utf8.count, bytes > limit else { return }
        throw .textTooLong(field: field, bytes: bytes, limit: limit)
    }
}

/// Samples of all leads over a span of time, as the analogue-digital converter counted them.
///
/// Shape: `counts` is interleaved, sample after sample, one count a channel: the count of channel c at sample n of this
/// span is `counts[n * channelCount + c]`.
public struct Samples: Hashable, Sendable {
    /// Stands where a lead was not sampled (electrode off, gap in a file).
    public static let missing = Int32.min

    public let channelCount: Int
    public var counts: [Int32]

    /// - Precondition: `counts` holds whole samples.
    public init(channelCount: Int, counts: [Int32] = []) {
        precondition(channelCount > 0 && counts.count.isMultiple(of: channelCount), "samples must be whole")
        self.channelCount = channelCount
        self.counts = counts
    }

    /// The number of sampling instants.
    public var count: Int { counts.count / channelCount }
    public var isEmpty: Bool { counts.isEmpty }

    public subscript(sample: Int, channel: Int) -> Int32 {
        get { counts[sample * channelCount + channel] }
        set { counts[sample * channelCount + channel] = newValue }
    }

    /// The samples of a range of instants.
    public subscript(range: Range<Int>) -> Samples {
        Samples(
            channelCount: channelCount,
            counts: Array(counts[range.lowerBound * channelCount..<range.upperBound * channelCount]))
    }

    public mutating func append(_ other: Samples) {
        precondition(other.channelCount == channelCount, "samples of one recording have the same channels")
        counts.append(contentsOf: other.counts)
    }
}

/// A whole recording in memory: files, simulations and exports; the live path never holds one.
public struct Recording: Hashable, Sendable {
    public var header: RecordingHeader
    public var samples: Samples

    public init(header: RecordingHeader, samples: Samples) {
        precondition(header.channels.count == samples.channelCount, "a channel for every column of samples")
        self.header = header
        self.samples = samples
    }

    public var duration: Duration { .seconds(Double(samples.count) / header.samplingRate.value) }
}
