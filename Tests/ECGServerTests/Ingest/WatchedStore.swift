import ECGModel
import ECGStore

/// A store that lets a test look on, wait or fail where the server asks the one behind it.
struct WatchedStore: Store {
    let store: any Store
    /// Called before a recording is opened.
    var openingRecording: @Sendable (RecordingID) async throws -> Void = { _ in }
    /// Called before the recordings are chosen beside which one is judged.
    var comparing: @Sendable (RecordingID) async throws -> Void = { _ in }
    /// Given the blocks that are read of a recording; what it makes of them is what the server sees.
    var readBlocks: @Sendable ([StoredBlock]) -> [StoredBlock] = { $0 }
    /// Called before the history of a recording's alerts is read.
    var readingAlertEvents: @Sendable (RecordingID) async throws -> Void = { _ in }

    // MARK: Devices

    func addDevice(_ device: Device) async throws {
        try await store.addDevice(device)
    }

    func device(_ id: String) async throws -> Device? {
        try await store.device(id)
    }

    func devices() async throws -> [Device] {
        try await store.devices()
    }

    func revokeDevice(_ id: String, at time: Timestamp) async throws {
        try await store.revokeDevice(id, at: time)
    }

    func revokedDevices() async throws -> Set<String> {
        try await store.revokedDevices()
    }

    func placeDevice(_ id: String, at place: GeographicPlace?) async throws {
        try await store.placeDevice(id, at: place)
    }

    func touchDevice(_ id: String, at time: Timestamp, hello: DeviceHello?) async throws {
        try await store.touchDevice(id, at: time, hello: hello)
    }

    func touchDevices(_ ids: Set<String>, at time: Timestamp) async throws {
        try await store.touchDevices(ids, at: time)
    }

    func deviceActivity(since: Timestamp, today: Timestamp) async throws -> [String: DeviceActivity] {
        try await store.deviceActivity(since: since, today: today)
    }

    // MARK: Recordings

    func openRecording(_ header: RecordingHeader, device: String, clockOffset: Duration?, at time: Timestamp)
        async throws -> StoredRecording
    {
        try await openingRecording(header.id)
        return try await store.openRecording(header, device: device, clockOffset: clockOffset, at: time)
    }

    func recording(_ id: RecordingID) async throws -> StoredRecording? {
        try await store.recording(id)
    }

    func recordings(_ query: RecordingQuery) async throws -> [StoredRecording] {
        try await store.recordings(query)
    }

    func earlierRecordings(ofPatientIn id: RecordingID, limit: Int) async throws -> [StoredRecording] {
        try await store.earlierRecordings(ofPatientIn: id, limit: limit)
    }

    func blocks(of id: RecordingID, from: SampleIndex, limit: Int) async throws -> [StoredBlock] {
        readBlocks(try await store.blocks(of: id, from: from, limit: limit))
    }

    func startOfRun(of id: RecordingID, at sample: SampleIndex) async throws -> SampleIndex? {
        try await store.startOfRun(of: id, at: sample)
    }

    func recordingsAwaitingReading() async throws -> [RecordingID] {
        try await store.recordingsAwaitingReading()
    }

    func unreadableDays() async throws -> [String: String] {
        try await store.unreadableDays()
    }

    func recordingsSilent(since time: Timestamp, until end: Timestamp) async throws -> [RecordingID] {
        try await store.recordingsSilent(since: time, until: end)
    }

    func reading(of id: RecordingID) async throws -> MachineReading? {
        try await store.reading(of: id)
    }

    func comparison(for recording: StoredRecording, settledBefore settled: Timestamp) async throws -> [EarlierReading] {
        try await comparing(recording.id)
        return try await store.comparison(for: recording, settledBefore: settled)
    }

    func reduceCourses<Result: Sendable>(
        openedFrom start: Timestamp, before end: Timestamp, into initial: Result,
        _ update: @escaping @Sendable (inout Result, RecordingCourse) throws -> Void
    ) async throws -> Result {
        try await store.reduceCourses(openedFrom: start, before: end, into: initial, update)
    }

    // MARK: Ingest

    func commit(_ changes: [IngestChange], at time: Timestamp) async throws -> [IngestResult] {
        try await store.commit(changes, at: time)
    }

    // MARK: Alerts

    func alert(_ id: AlertID) async throws -> Alert? {
        try await store.alert(id)
    }

