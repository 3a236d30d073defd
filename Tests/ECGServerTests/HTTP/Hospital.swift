import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import ECGWire
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

/// A server with its store in a temporary directory, a clock that the test moves, and three users.
final class Hospital: Sendable {
    /// Where the recordings that the tests add come from.
    static let clinic = "Village"
    static let passphrase = "correct horse battery"
    /// Cheap enough for tests; the format and the code are the same.
    static let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)

    let store: SQLiteStore
    let feed: AlertFeed
    let access: AccessControl
    let api: HTTPAPI
    let clock: TestClock
    let log: LogBook
    let exposition: PrometheusMetrics
    let directory: URL
    let settings: SettingsDesk
    let tables = TriageTableBook(own: .countyDefault)

    init(
        metricsNeedToken: Bool = false, isEncrypted: Bool = false, isBehindProxy: Bool = false,
        policy: ReportPolicy = ReportPolicy(),
        recentAlertEvents: Int = HTTPLimits.recentEvents
    ) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "ecgnet-http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let clock = TestClock()
        let log = LogBook()
        let exposition = PrometheusMetrics(catalogue: ServerMetrics.catalogue)
        store = try SQLiteStore(directory: directory.path)
        feed = AlertFeed(
            store: store, logger: log.logger, pollInterval: .milliseconds(20), recentLimit: recentAlertEvents)
        access = AccessControl(store: store, hasher: PasswordHasher(cost: Self.cost)) { clock.now }
        let ready = ReadySwitch()
        self.clock = clock
        self.log = log
        self.exposition = exposition
        self.ready = ready
        let file = try SettingsFile(
            dataFolder: directory.path, standard: SiteSettings(reporting: policy), logger: log.logger)
        settings = SettingsDesk(file: file, store: store, now: { clock.now }, logger: log.logger)
        api = HTTPAPI(
            store: store, feed: feed, access: access, metrics: ServerMetrics(factory: exposition),
            exposition: exposition, metricsNeedToken: metricsNeedToken, isEncrypted: isEncrypted,
            isBehindProxy: isBehindProxy,
            // Clients of the tests connect some steps before they ask.
            firstRequestSeconds: 86_400,
            isIngestReady: { ready.isOn },
            now: { clock.now }, site: { file.settings }, settings: settings,
            tables: tables)
    }

    let ready: ReadySwitch

    deinit {
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("the temporary directory stays: \(error)")
        }
    }

    var application: some ApplicationProtocol {
        Application(
            router: api.router(), server: .http1(configuration: api.channelConfiguration),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)), logger: log.logger)
    }

    /// Runs the test with the feed running beside it.
    func open<Value: Sendable>(
        _ setup: TestingSetup = .router, _ test: @Sendable @escaping (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [feed] in try await feed.run() }
            let value = try await application.test(setup, test)
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    func addUser(_ name: String, _ role: User.Role) async throws {
        try await access.accounts.add(
            name: name, role: role, clinic: role == .clinic ? Self.clinic : nil, password: Self.passphrase,
            at: clock.now)
    }

    /// A user's token, by the front door.
    func token(_ name: String, _ role: User.Role) async throws -> String {
        if try await store.user(name) == nil { try await addUser(name, role) }
        return try await access.signIn(name: name, password: Self.passphrase, from: "fixture").token.text
    }

    // MARK: Recordings

    static let patient = Patient(
        reference: "PATIENT-SECRET-1", sex: .male, ageYears: 67, chiefComplaint: "COMPLAINT-SECRET-2")
    /// What must never show up in logs, metrics and error texts.
    static let secrets = ["PATIENT-SECRET-1", "COMPLAINT-SECRET-2", "REPORT-SECRET-3"]

    /// A stored recording of two leads in blocks of 100 samples, with a missing sample; every block raises `proposals`.
    @discardableResult
    func addRecording(_ number: UInt64, blocks: Int = 3, raising proposals: [AlertProposal] = []) async throws
        -> Recording
    {
        let header = RecordingHeader(
            id: RecordingID(seedHigh: number, seedLow: number), samplingRate: 500,
            channels: [
                Channel(lead: .i, nanovoltsPerCount: 5000), Channel(lead: .v2, nanovoltsPerCount: 2500, baseline: 12),
            ], patient: Self.patient)
        var samples = Samples(
            channelCount: 2, counts: (0..<blocks * 200).map { Int32(truncatingIfNeeded: $0 &* 7919 % 1013) - 500 })
        samples[5, 1] = Samples.missing
        let recording = Recording(header: header, samples: samples)
        try await add(recording, raising: proposals)
        return recording
    }

    /// Stores a recording in blocks of 100 samples; the first block raises `proposals`.
    func add(_ recording: Recording, raising proposals: [AlertProposal] = []) async throws {
        if try await store.device("clinic-1") == nil {
            try await store.addDevice(
                Device(
                    id: "clinic-1", publicKey: Array(repeating: 7, count: 32), clinic: "Village", township: "Longtan",
                    addedAt: clock.now))
        }
        let header = recording.header
        _ = try await store.openRecording(header, device: "clinic-1", at: clock.now)
        for first in stride(from: 0, to: recording.samples.count, by: 100) {
            try await append(
                recording.samples[first..<min(first + 100, recording.samples.count)], at: first, to: header,
                raising: first == 0 ? proposals : [])
        }
        feed.poke()
    }

    /// Stores one block more.
    private func append(
        _ part: Samples, at first: Int, to header: RecordingHeader, raising proposals: [AlertProposal]
    ) async throws {
        var payload = BlockEncoder(channels: header.channels).encode(part, firstSample: first)
        let head = try BlockHeader.read(from: &payload)
        let stored = StoredBlock(
            firstSample: head.firstSample, sampleCount: head.sampleCount, codec: head.codec,
            payload: Array(payload.readableBytesView))
        _ = try await store.commit([.block(header.id, stored, raising: proposals)], at: clock.now)
    }

    /// Goes on with an alert's recording, and finds its condition more urgent.
    func worsen(_ alert: Alert) async throws {
        guard let recording = try await store.recording(alert.recording) else { throw MissingAlert() }
        let more = Samples(
            channelCount: recording.header.channels.count,
            counts: Array(repeating: 0, count: 100 * recording.header.channels.count))
        try await append(
            more, at: recording.sampleCount, to: recording.header, raising: [Self.proposal(alert.finding.code, .high)])
        feed.poke()
    }

    /// Closes a stored recording with its machine reading.
    func close(_ recording: Recording) async throws {
        var interpreter = RecordingInterpreter(header: recording.header, table: .countyDefault)
        let raised = interpreter.process(recording.samples)
        let end = interpreter.finish()
        _ = try await store.commit(
            [
                .close(
                    recording.header.id, sampleCount: recording.samples.count, reading: end.reading,
                    raising: raised + end.raised)
            ], at: clock.now)
        feed.poke()
    }

    static func proposal(_ code: String = "stemi-anterior", _ priority: AlarmPriority = .high) -> AlertProposal {
        AlertProposal(
            finding: Finding(
                code: code, text: "ST elevation in V2", leads: [.v2],
                rule: RuleReference(rule: code, tableVersion: "test 1", source: "test", isVerified: true)),
            priority: priority, atSample: 100)
    }

    /// A stored recording with one open alert.
    func addAlert(_ number: UInt64, _ priority: AlarmPriority = .high) async throws -> Alert {
        let recording = try await addRecording(number, raising: [Self.proposal("stemi-anterior", priority)])
        guard let alert = try await store.alerts(AlertQuery(recording: recording.header.id)).first else {
            throw MissingAlert()
        }
        return alert
    }
    struct MissingAlert: Error {}
}

