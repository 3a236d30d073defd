import ECGModel
import ECGServer
import ECGStore
import Foundation
import NIOPosix
import ServiceLifecycle

/// A hospital with a policy of the test's own, and the ladder that the test lets look at what is due.
struct LadderSite {
    static let secret = "SECRET-OF-THE-WEBHOOK-0123456789"

    let hospital: Hospital
    let folder: URL
    let settings: SettingsFile
    let presence: ReaderPresence
    let escalation: Escalation

    /// - Parameters:
    ///   - sinks: The fields of `sinks`, as JSON.
    ///   - rungs: Of the ladder for high alerts.
    init(
        sinks: String = "", rungs: [(seconds: Int, sinks: [String])],
        nobodyThere: [(seconds: Int, sinks: [String])] = []
    ) throws {
        let hospital = try Hospital()
        self.hospital = hospital
        folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-ladder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.secret.utf8).write(to: folder.appending(path: "secret"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: "secret").path)
        func list(_ rungs: [(seconds: Int, sinks: [String])]) -> String {
            rungs.map { rung in
                let names = rung.sinks.map { "\"\($0)\"" }.joined(separator: ", ")
                return #"{"afterSeconds": \#(rung.seconds), "who": "who-\#(rung.seconds)", "sinks": [\#(names)]}"#
            }.joined(separator: ", ")
        }
        let policy = """
            {"console": "https://ecg.example.org", "sinks": {\(sinks)}, "nobodyThere": [\(list(nobodyThere))],
             "hospitals": [{"name": "County", "shifts": [{"high": [\(list(rungs))]}]}]}
            """
        try Data(policy.utf8).write(to: folder.appending(path: SettingsFile.fileName))
        settings = try SettingsFile(dataFolder: folder.path, logger: hospital.log.logger)
        if let problem = settings.problem { throw Unusable(problem: problem) }
        presence = ReaderPresence()
        escalation = Self.escalation(hospital, settings, presence)
    }

    struct Unusable: Error { var problem: String }

    private static func escalation(
        _ hospital: Hospital, _ settings: SettingsFile, _ presence: ReaderPresence, isAlone: Bool = false
    ) -> Escalation {
        Escalation(
            store: hospital.store, feed: hospital.feed, settings: settings, presence: presence,
            metrics: EscalationMetrics(factory: hospital.exposition), group: MultiThreadedEventLoopGroup.singleton,
            now: { hospital.clock.now }, uptime: { hospital.clock.uptime }, isAlone: isAlone,
            logger: hospital.log.logger)
    }

    /// Another process over the same store, as after a restart.
    func restarted(isAlone: Bool = false) -> Escalation {
        Self.escalation(hospital, settings, presence, isAlone: isAlone)
    }

    /// A server's ladder as it runs.
    struct Running {
        let group: ServiceGroup
        let task: Task<Void, any Error>

        /// As SIGTERM does.
        func stop() async throws {
            await group.triggerGracefulShutdown()
            try await task.value
        }
    }

    func run(_ escalation: Escalation) -> Running {
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: escalation)], gracefulShutdownSignals: [], logger: hospital.log.logger))
        return Running(group: group, task: Task { try await group.run() })
    }

    /// Another process that has read the policy as the file is now.
    func restartedWithItsFile() throws -> (SettingsFile, Escalation) {
        let settings = try SettingsFile(dataFolder: folder.path, logger: hospital.log.logger)
        return (settings, Self.escalation(hospital, settings, presence))
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }

    /// Lets time pass and the ladder look.
    func pass(seconds: Int, looking escalation: Escalation? = nil) async throws {
        hospital.clock.advance(seconds: seconds)
        try await (escalation ?? self.escalation).look()
    }

    func events(of alert: Alert) async throws -> [AlertEvent.Kind] {
        try await hospital.store.alertEvents(of: alert.id).map(\.kind)
    }

    func states(of alert: Alert) async throws -> [Delivery.State] {
        try await hospital.store.deliveries(of: alert.id).map(\.state)
    }

    func problems(of alert: Alert) async throws -> [String?] {
        try await hospital.store.deliveries(of: alert.id).map(\.problem)
    }

    var metrics: [String] {
        var bytes: [UInt8] = []
        hospital.exposition.emit(into: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The longest that a sink may have: where it is not what a test is about, no slowness of the machine is to look like it.
    static let longestTimeout = EscalationLimits.timeoutSeconds.upperBound

    static func webhook(
        _ name: String, port: Int, timeoutSeconds: Int = longestTimeout, _ more: String = ""
    ) -> String {
        #""\#(name)": {"webhook": {"url": "http://127.0.0.1:\#(port)/alerts", "secretFile": "secret"}, "#
            + #""timeoutSeconds": \#(timeoutSeconds)\#(more)}"#
    }

    static func hl7(_ name: String, port: Int, timeoutSeconds: Int = longestTimeout, _ more: String = "") -> String {
        #""\#(name)": {"hl7": {"host": "127.0.0.1", "port": \#(port), "application": "HIS", "facility": "C|Y"}, "#
            + #""timeoutSeconds": \#(timeoutSeconds)\#(more)}"#
    }

    static func command(_ name: String, _ arguments: [String], timeoutSeconds: Int = longestTimeout) -> String {
        let list = arguments.map { "\"\($0)\"" }.joined(separator: ", ")
        return #""\#(name)": {"command": [\#(list)], "timeoutSeconds": \#(timeoutSeconds)}"#
    }
}
