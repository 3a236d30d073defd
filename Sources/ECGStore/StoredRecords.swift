public import ECGModel

/// A clinic's device, known by its name and its Ed25519 public key.
public struct Device: Hashable, Sendable, Codable, Identifiable {
    /// The name that the device gives when it connects: 1 to 64 of a–z, A–Z, 0–9, `-`, `_`, `.`.
    public var id: String
    /// Raw Ed25519 public key, 32 bytes (RFC 8032). The server never holds the private one.
    public var publicKey: [UInt8]
    public var clinic: String
    /// The township that the clinic belongs to, where the register says it.
    public var township: String?
    /// Where it stands, where the register says it.
    public var place: GeographicPlace?
    public var addedAt: Timestamp
    public var revokedAt: Timestamp?
    public var lastContactAt: Timestamp?
    /// Name and version of its software, as it said when it last connected.
    public var software: String?
    /// Its clock minus the server's when it last connected.
    public var clockOffset: Duration?

    public init(
        id: String, publicKey: [UInt8], clinic: String, township: String? = nil, place: GeographicPlace? = nil,
        addedAt: Timestamp, revokedAt: Timestamp? = nil, lastContactAt: Timestamp? = nil, software: String? = nil,
        clockOffset: Duration? = nil
    ) {
        self.id = id
        self.publicKey = publicKey
        self.clinic = clinic
        self.township = township
        self.place = place
        self.addedAt = addedAt
        self.revokedAt = revokedAt
        self.lastContactAt = lastContactAt
        self.software = software
        self.clockOffset = clockOffset
    }
}

/// A point on the map, in degrees north and east.
public struct GeographicPlace: Hashable, Sendable, Codable {
    public let latitude: Double
    public let longitude: Double

    /// Nil for what is no place, and where one of the two is missing.
    public init?(latitude: Double?, longitude: Double?) {
        guard let latitude, let longitude, (-90...90).contains(latitude), (-180...180).contains(longitude) else {
            return nil
        }
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// What a device said of itself when it connected.
public struct DeviceHello: Hashable, Sendable {
    /// Name and version of its software.
    public var software: String?
    /// Its clock minus the server's.
    public var clockOffset: Duration?

    public init(software: String?, clockOffset: Duration?) {
        self.software = software
        self.clockOffset = clockOffset
    }
}

/// A recording as the store knows it.
public struct StoredRecording: Hashable, Sendable, Identifiable {
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        /// The device may send more.
        case open
        /// The device said that it is complete.
        case closed
    }

    public var header: RecordingHeader
    public var device: String
    public var clinic: String
    /// The township of the device, by the register as it is now.
    public var township: String?
    public var openedAt: Timestamp
    public var closedAt: Timestamp?
    public var status: Status
    /// Number of samples durably stored; the device continues here.
    public var sampleCount: Int
    /// Whether the waveform is still there; retention drops it by days.
    public var hasWaveform: Bool
    public var hasReading: Bool

    public var id: RecordingID { header.id }
    /// By the device's clock, or when it was opened where the device told no time.
    public var takenAt: Timestamp { header.deviceTime ?? openedAt }

    public init(
        header: RecordingHeader, device: String, clinic: String, township: String? = nil, openedAt: Timestamp,
        closedAt: Timestamp?, status: Status, sampleCount: Int, hasWaveform: Bool, hasReading: Bool
    ) {
        self.header = header
        self.device = device
        self.clinic = clinic
        self.township = township
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.status = status
        self.sampleCount = sampleCount
        self.hasWaveform = hasWaveform
        self.hasReading = hasReading
    }
}

/// The machine reading of a recording that a later one of the same patient is compared with.
public struct EarlierReading: Hashable, Sendable {
    public var recording: RecordingID
    /// By the device's clock, or when it was opened where the device told no time.
    public var takenAt: Timestamp
    public var reading: MachineReading

    public init(recording: RecordingID, takenAt: Timestamp, reading: MachineReading) {
        self.recording = recording
        self.takenAt = takenAt
        self.reading = reading
    }
}

/// A waveform block as the device sent it: still compressed, checked, never rewritten.
public struct StoredBlock: Hashable, Sendable {
    public var firstSample: SampleIndex
    public var sampleCount: Int
    /// The codec's number in the wire protocol.
    public var codec: UInt8
    public var payload: [UInt8]
    /// Who writes it: a number that one connection's session of the recording has of its own. A continued block can be
    /// read only after the very block that its sender had before it, and two connections of a device may each send the
    /// same samples in a run of their own. Kept no longer than the next block may come; 0 when read back.
    public var writer: UInt64

    public init(firstSample: SampleIndex, sampleCount: Int, codec: UInt8, payload: [UInt8], writer: UInt64 = 0) {
        self.firstSample = firstSample
        self.sampleCount = sampleCount
        self.codec = codec
        self.payload = payload
        self.writer = writer
    }

    public var endSample: SampleIndex { firstSample + sampleCount }

