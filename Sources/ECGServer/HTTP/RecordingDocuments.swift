import ECGModel
import ECGStore

/// A recording as the API gives it.
struct RecordingDocument: Encodable {
    struct LeadDocument: Encodable {
        /// The lead's name, for example `aVL`.
        var lead: Lead
        /// The name that the device gives it.
        var label: String
        var nanovoltsPerCount: Double
        /// The count that stands for 0 V.
        var baseline: Int32
    }

    var id: RecordingID
    var device: String
    var clinic: String
    var status: StoredRecording.Status
    /// In hertz.
    var samplingRate: Hertz
    /// Number of samples that are durably stored.
    var sampleCount: Int
    var durationSeconds: Double
    var leads: [LeadDocument]
    /// By the server's clock.
    var openedAt: Timestamp
    var closedAt: Timestamp?
    /// When the first sample was taken, by the device's clock.
    var deviceTime: Timestamp?
    /// False once retention has dropped the waveform.
    var hasWaveform: Bool
    var hasReading: Bool
    /// Only for roles that may read it, and only in the answer for one recording.
    var patient: Patient?

    init(_ recording: StoredRecording, patient: Patient? = nil) {
        let header = recording.header
        id = header.id
        device = recording.device
        clinic = recording.clinic
        status = recording.status
        samplingRate = header.samplingRate
        sampleCount = recording.sampleCount
        durationSeconds = Double(recording.sampleCount) / header.samplingRate.value
        leads = header.channels.map {
            LeadDocument(
                lead: $0.lead, label: $0.label, nanovoltsPerCount: $0.nanovoltsPerCount, baseline: $0.baseline)
        }
        openedAt = recording.openedAt
        closedAt = recording.closedAt
        deviceTime = header.deviceTime
        hasWaveform = recording.hasWaveform
        hasReading = recording.hasReading
        self.patient = patient
    }
}

struct RecordingList: Encodable { var recordings: [RecordingDocument] }

/// A stretch of a recording in millivolts.
struct WaveformDocument: Encodable {
    struct LeadWaveform: Encodable {
        var lead: Lead
        var label: String
        /// One value a sample; null where the lead was not sampled.
        var millivolts: [Double?]
    }

    var recording: RecordingID
    /// In hertz.
    var samplingRate: Hertz
    /// The index of the first value of every lead.
    var firstSample: SampleIndex
    /// How many samples this answer holds: at most what one answer may, so ask again from `firstSample` + `sampleCount`.
    var sampleCount: Int
    /// How many samples the recording has by now.
    var availableSamples: Int
    var leads: [LeadWaveform]

    init(of recording: StoredRecording, range: Range<SampleIndex>, samples: Samples) {
        precondition(samples.count == range.count, "the samples are the range's")
        self.recording = recording.id
        samplingRate = recording.header.samplingRate
        firstSample = range.lowerBound
        sampleCount = range.count
        availableSamples = recording.sampleCount
        leads = recording.header.channels.enumerated().map { index, channel in
            LeadWaveform(
                lead: channel.lead, label: channel.label,
                millivolts: (0..<samples.count).map { channel.millivolts(of: samples[$0, index])?.value })
        }
    }
}
