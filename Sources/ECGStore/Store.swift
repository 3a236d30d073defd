public import ECGModel

/// What lasts, behind one seam: devices, users, recordings, waveforms as received, the alert queue, the audit trail.
///
/// Every implementation keeps these promises, which the contract tests check:
/// - **A call that returned is durable.** What a method changed survives a crash and a power cut after it returned.
/// - **Everything may come twice.** Opening, committing and every step of an alert can be repeated with the same result;
///   stored once, alerted once.
/// - **No process is alone.** Several servers may use one store at a time; nothing is decided from memory that another
///   server cannot see.
/// - **Alerts before blocks.** An alert is durable no later than the block that raised it.
/// - **History only grows.** Alert events and audit entries are appended and never changed.
///
/// All times are the caller's: a store reads no clock.
public protocol Store: Sendable {
    // MARK: Devices

    /// Registers a device. Throws ``StoreError/deviceExists(_:)`` if the name is taken.
    func addDevice(_ device: Device) async throws
    /// The device of this name, revoked or not; nil where there is none.
    func device(_ id: String) async throws -> Device?
    /// All devices, by name.
    func devices() async throws -> [Device]
    /// Makes the device's key worthless from now on; repeated revocations change nothing.
    func revokeDevice(_ id: String, at time: Timestamp) async throws
    /// The names of all devices that are revoked: some dozens among ten thousand, cheap to ask for every few seconds.
    func revokedDevices() async throws -> Set<String>
    /// Says where the device stands, or that nobody knows.
    func placeDevice(_ id: String, at place: GeographicPlace?) async throws
    /// Notes that the device was in touch, and what it said of itself; what it did not say stays as it was.
    func touchDevice(_ id: String, at time: Timestamp, hello: DeviceHello?) async throws
    /// Notes that all of these were in touch; names that nobody knows are passed over.
    func touchDevices(_ ids: Set<String>, at time: Timestamp) async throws
    /// What the devices have been doing, by their names; devices of which there is nothing to say are left out.
    func deviceActivity(since: Timestamp, today: Timestamp) async throws -> [String: DeviceActivity]

    // MARK: Recordings

    /// Opens a recording, or finds it if it is known. Its waveform goes where recordings of `time`'s day go.
    ///
    /// What was not known of its patient before is added, which the audit says.
    ///
    /// One that was closed by a change that abandons it is opened again, unless its waveform has
    /// been dropped, or nothing came when it was opened again before.
    ///
    /// Throws ``StoreError/recordingOfAnotherDevice(_:)`` if the name is another device's,
    /// ``StoreError/headerMismatch(_:)`` if the recording is known with other channels, another rate, time or patient, and
    /// ``StoreError/unknownDevice(_:)`` if the device is not registered or revoked.
    ///
    /// - Parameter clockOffset: The device's clock minus the server's, as the connection knows it. Kept when a recording is
    ///   first opened.
    func openRecording(
        _ header: RecordingHeader, device: String, clockOffset: Duration?, at time: Timestamp
    ) async throws -> StoredRecording
    /// Nil where there is none of this id.
    func recording(_ id: RecordingID) async throws -> StoredRecording?
    /// Newest first. Throws ``StoreError/unknownRecording(_:)`` where the list is to go on after one that it would not hold.
    func recordings(_ query: RecordingQuery) async throws -> [StoredRecording]
    /// The patient's closed recordings that were opened before this one, by the same clinic and patient reference, newest
    /// first; empty where the patient has no reference. Throws ``StoreError/unknownRecording(_:)``.
    func earlierRecordings(ofPatientIn id: RecordingID, limit: Int) async throws -> [StoredRecording]
    /// Blocks in order, beginning with the one that holds sample `from`; at most `limit` of them. One that cannot be read is
    /// among them all the same: see ``StoredBlock/problem``. Missing are only those of which it is lost where they are.
    func blocks(of id: RecordingID, from: SampleIndex, limit: Int) async throws -> [StoredBlock]
    /// The first sample of the block at which reading has to begin so that `sample` can be read: the last one, up to that
    /// which holds the sample, that does not go on with another; see ``StoredBlock/isContinued``. Nil if the sample is
    /// not stored.
    func startOfRun(of id: RecordingID, at sample: SampleIndex) async throws -> SampleIndex?
    /// Recordings that were closed without a machine reading: a crash fell between the last block and the verdict. None of
    /// those ``unreadableDays()`` of which nobody can tell.
    func recordingsAwaitingReading() async throws -> [RecordingID]
    /// The days of open recordings whose waveforms cannot be read, or not whole, and those of which a damaged file has been set
    /// aside, each with what to do about it. Their
    /// recordings are listed and their alerts go on; see ``StoredRecording/waveformProblem``.
    func unreadableDays() async throws -> [String: String]
    /// Recordings still open that were not opened and received nothing from `time` to `end`; none of those ``unreadableDays()`` of
    /// which nobody can tell.
    ///
    /// - Parameter end: What was noted later was noted by a clock that has been set back since. Not before `time`.
    func recordingsSilent(since time: Timestamp, until end: Timestamp) async throws -> [RecordingID]
    /// The machine reading of a recording, once it has one.
    func reading(of id: RecordingID) async throws -> MachineReading?
    /// The earlier recordings beside which this one is judged: of the same clinic and patient reference, of no other sex
    /// and no age that the time between does not explain (``Patient/mayBe(_:after:)``), taken before it, closed and read as more than unusable. The newest of them, and the newest that was opened before
    /// `settled` if that is another one; newest first, empty where the patient has no reference.
    ///
    /// They are chosen at the first call and the same ever after, whatever is stored later: an analysis that is repeated
    /// comes to the same verdict. Throws ``StoreError/unknownRecording(_:)``.
    func comparison(
        for recording: StoredRecording, settledBefore settled: Timestamp
    ) async throws -> [EarlierReading]