    /// The codec whose blocks can be read only after the block before them: codec 2's continued ones.
    public static let continuedCodec: UInt8 = 3

    public var isContinued: Bool { codec == Self.continuedCodec }
}

/// One change that ingest asks the store to make durable.
public enum IngestChange: Sendable {
    /// A block, with whatever alerts it raised or worsened.
    case block(RecordingID, StoredBlock, raising: [AlertProposal])
    /// The end of a recording of `sampleCount` samples, with its machine reading and whatever alerts that raised.
    case close(RecordingID, sampleCount: Int, reading: MachineReading, raising: [AlertProposal])
    /// A machine reading of a recording that stays as it is: for one silent for too long, or analysed again.
    case reading(RecordingID, MachineReading, raising: [AlertProposal])
}

/// What became of an ``IngestChange``.
public enum IngestResult: Hashable, Sendable {
    /// Durable up to this sample (exclusive). Also the answer to a block that had been stored before.
    case stored(upTo: SampleIndex)
    /// The block does not begin where the stored samples end, nor lies within them; nothing was stored.
    case gap(expected: SampleIndex)
    /// The block goes on with a run that another writer has broken; nothing was stored. A block that begins a run fits
    /// at this sample.
    case brokenRun(expected: SampleIndex)
    /// The recording is closed, or it closes at another sample than the stored ones end; nothing was stored.
    case refused(String)
}

public struct RecordingQuery: Hashable, Sendable {
    public var device: String?
    public var clinic: String?
    public var status: StoredRecording.Status?
    /// Only recordings opened before this time: pass the last row's `openedAt` to page on.
    public var before: Timestamp?
    public var limit: Int
    public init(
        device: String? = nil, clinic: String? = nil, status: StoredRecording.Status? = nil,
        before: Timestamp? = nil, limit: Int = 100
    ) {
        self.device = device
        self.clinic = clinic
        self.status = status
        self.before = before
        self.limit = limit
    }
}

public struct AlertQuery: Hashable, Sendable {
    public var states: Set<AlertState>
    public var recording: RecordingID?
    public var limit: Int
    public init(
        states: Set<AlertState> = Set(AlertState.allCases.filter(\.isOpen)), recording: RecordingID? = nil,
        limit: Int = 100
    ) {
        self.states = states
        self.recording = recording
        self.limit = limit
    }
}

/// A step that a reader or the system takes with an alert.
public enum AlertStep: Hashable, Sendable {
    case delivered
    case seen
    case acknowledged
    /// A first report, which the clinic acts on while the final one is written; it acknowledges as well.
    case preliminarilyReported(text: String)
    case reported(text: String, conclusion: ReportConclusion? = nil)
    case dismissed(reason: String)
    /// A report that closes the alert once somebody other than its author signs it; with a reason, one that is to replace
    /// the final report. It acknowledges as well, and frees the alert for whoever signs.
    case submitted(text: String, conclusion: ReportConclusion? = nil, amending: String? = nil)
    /// Signs the submitted report that the event of this sequence holds, and none that came after it.
    case signed(submission: Int64)
    /// Replaces the final report, which stays in the history.
    case amended(text: String, reason: String, conclusion: ReportConclusion? = nil)
    /// Takes back the acknowledgement or dismissal that the same user gave no longer ago than this.
    case undone(within: Duration)
    case escalated(to: String)
    /// What was acknowledged before that time, and has had no report of any kind since, waits for somebody again; where it
    /// was not, nothing happens.
    case raisedAgain(answeredBefore: Timestamp)
}

/// Which critical values a list holds: those open, by the time of the first, or all, newest first.
public struct CriticalValueQuery: Hashable, Sendable {
    public var onlyOpen: Bool
    public var limit: Int
    public init(onlyOpen: Bool = true, limit: Int = 100) {
        self.onlyOpen = onlyOpen
        self.limit = limit
    }
}

/// A report that its author has not finished: nobody else is shown it, and it closes nothing.
public struct ReportDraft: Hashable, Sendable, Codable {
    public var alert: AlertID
    /// The user who writes it.
    public var author: String
    public var text: String
    public var savedAt: Timestamp

    public init(alert: AlertID, author: String, text: String, savedAt: Timestamp) {
        self.alert = alert
        self.author = author
        self.text = text
        self.savedAt = savedAt
    }
}

/// The queue at a glance, for metrics and for alarms on the queue itself.
public struct QueueStatus: Hashable, Sendable, Codable {
    public var openByPriority: [AlarmPriority: Int]
    public var unacknowledged: Int
    /// When the oldest alert that nobody acknowledged was raised.
    public var oldestUnacknowledgedAt: Timestamp?
    public init(openByPriority: [AlarmPriority: Int], unacknowledged: Int, oldestUnacknowledgedAt: Timestamp?) {
        self.openByPriority = openByPriority
        self.unacknowledged = unacknowledged
        self.oldestUnacknowledgedAt = oldestUnacknowledgedAt
    }
}

/// Somebody who signs in, and what they may do.
public struct User: Hashable, Sendable, Codable {
    public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
        /// Manages devices and users; reads what a cardiologist reads.
        case administrator
        /// Reads recordings, acknowledges, reports and dismisses alerts.
        case cardiologist
        /// Watches the system and replays tests; sees no patient context.
        case technician
        /// Sees the recordings of their own clinic and what became of them, and nothing else.
        case clinic
    }
    public var name: String
    public var role: Role
    /// The password's salted hash with its parameters; nil for users that sign in by token only.
    public var passwordHash: String?
    public var addedAt: Timestamp
    /// Since when the user may not sign in; nil for those who may.
    public var disabledAt: Timestamp?
    /// Whose recordings a user of the role ``Role/clinic`` sees; nil for all others.
    public var clinic: String?

