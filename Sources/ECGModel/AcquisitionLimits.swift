/// What the system accepts of an acquisition: any 1 to 16 leads at 100 to 1000 Hz. Sixteen lanes are what the analyser's
/// vectors hold, below 100 Hz a QRS complex has too few samples to be measured, and no clinic device samples
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