final class ReadySwitch: Sendable {
    private let state = Mutex(true)
    var isOn: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let time = Mutex((wall: Timestamp(microsecondsSince1970: 1_790_000_000_000_000), uptime: Duration.zero))
    var now: Timestamp { time.withLock { $0.wall } }
    var uptime: Duration { time.withLock { $0.uptime } }
    /// Sets the wall clock, as somebody or NTP does: no time passes.
    func set(_ moment: Timestamp) { time.withLock { $0.wall = moment } }
    func set(by duration: Duration) { time.withLock { $0.wall = $0.wall + duration } }
    /// Lets time pass.
    func advance(seconds: Int) {
        time.withLock {
            $0.wall = $0.wall + .seconds(seconds)
            $0.uptime += .seconds(max(0, seconds))
        }
    }
}

/// Keeps every log line, of all levels, with its metadata.
final class LogBook: Sendable {
    private let written = Mutex<[String]>([])
    var lines: [String] { written.withLock { $0 } }
    func clear() { written.withLock { $0 = [] } }
    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            book.written.withLock { $0.append("\(event.level) \(event.message) \(all)") }
        }
    }
}

// MARK: Requests

extension TestClientProtocol {
    /// Sends JSON if there is a body, and gives status and body back.
    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, json: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil { headers[.contentType] = "application/json" }
        return try await executeRequest(
            uri: path, method: method, headers: headers, body: json.map { ByteBuffer(string: $0) })
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    /// The code of an error answer.
    var errorCode: String? {
        struct Document: Decodable {
            struct Content: Decodable { var code: String, message: String }
            var error: Content
        }
        do {
            return try decoded(Document.self).error.code
        } catch {
            return nil
        }
    }
}