    public init(
        name: String, role: Role, passwordHash: String?, addedAt: Timestamp, disabledAt: Timestamp? = nil,
        clinic: String? = nil
    ) {
        self.clinic = clinic
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.addedAt = addedAt
        self.disabledAt = disabledAt
    }
}

/// A bearer token, of which only the digest is kept.
public struct AccessToken: Hashable, Sendable, Codable {
    public enum Purpose: String, Hashable, Sendable, Codable {
        /// A person signed in.
        case session
        /// A program acts for the user.
        case program
        /// Admits once to naming the first administrator.
        case setup
        /// Admits once as the user, who then has a session: a link that an operator prints on the server.
        case login
    }
    /// SHA-256 of the token.
    public var digest: [UInt8]
    public var user: String
    public var purpose: Purpose
    public var addedAt: Timestamp
    public var expiresAt: Timestamp?

    public init(digest: [UInt8], user: String, purpose: Purpose, addedAt: Timestamp, expiresAt: Timestamp?) {
        self.digest = digest
        self.user = user
        self.purpose = purpose
        self.addedAt = addedAt
        self.expiresAt = expiresAt
    }
}

/// Who did what to what, when.
public struct AuditEntry: Hashable, Sendable, Codable {
    public var at: Timestamp
    /// A user's or device's name, or `system`.
    public var actor: String
    /// A verb, for example `recording.read`, `alert.acknowledge`, `device.revoke`.
    public var action: String
    /// The id of what it was done to; never patient data.
    public var subject: String

    public init(at: Timestamp, actor: String, action: String, subject: String) {
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
    }
}

public struct AuditQuery: Hashable, Sendable {
    public var actor: String?
    public var subject: String?
    /// Only what concerns recordings of this patient, and their alerts, by the clinics' reference.
    public var patient: String?
    /// Only actions of this name, or that begin with it and a dot: `alert` finds `alert.read`.
    public var action: String?
    /// Only from this time on.
    public var since: Timestamp?
    /// Only before this time.
    public var before: Timestamp?
    public var limit: Int
    public init(
        actor: String? = nil, subject: String? = nil, patient: String? = nil, action: String? = nil,
        since: Timestamp? = nil, before: Timestamp? = nil, limit: Int = 100
    ) {
        self.actor = actor
        self.subject = subject
        self.patient = patient
        self.action = action
        self.since = since
        self.before = before
        self.limit = limit
    }
}

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
    case notDurable(String)
    /// The disk or the database refused; nothing of the call is promised, and it may be repeated.
    case unavailable(String)
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
            "recording \(id) is known with other leads or another sampling rate: a changed acquisition is a new recording"
        case .unknownRecording(let id): "there is no recording \(id)"
        case .waveformDropped(let id): "the waveform of recording \(id) is older than the retention and was dropped"
        case .unknownAlert(let id): "there is no alert \(id)"
        case .alertClosed(let id): "alert \(id) is closed: a report or a dismissal ends it"
        case .alertLeased(let id, let user):
            "alert \(id) is held by \(user): wait until the lease runs out, or ask them"
        case .cannotUndo(let id):
            "alert \(id) cannot be taken back: only who acknowledged or dismissed it can, soon after, before any report"
        case .notReported(let id): "alert \(id) has no final report that could be amended: report it first"
        case .nothingToSign(let id): "alert \(id) has no such report waiting for a signature: read the newest one first"
        case .ownReport(let id): "the report of alert \(id) is your own: somebody else has to sign it"
        case .noCriticalValue(let id): "alert \(id) is no critical value: enter it as one first"
        case .criticalValue(let id, let refusal): "alert \(id): \(refusal)"
        case .userExists(let name): "user \(name) exists already"
        case .unknownUser(let name): "there is no user \(name)"
        case .tableExists(let version):
            "there is a triage table of version \(version) already: a changed table is a new version"
        case .unknownTable(let edition): "there is no triage table \(edition)"
        case .notDurable(let why): "the database cannot promise durability: \(why)"
        case .unavailable(let why): "the database could not do its work: \(why)"
        case .newerSchema(let file, let found, let known):
            "\(file) has schema \(found), this version knows up to \(known): run the version that wrote it, or a later one"
        case .closed: "the store is closed"
        }
    }
}