    /// Goes through the courses of all recordings that were opened from `start` until before `end`, by the time at which
    /// they were opened, and gives back what `update` made of `initial`. Nothing but the alerts' courses is held in memory.
    func reduceCourses<Result: Sendable>(
        openedFrom start: Timestamp, before end: Timestamp, into initial: Result,
        _ update: @escaping @Sendable (inout Result, RecordingCourse) throws -> Void
    ) async throws -> Result

    // MARK: Ingest

    /// Commits changes in order, all in as few durable transactions as the implementation can, and says of each what
    /// became of it. A change that is refused does not hold up the others, nor does one whose file cannot be used.
    ///
    /// Throws only when nothing of the batch is promised; the caller may then commit the same batch again.
    func commit(_ changes: [IngestChange], at time: Timestamp) async throws -> [IngestResult]

    // MARK: Alerts

    /// The alert as it is now; nil where there is none of this number.
    func alert(_ id: AlertID) async throws -> Alert?
    /// In the query's order.
    func alerts(_ query: AlertQuery) async throws -> [Alert]
    /// Events of all alerts in the order of their commit, at most `limit`, beginning after `sequence`.
    func alertEvents(after sequence: Int64, limit: Int) async throws -> [AlertEvent]
    /// An alert's history in its order; empty where there is no such alert.
    func alertEvents(of id: AlertID) async throws -> [AlertEvent]
    /// The history of all alerts of a recording, in the order of its commit.
    func alertEvents(ofRecording id: RecordingID) async throws -> [AlertEvent]
    /// The device's recordings that were opened at `opened` or later and of whose alerts something was noted at `time` or later:
    /// of these the newest, at most `limit`, oldest first.
    func recordingsWithNews(
        ofDevice device: String, since time: Timestamp, openedSince opened: Timestamp, limit: Int
    ) async throws -> [RecordingID]
    /// The sequence of the newest event, 0 if there is none.
    func latestAlertEvent() async throws -> Int64
    /// Hands the most urgent alert that is open, not acknowledged and not leased to `user` until `time` + `duration`,
    /// counting the delivery, or returns nil when there is none. Where `action` is given, the audit says so by that name.
    func leaseAlert(
        to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert?
    /// Leases one particular alert. Throws ``StoreError/alertLeased(_:by:)`` while somebody else's lease runs, and
    /// ``StoreError/ownReport(_:)`` to the author of a report that waits for another's signature.
    func leaseAlert(
        _ id: AlertID, to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert
    /// Takes a step in the life of an alert and appends its event.
    ///
    /// A step that was taken already changes nothing and gives back the alert as it is, so that a repeated request is
    /// harmless. Throws ``StoreError/alertClosed(_:)`` for a step other than the one that closed it,
    /// ``StoreError/alertLeased(_:by:)`` if somebody else's lease runs and the step acknowledges or closes,
    /// ``StoreError/notReported(_:)``, ``StoreError/nothingToSign(_:)``, ``StoreError/ownReport(_:)`` and
    /// ``StoreError/cannotUndo(_:)`` where a step does not fit, ``StoreError/alertWorsened(_:)`` where the alert has become
    /// more urgent than what was judged, and ``StoreError/unknownAlert(_:)``.
    func take(
        _ step: AlertStep, with id: AlertID, user: String?, at time: Timestamp, on terms: StepTerms
    ) async throws -> TakenStep
    /// Gives alerts and their events that are yet to come numbers beyond `number`.
    func numberAlerts(after number: Int64) async throws
    /// The queue at a glance, as it is now.
    func queueStatus() async throws -> QueueStatus

    // MARK: Critical values

    /// The critical value that an alert is, if it is one.
    ///
    /// It becomes one in the transaction that raises or worsens it by a rule of that kind, or that confirms a high alert in
    /// its final report; it is withdrawn, as long as nobody was told, in the one that dismisses it or does not confirm it.
    func criticalValue(of alert: AlertID) async throws -> CriticalValue?
    /// Open ones by the time of their opening, where there are more than asked for those of whom nobody was told, the newest
    /// of them; where all are asked for, the newest first.
    func criticalValues(_ query: CriticalValueQuery) async throws -> [CriticalValue]
    /// How many are open in each state, and how many of them are overdue.
    func criticalValueQueue(at time: Timestamp, by deadlines: CriticalValueDeadlines) async throws -> CriticalValueQueue
    /// Makes an alert a critical value by hand; one that is open already stays as it is. Where `action` is given, the audit
    /// says so by that name. Throws ``StoreError/unknownAlert(_:)``.
    func openCriticalValue(
        of alert: AlertID, text: String, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue
    /// Takes a step and appends it to the history, as an event of the alert too, and to the audit where `action` is given. A
    /// step that was just taken in the same words changes nothing. Throws ``StoreError/noCriticalValue(_:)`` and
    /// ``StoreError/criticalValue(_:_:)``.
    func advanceCriticalValue(
        of alert: AlertID, by step: CriticalValue.Step.Kind, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue

    // MARK: The ladder

    /// The open alerts as the ladder sees them.
    func ladder() async throws -> [LadderEntry]
    /// Climbs a rung: notes in the alert's history who is told, and plans a delivery to every sink, in one transaction. A
    /// sink is told once a round and rung: a rung that was climbed for all of its sinks, and one of an alert that nobody
    /// waits for any more, changes nothing. Returns whether any sink is told now.
    func climb(_ rung: ClimbedRung, at time: Timestamp) async throws -> Bool
    /// The sinks for which a delivery is due.
    func dueSinks(at time: Timestamp) async throws -> Set<String>
    /// Hands out deliveries to a sink that are due, those of the most urgent alerts first and of these the longest due; that
    /// nobody is there is as urgent as a high alert. Of `limit` messages the last `keptForHigh` are such urgent ones or none.
    /// Until `until` nobody else is handed them. One
    /// that has been tried `attempts` times is given up, one that is no longer needed is withdrawn; both are returned too,
    /// in their new states.
    func claimDeliveries(
        to sink: String, limit: Int, keptForHigh: Int, attempts: Int, until: Timestamp, at time: Timestamp
    ) async throws -> [Delivery]
    /// Ends a delivery that has reached its sink; the alert's history says so.
    func confirmDelivery(_ id: Int64, at time: Timestamp) async throws
    /// Puts a delivery off that has failed, or gives it up where `retryAt` is nil; the history says so then.
    func failDelivery(_ id: Int64, problem: String, retryAt: Timestamp?, at time: Timestamp) async throws
    /// Gives back a delivery that was handed out, and whose attempt was broken off: it is due at once, and the attempt is not
    /// counted. One that has ended or was handed out again meanwhile stays as it is.
    func releaseDelivery(_ claimed: Delivery, at time: Timestamp) async throws
    /// Gives back all that is handed out, as the only server may that has just started: what ended the one before is not
    /// known, so that the attempts count.
    func releaseDeliveries(at time: Timestamp) async throws
    /// All deliveries about an alert, in the order in which they were planned.
    func deliveries(of alert: AlertID) async throws -> [Delivery]
    /// How each of the sinks does.
    func sinkStatus(of sinks: [String]) async throws -> [SinkStatus]
    /// How any other sink does by which a message still waits, or was given up about an alert for which nobody has been found.
    func sinkStatus(beside sinks: [String]) async throws -> [SinkStatus]
    /// Notes that readers are there, on whatever server: of these hospitals, nil for readers of every hospital.
    func noteReaders(of hospitals: Set<String?>, presentAt time: Timestamp) async throws
    /// When a reader was last there for a hospital.
    func lastReaderPresence(for hospital: String) async throws -> Timestamp?

    // MARK: Reports being written

    /// Keeps what a reader has written so far, in place of the reader's earlier draft for the alert; the author's report or
    /// dismissal removes it, and an alert that is opened again removes everybody's. Throws ``StoreError/alertClosed(_:)`` and ``StoreError/unknownAlert(_:)``.
    func saveDraft(_ draft: ReportDraft) async throws
    /// What the author has written so far; nobody else's.
    func draft(of alert: AlertID, by author: String) async throws -> ReportDraft?

    // MARK: Users and tokens

    /// Throws ``StoreError/userExists(_:)`` if the name is taken.
    func addUser(_ user: User) async throws
    /// The user of this name, disabled or not; nil where there is none.
    func user(_ name: String) async throws -> User?
    /// All users, by name.
    func users() async throws -> [User]
    /// Throws ``StoreError/unknownUser(_:)``. Ends all of the user's sessions and login links, and the programs' tokens where
    /// that is asked for; says how many of these.
    func setPassword(of name: String, hash: String, endingPrograms: Bool) async throws -> Int
    /// Throws ``StoreError/unknownUser(_:)``.
    func setHospital(_ hospital: String?, of name: String) async throws
    /// Throws ``StoreError/unknownUser(_:)``. Ends all sessions and tokens of the user.
    func removeUser(_ name: String) async throws
    /// Lets the user sign in no more and ends all sessions and tokens; what the user did stays in the history. Throws
    /// ``StoreError/unknownUser(_:)``.
    func disableUser(_ name: String, at time: Timestamp) async throws
    /// Lets a disabled user sign in again. Throws ``StoreError/unknownUser(_:)``.
    func enableUser(_ name: String) async throws
    /// Keeps a token's digest.
    func addToken(_ token: AccessToken) async throws
    /// The token of a digest, unless it expired before `time`.
    func token(digest: [UInt8], at time: Timestamp) async throws -> AccessToken?
    /// The tokens by which programs act for a user, oldest first, those that have expired too.
    func programTokens(of user: String) async throws -> [AccessToken]
    /// Ends all of them, and says how many they were.
    func removeProgramTokens(of user: String) async throws -> Int
    /// Removes the token and says whether there was one: a token that admits only once is used by removing it.
    func removeToken(digest: [UInt8]) async throws -> Bool

    // MARK: Triage tables

    /// Keeps another edition, which is not in force. Throws ``StoreError/tableExists(_:)`` if the version is taken.
    func addTriageTable(
        version: String, document: String, by user: String, at time: Timestamp
    ) async throws -> StoredTriageTable
    /// Newest first, without their documents.
    func triageTables() async throws -> [StoredTriageTable]
    /// An edition with its document; nil where there is none of this number.
    func triageTable(_ edition: Int64) async throws -> StoredTriageTable?
    /// The edition that is in force; nil where servers judge by their own table.
    func triageTableInForce() async throws -> StoredTriageTable?
    /// Puts an edition into force in place of what was, or none. Throws ``StoreError/unknownTable(_:)``.
    func enforceTriageTable(_ edition: Int64?, at time: Timestamp) async throws

    // MARK: Site settings

    /// Keeps another version, which is in force from then on. Throws ``StoreError/settingsChanged(_:)`` unless `edition` is
    /// the newest, 0 where there is none.
    func addSettings(_ change: SettingsChange, after edition: Int64, at time: Timestamp) async throws -> StoredSettings
    /// Newest first, without their documents.
    func settingsVersions(limit: Int) async throws -> [StoredSettings]
    func settings(_ edition: Int64) async throws -> StoredSettings?
    func newestSettings() async throws -> StoredSettings?

    // MARK: Audit and housekeeping

    /// Appends one entry.
    func appendAudit(_ entry: AuditEntry) async throws
    /// Appends the entries of which there is none of the same actor, action and subject since `time`: a list that shows the
    /// same patients every few minutes is written down once an hour, not each time. Entries that differ in their actor alone take
    /// the room of one.
    func appendAudit(_ entries: [AuditEntry], unlessSince time: Timestamp) async throws
    /// Newest first.
    func auditPage(_ query: AuditQuery) async throws -> AuditPage
    /// The days whose waveforms are kept, in order of their names. Days after that of `now` say
    /// nothing of when the others were in use: the clock was wrong.
    func waveformDays(at now: Timestamp) async throws -> [WaveformDayUse]
    /// Drops the waveforms of these days and says of which days files were deleted. Recordings, alerts and audit stay. A day
    /// that holds a recording still open is kept, and one of whose recordings an alert or a critical value is open.
    func dropWaveforms(of days: [String]) async throws -> [String]
    /// Proves that the store can still write durably; what `/readyz` asks.
    func checkHealth() async throws
    /// Durable transactions since the store was opened, each of which waited for the disk at least once.
    var transactionCount: Int { get }
    /// Ends all use. Later calls throw ``StoreError/closed``.
    func close() async throws
}

extension Store {
    /// Notes that the device was in touch.
    public func touchDevice(_ id: String, at time: Timestamp) async throws {
        try await touchDevice(id, at: time, hello: nil)
    }

    /// Recordings still open that were not opened and received nothing since `time`.
    public func recordingsSilent(since time: Timestamp) async throws -> [RecordingID] {
        try await recordingsSilent(since: time, until: Timestamp(microsecondsSince1970: .max))
    }

    /// ``take(_:with:user:at:on:)``, for those who need not know whether anybody was faster, on no terms.
    public func advanceAlert(
        _ id: AlertID, by step: AlertStep, user: String?, at time: Timestamp
    ) async throws -> Alert {
        try await take(step, with: id, user: user, at: time, on: StepTerms()).alert
    }

    /// Hands out the most urgent alert; the audit does not say so.
    public func leaseAlert(to user: String, for duration: Duration, at time: Timestamp) async throws -> Alert? {
        try await leaseAlert(to: user, for: duration, at: time, audited: nil)
    }

    /// Leases one particular alert; the audit does not say so.
    public func leaseAlert(
        _ id: AlertID, to user: String, for duration: Duration, at time: Timestamp
    ) async throws -> Alert {
        try await leaseAlert(id, to: user, for: duration, at: time, audited: nil)
    }

    /// Makes an alert a critical value by hand; the audit does not say so.
    public func openCriticalValue(
        of alert: AlertID, text: String, user: String, at time: Timestamp
    ) async throws -> CriticalValue {
        try await openCriticalValue(of: alert, text: text, user: user, at: time, audited: nil)
    }

    /// Takes a step with a critical value; the audit does not say so.
    public func advanceCriticalValue(
        of alert: AlertID, by step: CriticalValue.Step.Kind, user: String, at time: Timestamp
    ) async throws -> CriticalValue {
        try await advanceCriticalValue(of: alert, by: step, user: user, at: time, audited: nil)
    }

    /// The entries of ``auditPage(_:)``.
    public func audit(_ query: AuditQuery) async throws -> [AuditEntry] { try await auditPage(query).entries }

    /// Opens a recording of a device whose clock nobody has compared with the server's.
    public func openRecording(
        _ header: RecordingHeader, device: String, at time: Timestamp
    ) async throws -> StoredRecording {
        try await openRecording(header, device: device, clockOffset: nil, at: time)
    }
}
