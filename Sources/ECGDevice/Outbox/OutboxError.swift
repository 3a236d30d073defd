public import ECGModel
public import ECGWire

/// Why an outbox cannot do what was asked of it. No text holds patient data.
public enum OutboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process has the outbox open.
    case inUse(String)
    /// Others than the owner may look into the folder.
    case readableByOthers(String)
    /// The operating system refuses.
    case refused(file: String, doing: String, reason: String)
    case tooManyRecordings(limit: Int)
    case tooManyBytes(limit: Int)
    case unknownRecording(RecordingID)
    case recordingExists(RecordingID)
    case beingRecorded(RecordingID)
    case isFinished(RecordingID)
    /// With these samples it would be longer than a recording may be.
    case recordingTooLong(RecordingID)
    /// A header that no server would take.
    case unusableHeader(WireError)

    public var description: String {
        switch self {
        case .inUse(let folder): "the outbox \(folder) is used by another process: end that one first"
        case .readableByOthers(let folder):
            "others may look into \(folder), and an outbox holds patient data: make it the owner's (chmod 700)"
        case .refused(let file, let doing, let reason): "\(file) cannot be \(doing): \(reason)"
        case .tooManyRecordings(let limit):
            "the outbox is full: it holds \(limit) recordings that the server has not stored; "
                + "see that the device reaches its server"
        case .tooManyBytes(let limit):
            "the outbox is full: what the server has not stored fills its \(limit) bytes; "
                + "see that the device reaches its server"
        case .unknownRecording(let id): "the outbox holds no recording \(id)"
        case .recordingExists(let id): "the outbox holds recording \(id) already: make a fresh identifier"
        case .beingRecorded(let id): "recording \(id) is still being recorded: finish it first"
        case .isFinished(let id): "recording \(id) is finished: begin another"
        case .recordingTooLong(let id): "recording \(id) is as long as a recording may be: finish it and begin another"
        case .unusableHeader(let error): "no server would take this recording: \(error.detail)"
        }
    }
}