    func alerts(_ query: AlertQuery) async throws -> [Alert] {
        try await store.alerts(query)
    }

    func alertEvents(after sequence: Int64, limit: Int) async throws -> [AlertEvent] {
        try await store.alertEvents(after: sequence, limit: limit)
    }

    func alertEvents(of id: AlertID) async throws -> [AlertEvent] {
        try await store.alertEvents(of: id)
    }

    func alertEvents(ofRecording id: RecordingID) async throws -> [AlertEvent] {
        try await readingAlertEvents(id)
        return try await store.alertEvents(ofRecording: id)
    }

    func recordingsWithNews(
        ofDevice device: String, since time: Timestamp, openedSince opened: Timestamp, limit: Int
    ) async throws -> [RecordingID] {
        try await store.recordingsWithNews(ofDevice: device, since: time, openedSince: opened, limit: limit)
    }

    func latestAlertEvent() async throws -> Int64 {
        try await store.latestAlertEvent()
    }

    func leaseAlert(
        to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert? {
        try await store.leaseAlert(to: user, for: duration, at: time, audited: action)
    }

    func leaseAlert(
        _ id: AlertID, to user: String, for duration: Duration, at time: Timestamp, audited action: String?
    ) async throws -> Alert {
        try await store.leaseAlert(id, to: user, for: duration, at: time, audited: action)
    }

    func take(
        _ step: AlertStep, with id: AlertID, user: String?, at time: Timestamp, on terms: StepTerms
    ) async throws -> TakenStep {
        try await store.take(step, with: id, user: user, at: time, on: terms)
    }

    func numberAlerts(after number: Int64) async throws {
        try await store.numberAlerts(after: number)
    }

    func queueStatus() async throws -> QueueStatus {
        try await store.queueStatus()
    }

    // MARK: Critical values

    func criticalValue(of alert: AlertID) async throws -> CriticalValue? {
        try await store.criticalValue(of: alert)
    }

    func criticalValues(_ query: CriticalValueQuery) async throws -> [CriticalValue] {
        try await store.criticalValues(query)
    }

    func criticalValueQueue(at time: Timestamp, by deadlines: CriticalValueDeadlines) async throws -> CriticalValueQueue
    {
        try await store.criticalValueQueue(at: time, by: deadlines)
    }

    func openCriticalValue(
        of alert: AlertID, text: String, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue {
        try await store.openCriticalValue(of: alert, text: text, user: user, at: time, audited: action)
    }

    func advanceCriticalValue(
        of alert: AlertID, by step: CriticalValue.Step.Kind, user: String, at time: Timestamp, audited action: String?
    ) async throws -> CriticalValue {
        try await store.advanceCriticalValue(of: alert, by: step, user: user, at: time, audited: action)
    }

    // MARK: The ladder

    func ladder() async throws -> [LadderEntry] {
        try await store.ladder()
    }

    func climb(_ rung: ClimbedRung, at time: Timestamp) async throws -> Bool {
        try await store.climb(rung, at: time)
    }

    func dueSinks(at time: Timestamp) async throws -> Set<String> {
        try await store.dueSinks(at: time)
    }

    func claimDeliveries(
        to sink: String, limit: Int, keptForHigh: Int, attempts: Int, until: Timestamp, at time: Timestamp
    ) async throws -> [Delivery] {
        try await store.claimDeliveries(
            to: sink, limit: limit, keptForHigh: keptForHigh, attempts: attempts, until: until, at: time)
    }

    func confirmDelivery(_ id: Int64, at time: Timestamp) async throws {
        try await store.confirmDelivery(id, at: time)
    }

    func failDelivery(_ id: Int64, problem: String, retryAt: Timestamp?, at time: Timestamp) async throws {
        try await store.failDelivery(id, problem: problem, retryAt: retryAt, at: time)
    }

    func releaseDelivery(_ claimed: Delivery, at time: Timestamp) async throws {
        try await store.releaseDelivery(claimed, at: time)
    }

    func releaseDeliveries(at time: Timestamp) async throws {
        try await store.releaseDeliveries(at: time)
    }

    func deliveries(of alert: AlertID) async throws -> [Delivery] {
        try await store.deliveries(of: alert)
    }

    func sinkStatus(of sinks: [String]) async throws -> [SinkStatus] {
        try await store.sinkStatus(of: sinks)
    }

    func sinkStatus(beside sinks: [String]) async throws -> [SinkStatus] {
        try await store.sinkStatus(beside: sinks)
    }

    func noteReaders(of hospitals: Set<String?>, presentAt time: Timestamp) async throws {
        try await store.noteReaders(of: hospitals, presentAt: time)
    }

    func lastReaderPresence(for hospital: String) async throws -> Timestamp? {
        try await store.lastReaderPresence(for: hospital)
    }

    // MARK: Reports being written

    func saveDraft(_ draft: ReportDraft) async throws {
        try await store.saveDraft(draft)
    }

    func draft(of alert: AlertID, by author: String) async throws -> ReportDraft? {
        try await store.draft(of: alert, by: author)
    }

    // MARK: Users and tokens

    func addUser(_ user: User) async throws {
        try await store.addUser(user)
    }

    func user(_ name: String) async throws -> User? {
        try await store.user(name)
    }

    func users() async throws -> [User] {
        try await store.users()
    }

    func setPassword(of name: String, hash: String, endingPrograms: Bool) async throws -> Int {
        try await store.setPassword(of: name, hash: hash, endingPrograms: endingPrograms)
    }

    func setHospital(_ hospital: String?, of name: String) async throws {
        try await store.setHospital(hospital, of: name)
    }

    func removeUser(_ name: String) async throws {
        try await store.removeUser(name)
    }

    func disableUser(_ name: String, at time: Timestamp) async throws {
        try await store.disableUser(name, at: time)
    }

    func enableUser(_ name: String) async throws {
        try await store.enableUser(name)
    }

    func addToken(_ token: AccessToken) async throws {
        try await store.addToken(token)
    }

    func token(digest: [UInt8], at time: Timestamp) async throws -> AccessToken? {
        try await store.token(digest: digest, at: time)
    }

    func programTokens(of user: String) async throws -> [AccessToken] {
        try await store.programTokens(of: user)
    }

    func removeProgramTokens(of user: String) async throws -> Int {
        try await store.removeProgramTokens(of: user)
    }

    func removeToken(digest: [UInt8]) async throws -> Bool {
        try await store.removeToken(digest: digest)
    }

    // MARK: Triage tables

    func addTriageTable(version: String, document: String, by user: String, at time: Timestamp) async throws
        -> StoredTriageTable
    {
        try await store.addTriageTable(version: version, document: document, by: user, at: time)
    }

    func triageTables() async throws -> [StoredTriageTable] {
        try await store.triageTables()
    }

    func triageTable(_ edition: Int64) async throws -> StoredTriageTable? {
        try await store.triageTable(edition)
    }

    func triageTableInForce() async throws -> StoredTriageTable? {
        try await store.triageTableInForce()
    }

    func enforceTriageTable(_ edition: Int64?, at time: Timestamp) async throws {
        try await store.enforceTriageTable(edition, at: time)
    }

    // MARK: Site settings

    func addSettings(_ change: SettingsChange, after edition: Int64, at time: Timestamp) async throws -> StoredSettings
    {
        try await store.addSettings(change, after: edition, at: time)
    }

    func settingsVersions(limit: Int) async throws -> [StoredSettings] {
        try await store.settingsVersions(limit: limit)
    }

    func settings(_ edition: Int64) async throws -> StoredSettings? {
        try await store.settings(edition)
    }

    func newestSettings() async throws -> StoredSettings? {
        try await store.newestSettings()
    }

    // MARK: Audit and housekeeping

    func appendAudit(_ entry: AuditEntry) async throws {
        try await store.appendAudit(entry)
    }

    func appendAudit(_ entries: [AuditEntry], unlessSince time: Timestamp) async throws {
        try await store.appendAudit(entries, unlessSince: time)
    }

    func auditPage(_ query: AuditQuery) async throws -> AuditPage {
        try await store.auditPage(query)
    }

    func waveformDays(at now: Timestamp) async throws -> [WaveformDayUse] {
        try await store.waveformDays(at: now)
    }

    func dropWaveforms(of days: [String]) async throws -> [String] {
        try await store.dropWaveforms(of: days)
    }

    func checkHealth() async throws {
        try await store.checkHealth()
    }

    func close() async throws {
        try await store.close()
    }

    var transactionCount: Int { store.transactionCount }
}
