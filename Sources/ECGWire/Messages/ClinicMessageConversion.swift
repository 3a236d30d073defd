import ECGModel

extension Frame {
    /// Tells the device how far an alert has come.
    public init(_ status: AlertStatus, limits: WireLimits = .default) {
        var message = WireAlertProgress()
        message.recordingID = status.recording.bytes.protobufBytes
        message.alertID = status.alert.rawValue
        message.code = status.code
        message.priority = WirePriority(status.priority)
        message.state = WireAlertState(status.state)
        message.by = status.by ?? ""
        message.atMicroseconds = status.at.microsecondsSince1970
        message.text = status.text.prefix(bytes: limits.textBytes)
        message.report = WireReportStage(status.report)
        message.reason = (status.reason ?? "").prefix(bytes: limits.textBytes / 4)
        message.signedBy = status.signedBy ?? ""
        self.init(message)
    }

    /// Tells the device what the machine reads. Lines that do not fit are left out from the end.
    public init(_ reading: ClinicReading, limits: WireLimits = .default) {
        var message = WireReading()
        message.recordingID = reading.recording.bytes.protobufBytes
        message.priority = WirePriority(reading.priority)
        var room = limits.textBytes
        message.lines = Array(
            reading.lines.prefix {
                room -= $0.utf8.count
                return room >= 0
            })
        message.disclaimer = reading.disclaimer.prefix(bytes: limits.textBytes / 4)
        message.qualityAdvice = (reading.qualityAdvice ?? "").prefix(bytes: limits.textBytes / 4)
        self.init(message)
    }

    public init(_ notice: ServerNotice, channel: UInt32 = 0, limits: WireLimits = .default) {
        var message = WireNotice()
        message.code = notice.code.rawValue
        message.text = notice.text.prefix(bytes: limits.textBytes)
        if let offset = notice.clockOffset {
            let (seconds, attoseconds) = offset.components
            message.clockOffsetMilliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        }
        self.init(message, channel: channel)
    }

    public init(_ error: WireError, limits: WireLimits = .default) {
        var message = WireRefusal()
        message.code = error.code.rawValue
        message.text = error.code.sentence
        message.detail = error.detail.prefix(bytes: limits.textBytes)
        message.retryAfterSeconds = UInt32(clamping: error.retryAfterSeconds ?? 0)
        self.init(message, channel: error.endsConnection ? 0 : error.channel)
    }
}

extension AlertStatus {
    init(_ message: WireAlertProgress) throws(WireError) {
        guard let recording = RecordingID(bytes: message.recordingID), let priority = message.priority.alarmPriority,
            let state = message.state.alertState
        else { throw WireError(.malformedMessage, "an alert's progress names its recording, priority and state") }
        self.init(
            alert: AlertID(message.alertID), recording: recording, code: message.code, priority: priority,
            state: state, by: message.by.isEmpty ? nil : message.by,
            at: Timestamp(microsecondsSince1970: message.atMicroseconds), text: message.text,
            report: message.report.stage, reason: message.reason.isEmpty ? nil : message.reason,
            signedBy: message.signedBy.isEmpty ? nil : message.signedBy)
    }
}

extension ClinicReading {
    init(_ message: WireReading) throws(WireError) {
        guard let recording = RecordingID(bytes: message.recordingID) else {
            throw WireError(.malformedMessage, "a reading names its recording")
        }
        self.init(
            recording: recording, priority: message.priority.alarmPriority, lines: message.lines,
            disclaimer: message.disclaimer,
            qualityAdvice: message.qualityAdvice.isEmpty ? nil : message.qualityAdvice)
    }
}

extension ServerNotice {
    init(_ message: WireNotice) {
        code = Code(rawValue: message.code) ?? .information
        text = message.text
        clockOffset = code == .clockOffset ? .milliseconds(message.clockOffsetMilliseconds) : nil
    }
}

extension WireError {
    /// A refusal as the server sent it; codes of later versions count as ``Code/internalError``.
    init(_ message: WireRefusal, channel: UInt32) {
        self.init(
            Code(rawValue: message.code) ?? .internalError,
            message.detail.isEmpty ? "refused with code \(message.code)" : message.detail, channel: channel,
            retryAfterSeconds: message.retryAfterSeconds == 0 ? nil : Int(message.retryAfterSeconds))
    }
}

extension WirePriority {
    init(_ priority: AlarmPriority?) {
        switch priority {
        case .low: self = .low
        case .medium: self = .medium
        case .high: self = .high
        case nil: self = .none
        }
    }
    var alarmPriority: AlarmPriority? {
        switch self {
        case .low: .low
        case .medium: .medium
        case .high: .high
        case .none, .UNRECOGNIZED: nil
        }
    }
}

extension WireAlertState {
    init(_ state: AlertState) {
        switch state {
        case .raised: self = .raised
        case .delivered: self = .delivered
        case .seen: self = .seen
        case .acknowledged: self = .acknowledged
        case .reported: self = .reported
        case .dismissed: self = .dismissed
        }
    }
    var alertState: AlertState? {
        switch self {
        case .raised: .raised
        case .delivered: .delivered
        case .seen: .seen
        case .acknowledged: .acknowledged
        case .reported: .reported
        case .dismissed: .dismissed
        case .unspecified, .UNRECOGNIZED: nil
        }
    }
}

extension WireReportStage {
    init(_ stage: ReportStage?) {
        switch stage {
        case .preliminary: self = .preliminary
        case .final: self = .final
        case .amended: self = .amended
        case nil: self = .none
        }
    }
    /// Stages of later versions count as none: the state and the text still hold.
    var stage: ReportStage? {
        switch self {
        case .preliminary: .preliminary
        case .final: .final
        case .amended: .amended
        case .none, .UNRECOGNIZED: nil
        }
    }
}
