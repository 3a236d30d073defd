public import ECGModel

/// Why the store will not do something; the text says what to do instead.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    case deviceExists(String)
    case unknownDevice(String)
    case recordingOfAnotherDevice(RecordingID)
    case headerMismatch(RecordingID)
    case unknownRecording(RecordingID)
    case waveformDropped(RecordingID)
    case unknownAlert(AlertID)
    case alertClosed(AlertID)
    case alertLeased(AlertID, by: String)
    /// It has become more urgent than what somebody judged.
    case alertWorsened(AlertID)
    /// There is nothing that this user could take back now.
    case cannotUndo(AlertID)
    case notReported(AlertID)
    case nothingToSign(AlertID)
    case ownReport(AlertID)
    case noCriticalValue(AlertID)
    case criticalValue(AlertID, CriticalValueRefusal)
    case userExists(String)
    case unknownUser(String)
    case tableExists(String)
    case unknownTable(Int64)
    /// Somebody else changed the settings meanwhile; the edition that is the newest.
    case settingsChanged(Int64)
    case unknownSettings(Int64)
    case notDurable(String)
    /// The disk or the database refused; nothing of the call is promised, and it may be repeated.
    case unavailable(String)
    /// A file, or some of it, cannot be read any more; otherwise as ``unavailable(_:)``.
    case damaged(String)
    /// A file was written by a later version of the software.
    case newerSchema(file: String, found: Int, known: Int)
    case closed

    public var description: String {
        switch self {
        case .deviceExists(let id): "device \(id) exists already: choose another name"
        case .unknownDevice(let id): "device \(id) is not registered here, or was revoked: register it first"
        case .recordingOfAnotherDevice(let id):
            "recording \(id) belongs to another device: give each recording a fresh UUID"
        case .headerMismatch(let id):
            "recording \(id) is known with other leads, another sampling rate, time or patient: another ECG is a new "
                + "recording and has a fresh UUID"
        case .unknownRecording(let id): "there is no recording \(id): look its id up in the list of recordings"
        case .waveformDropped(let id):
            "the waveform of recording \(id) is older than the retention and was dropped: its machine reading and its "
                + "reports are still there"
        case .unknownAlert(let id): "there is no alert \(id): look its number up in the list of alerts"
        case .alertClosed(let id): "alert \(id) is closed: amend its report if there is more to say"
        case .alertLeased(let id, let user):
            "alert \(id) is held by \(user): wait until the lease runs out, or ask them"
        case .alertWorsened(let id):
            "alert \(id) has worsened since you looked at it, and nothing was done: look at it again"
        case .cannotUndo(let id):
            "alert \(id) cannot be taken back: only who acknowledged or dismissed it can, soon after, before any report"
        case .notReported(let id): "alert \(id) has no final report that could be amended: report it first"
        case .nothingToSign(let id): "alert \(id) has no such report waiting for a signature: read the newest one first"
        case .ownReport(let id): "the report of alert \(id) is your own: somebody else has to sign it"
        case .noCriticalValue(let id): "alert \(id) is no critical value: enter it as one first"
        case .criticalValue(let id, let refusal): "alert \(id): \(refusal)"
        case .userExists(let name): "user \(name) exists already: choose another name"
        case .unknownUser(let name): "there is no user \(name): look the name up in the list of users"
        case .tableExists(let version):
            "there is a triage table of version \(version) already: a changed table is a new version"
        case .unknownTable(let edition):
            "there is no triage table \(edition): look its number up in the list of tables"
        case .settingsChanged(let edition):
            "the settings have been changed meanwhile: look at version \(edition) and change that"
        case .unknownSettings(let edition):
            "there is no version \(edition) of the settings: look its number up in the list of versions"
        case .notDurable(let why): "the database cannot promise durability: \(why)"
        case .unavailable(let why), .damaged(let why): "the database could not do its work: \(why)"
        case .newerSchema(let file, let found, let known):
            "\(file) has schema \(found), this version knows up to \(known): run the version that wrote it, or a later one"
        case .closed: "the store is closed, since the server is stopping: try again once it runs"
        }
    }
}

extension StoreError {
    /// What a log may say of why a store failed: a ``StoreError``'s own words, which name things by their ids and hold nothing
    /// of patients; of any other error only the kind, since its text may hold what was to be stored.
    public static func words(for error: any Error) -> String {
        (error as? StoreError)?.description ?? String(reflecting: type(of: error))
    }
}
