public import ECGModel
public import ECGStore

/// A recording as the API gives it.
public struct RecordingDocument: Hashable, Sendable, Codable {
    public struct LeadDocument: Hashable, Sendable, Codable {
        /// The lead's name, for example `aVL`.
        public var lead: Lead
        /// The name that the device gives it.
        public var label: String
        public var nanovoltsPerCount: Double
        /// The count that stands for 0 V.
        public var baseline: Int32
    }

    public var id: RecordingID
    public var device: String
    public var clinic: String
    /// The township of the clinic, where the device register says it.
    public var township: String?
    public var status: StoredRecording.Status
    /// In hertz.
    public var samplingRate: Hertz
    /// Number of samples that are durably stored.
    public var sampleCount: Int
    public var durationSeconds: Double
    public var leads: [LeadDocument]
    /// By the server's clock.
    public var openedAt: Timestamp
    public var closedAt: Timestamp?
    /// When the first sample was taken, by the server's clock, as far as anybody can tell: what ages count from. Nil from servers
    /// that do not tell it.
    public var takenAt: Timestamp?
    /// The same by the device's clock.
    public var deviceTime: Timestamp?
    /// The device's clock minus the server's when the recording was opened: by how much other times that were typed on the device,
    /// the patient's too, are ahead. Nil where nobody has compared them.
    public var clockOffsetSeconds: Double?
    /// False once retention has dropped the waveform.
    public var hasWaveform: Bool
    public var hasReading: Bool
    /// Only for roles that may read it, and only in the answer for one recording.
    public var patient: Patient?

    public init(_ recording: StoredRecording, patient: Patient? = nil) {
        let header = recording.header
        id = header.id
        device = recording.device
        clinic = recording.clinic
        township = recording.township
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
        takenAt = recording.takenAt
        deviceTime = header.deviceTime
        clockOffsetSeconds = recording.clockOffset.map { $0 / .seconds(1) }
        hasWaveform = recording.hasWaveform
        hasReading = recording.hasReading
        self.patient = patient
    }
}

/// Recordings, newest first.
public struct RecordingList: Hashable, Sendable, Codable {
    public var recordings: [RecordingDocument]

    public init(recordings: [RecordingDocument]) { self.recordings = recordings }
}
