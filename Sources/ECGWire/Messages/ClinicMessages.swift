public import ECGModel

/// What a device is told of an alert on one of its recordings: how far it has come, by whom, and the text that goes
/// with it.
public struct AlertStatus: Hashable, Sendable {
    public var alert: AlertID
    public var recording: RecordingID
    public var code: String
    public var priority: AlarmPriority
    public var state: AlertState
    /// Who took the step; nil where the system did.
    public var by: String?
    public var at: Timestamp
    /// The report, the reason of a dismissal, or what the alert says.
    public var text: String
    /// What kind of report the text is, if it is one. A preliminary one comes with the state `acknowledged`.
    public var report: ReportStage?
    /// Why the report was amended.
    public var reason: String?
    /// Who signed the report, where somebody else than its author did.
    public var signedBy: String?

    public init(
        alert: AlertID, recording: RecordingID, code: String, priority: AlarmPriority, state: AlertState,
        by: String? = nil, at: Timestamp, text: String, report: ReportStage? = nil, reason: String? = nil,
        signedBy: String? = nil
    ) {
        self.alert = alert
        self.recording = recording
        self.code = code
        self.priority = priority
        self.state = state
        self.by = by
        self.at = at
        self.text = text
        self.report = report
        self.reason = reason
        self.signedBy = signedBy
    }
}

/// A machine reading as the clinic gets it.
public struct ClinicReading: Hashable, Sendable {
    public var recording: RecordingID
    /// The highest priority among the recording's alerts; nil where there is none.
    public var priority: AlarmPriority?
    /// One sentence a line.
    public var lines: [String]
    /// Stands wherever the lines do.
    public var disclaimer: String
    /// Which electrode to check.
    public var qualityAdvice: String?

    public init(
        recording: RecordingID, priority: AlarmPriority?, lines: [String],
        disclaimer: String = MachineReading.disclaimer, qualityAdvice: String? = nil
    ) {
        self.recording = recording
        self.priority = priority
        self.lines = lines
        self.disclaimer = disclaimer
        self.qualityAdvice = qualityAdvice
    }

    /// Condenses a reading: heart rate, then every finding's sentence.
    public init(_ reading: MachineReading, recording: RecordingID) {
        var lines: [String] = []
        if let rate = reading.heartRate { lines.append("Heart rate \(Int(rate.value.rounded()))/min.") }
        lines += reading.findings.map(\.text)
        self.init(
            recording: recording, priority: reading.alerts.map(\.priority).max(), lines: lines,
            disclaimer: reading.note, qualityAdvice: reading.quality.advice)
    }
}

/// Something a device should know that stops nothing.
public struct ServerNotice: Hashable, Sendable {
    /// The numbers are part of the protocol.
    public enum Code: UInt32, Hashable, Sendable {
        /// The device's clock differs from the server's by more than ``WireProtocol/clockToleranceSeconds``.
        case clockOffset = 1
        /// Anything else: only the text matters. Also stands for codes of later versions.
        case information = 2
    }
    public var code: Code
    public var text: String
    /// Device clock minus server clock.
    public var clockOffset: Duration?

    public init(_ text: String) {
        code = .information
        self.text = text
    }

    init(clockOffset offset: Duration) {
        code = .clockOffset
        clockOffset = offset
        let seconds = offset.components.seconds
        text =
            "This device's clock is \(seconds.magnitude) seconds \(seconds < 0 ? "behind" : "ahead"). "
            + "Set it: treatment times are counted by it."
    }
}

extension String {
    /// At most this many bytes of UTF-8, cut between characters.
    func prefix(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var kept = ""
        var size = 0
        for character in self {
            size += character.utf8.count
            guard size <= limit else { break }
            kept.append(character)
        }
        return kept
    }
}
