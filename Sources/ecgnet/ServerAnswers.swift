import ECGModel

/// The API's answers, as far as the commands read them.
struct AlertList: Decodable {
    var alerts: [Alert]
}

struct AlertDetail: Decodable {
    var alert: Alert
    /// In the order in which they happened.
    var events: [AlertEvent]
}

/// An alert that waits, or what has just happened to one.
struct AlertNotice: Codable {
    /// Nil for an alert that was in the queue before.
    var event: AlertEvent?
    var alert: Alert
}

struct RecordingList: Decodable {
    var recordings: [ListedRecording]
}

struct ListedRecording: Codable {
    struct ListedLead: Codable {
        var lead: Lead
        var label: String
        var nanovoltsPerCount: Double
        var baseline: Int32
    }

    var id: RecordingID
    var device: String
    var clinic: String
    /// `open` while the device may send more, then `closed`.
    var status: String
    var samplingRate: Hertz
    /// Samples that are durably stored.
    var sampleCount: Int
    var durationSeconds: Double
    var leads: [ListedLead]
    /// By the server's clock.
    var openedAt: Timestamp
    var closedAt: Timestamp?
    /// When the first sample was taken, by the device's clock.
    var deviceTime: Timestamp?
    /// False once retention has dropped the waveform.
    var hasWaveform: Bool
    var hasReading: Bool
}

struct RecordingReadingAnswer: Decodable {
    var recording: RecordingID
    var reading: MachineReading
}
