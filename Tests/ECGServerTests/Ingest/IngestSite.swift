import ECGDevice
import ECGModel
import ECGServer
import ECGStore
import ECGTriage
import ECGWire
import Foundation
import Logging
import ServiceLifecycle
import Testing

/// A whole server on loopback ports of the system's choice, over a store in a temporary directory, with a clock that the
/// test moves.
///
/// The directory outlives the server, so that a test can start another one over it. ``witness`` is a second store over
/// the same files: what it sees is on disk and not in the server's memory.
final class IngestSite: Sendable {
    let directory: URL
    let clock = TestClock()
    let log = LogBook()
    let witness: SQLiteStore
    /// The day on which recordings are opened unless the test moves the clock far.
    let firstDay: String
    /// How long server and witness wait for each other's transactions: a disk that is busy with other tests is no stuck one.
    static let patience = Duration.seconds(3600)

    init() throws {
        firstDay = clock.now.day
        directory = FileManager.default.temporaryDirectory.appending(path: "ecgnet-ingest-\(UUID().uuidString)")
        witness = try SQLiteStore(directory: directory.path, busyTimeout: Self.patience)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: directory)
        } catch {
            print("the temporary directory stays: \(error)")
        }
    }

    /// Starts a server and waits until it takes devices and answers requests.
    func start(
        busyTimeout: Duration = IngestSite.patience, limits: IngestLimits = .default,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        over watched: (SQLiteStore) -> any Store = { $0 }
    ) async throws -> RunningServer {
        try await RunningServer(
            self, busyTimeout: busyTimeout, limits: limits, configure: configure, over: watched)
    }

    /// Registers a device and returns what it needs to connect.
    func addDevice(_ id: String) async throws -> DeviceIdentity {
        let identity = DeviceIdentity.generate(id: id)
        try await witness.addDevice(
            Device(id: id, publicKey: identity.publicKey, clinic: "Village \(id)", addedAt: clock.now))
        return identity
    }

    func storedSamples(of recording: RecordingID) async throws -> Int {
        try await witness.recording(recording)?.sampleCount ?? 0
    }

    /// The stored waveform, decoded.
    func waveform(of recording: RecordingID) async throws -> Samples {
        guard let stored = try await witness.recording(recording) else { throw StoreError.unknownRecording(recording) }
        return try await StoredWaveform(store: witness, recording: stored).samples(0..<stored.sampleCount)
    }

    func alerts(of recording: RecordingID) async throws -> [Alert] {
        try await witness.alerts(AlertQuery(states: Set(AlertState.allCases), recording: recording))
    }

    struct UnexpectedAlerts: Error { var codes: [String] }

    func onlyAlert(of recording: Recording) async throws -> Alert {
        let alerts = try await alerts(of: recording.id)
        guard alerts.count == 1 else { throw UnexpectedAlerts(codes: alerts.map(\.code)) }
        return alerts[0]
    }

    func events(of recording: RecordingID) async throws -> [AlertEvent.Kind] {
        try await witness.alertEvents(ofRecording: recording).map(\.kind)
    }
}

/// A server that is being served in a task of its own.
final class RunningServer: Sendable {
    let site: IngestSite
    let devices: NetworkAddress
    let api: NetworkAddress
    let server: Server
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    /// Clients of the tests connect some steps before they ask.
    static let patientSeconds: Int64 = 86_400

    init(
        _ site: IngestSite, busyTimeout: Duration = IngestSite.patience, limits: IngestLimits = .default,
        httpConnections: Int = HTTPLimits.connections, firstRequestSeconds: Int64 = RunningServer.patientSeconds,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        over watched: (SQLiteStore) -> any Store = { $0 }
    ) async throws {
        self.site = site
        var configuration = ServerConfiguration()
        configuration.dataDirectory = site.directory.path
        configuration.listen.port = 0
        configuration.http.port = 0
        configure(&configuration)
        // On a machine that is busy with other tests each step of a stop may wait for seconds; none is to be cut short.
        var limits = limits
        limits.longestStop = .seconds(3600)
        limits.longestDrain = .seconds(600)
        let server = try Server(
            configuration: configuration,
            store: watched(SQLiteStore(directory: site.directory.path, busyTimeout: busyTimeout)),
            table: .countyDefault,
            logger: site.log.logger, limits: limits, httpConnections: httpConnections,
            firstRequestSeconds: firstRequestSeconds,
            now: { [clock = site.clock] in clock.now }, uptime: { [clock = site.clock] in clock.uptime })
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [], logger: site.log.logger))
        let task = Task { try await group.run() }
        self.server = server
        self.group = group
        self.task = task
        let ended = Mutexed(false)
        Task {
            _ = await task.result
            ended.value = true
        }
        try await eventually { (server.deviceAddress != nil && server.apiAddress != nil) || ended.value }
        if ended.value { try await task.value }
        devices = try #require(server.deviceAddress)
        api = try #require(server.apiAddress)
    }

    /// Ends the server of a test that failed before it stopped it.
    deinit { task.cancel() }

    /// Stops as SIGTERM would and waits for the end; what the server throws fails the test.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
        // Whatever a test makes the server write: nothing of it may be patient data.
        for line in site.log.lines {
            for secret in Hospital.secrets { #expect(!line.contains(secret), "patient data in the log: \(line)") }
        }
    }

    /// Connects a device and lets it introduce itself; encrypted where it knows how to tell its server.
    func connect(_ identity: DeviceIdentity) async throws -> TestDevice {
        let device = try await TestDevice.connect(to: devices, as: identity, clock: site.clock)
        try await device.introduce()
        return device
    }
}

/// What a test waited for has not come true.
struct NeverTrue: Error {}

/// Looks again and again until something has come true, and throws ``NeverTrue`` after so many looks that no slowness
/// explains it: a test that waits for ever says nothing.
func eventually(_ isTrue: () async throws -> Bool) async throws {
    let looks = 40_000
    for _ in 0..<looks {
        if try await isTrue() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    throw NeverTrue()
}
