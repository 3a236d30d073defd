import ArgumentParser
import ECGDevice
import ECGFormats
import ECGModel
import ECGServer
import ECGWire
import Foundation

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload recordings as a clinic's device would.",
        discussion: """
            Connects again and resumes after every cut. Each replay is a new recording for the server, unless \
            --recording-id continues an earlier one. Ends with 0 only when everything is stored and, with --wait, \
            every alert that was raised has been reported or dismissed.

            With --outbox a replay survives its own end too, as a device survives a loss of power: the same command \
            goes on where the last one was cut off, and without records what was left behind is sent. Without it \
            nothing is left on this machine.

            \(MachineReading.disclaimer)
            """)

    @Argument(help: "WFDB records: paths with or without .hea.")
    var records: [String] = []

    @Option(name: .customLong("to"), help: ArgumentHelp("The server's address for devices.", valueName: "host:port"))
    var server = ServerConfiguration().listen

    @Option(help: ArgumentHelp("The device's identity, as `ecgnet device add` makes it.", valueName: "file"))
    var device: String

    @Option(
        help: ArgumentHelp(
            "1 is real time, N is N times as fast, max is as fast as the server takes it.", valueName: "n"))
    var speed = ReplaySpeed(value: .times(1))

    @Option(
        help: ArgumentHelp(
            "Keep on disk what is not stored yet, in this folder; made if missing.", valueName: "dir"))
    var outbox: String?

    @Flag(help: "Stay until every alert has been reported or dismissed.")
    var wait = false

    @Option(help: "Continue this recording, of one record, instead of starting a new one.")
    var recordingId: RecordingID?

    @Flag(help: "Send records whose header gives no gain or no rate too, though voltages or times are guessed.")
    var uncalibrated = false

    @Flag(help: "Print one JSON object an event.")
    var json = false

    @Flag(help: "Trust servers with certificates of the authorities that this system trusts.")
    var tls = false

    @Option(
        help: ArgumentHelp("Trust servers with certificates of this authority (PEM).", valueName: "file")
    )
    var ca: String?

    @Flag(help: "Send to another machine unencrypted, where nothing says how to know the server.")
    var allowPlaintext = false

    @Option(help: "Give up when nothing more got stored for so many seconds.")
    var patience = 300

    func validate() throws {
        guard !records.isEmpty || outbox != nil else {
            throw ValidationError("give at least one record, or --outbox with what an earlier replay left")
        }
        guard recordingId == nil || records.count == 1 else {
            throw ValidationError("--recording-id continues one recording: give one record")
        }
        guard (1...86_400).contains(patience) else { throw ValidationError("--patience must be from 1 to 86400") }
    }

    func run() async throws {
        let identity = try DeviceIdentity.read(from: device)
        let recordings = try records.map { path in
            do {
                let record = try WFDBRecord.read(path, id: recordingId ?? .random())
                record.sayDoubts(path: path)
                guard uncalibrated || !record.isGuessed else {
                    let guessed = record.isRateAssumed ? "times" : "voltages"
                    throw CommandError("it would be judged by \(guessed) that are guessed: --uncalibrated sends it")
                }
                var recording = record.recording
                recording.header.deviceTime = WallClock.now()
                try recording.header.validate()
                return (name: record.name, recording: recording)
            } catch {
                throw CommandError("\(path): \(error)")
            }
        }
        let outbox =
            if let outbox { try Outbox(folder: outbox) } else {
                try Outbox(temporaryIn: FileManager.default.temporaryDirectory.path)
            }
        for file in outbox.unreadableFiles { Terminal.say("\(file) in the outbox cannot be read and is not sent") }
        let acquisition = try ReplayAcquisition(recordings, into: outbox, speed: speed.value)
        let client = DeviceClient(
            identity: identity, server: server, verifier: try verifier(for: identity), outbox: outbox,
            patience: .seconds(patience), software: "ecgnet replay", now: WallClock.now)
        let failures =
            try await upload(acquisition, with: client)
            + outbox.unreadableFiles.map { "\($0) in the outbox cannot be read and was not sent." }
        guard failures.isEmpty else {
            throw CommandError("not everything was stored:\n" + failures.joined(separator: "\n"))
        }
    }

    /// Records and sends at the same time, until the goal is reached.
    /// - Returns: what was not stored and why, in words.
    private func upload(_ acquisition: ReplayAcquisition, with client: DeviceClient) async throws -> [String] {
        let subjects = acquisition.subjects
        var goal = ReplayGoal(subjects.mapValues(\.name), waitsForAnswers: wait)
        var log = ReplayLog(subjects, json: json)
        let (reports, reporting) = AsyncStream.makeStream(of: DeviceReport.self)
        let (settled, settling) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await acquisition.run(settled: settled)
                } catch {
                    reporting.finish()
                    throw error
                }
            }
            group.addTask {
                defer { reporting.finish() }
                try await client.run { reporting.yield($0) }
            }
            if !goal.isReached {
                for await report in reports {
                    log.take(report)
                    if goal.take(report) { settling.yield() }
                    if goal.isReached { break }
                }
            }
            settling.finish()
            group.cancelAll()
            try await group.waitForAll()
        }
        log.finish()
        return goal.failures
    }

    /// Whoever knows how to tell the server speaks TLS; nothing switches that off.
    private func verifier(for identity: DeviceIdentity) throws -> ServerVerifier? {
        let trust: ServerTrust? =
            if let ca {
                .authorities(pem: try PEMFile.read(ca))
            } else {
                tls ? .systemAuthorities : identity.server
            }
        if let trust { return try ServerVerifier(trust) }
        guard allowPlaintext || server.isLoopback else {
            throw ValidationError(
                "\(server) is another machine and \(device) does not say how to know it: give the certificate of its "
                    + "authority with --ca, or --tls, or make the file anew with `ecgnet device add` on the server")
        }
        return nil
    }
}

/// `1`, `4`, `0.5` or `max`.
struct ReplaySpeed: ExpressibleByArgument {
    var value: ReplayAcquisition.Speed

    init(value: ReplayAcquisition.Speed) { self.value = value }

    init?(argument: String) {
        if argument == "max" {
            value = .unlimited
        } else if let factor = Double(argument), factor > 0, factor <= 1000 {
            value = .times(factor)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { "1" }
}

extension RecordingID {
    static func random() -> RecordingID {
        var random = SystemRandomNumberGenerator()
        return RecordingID(seedHigh: random.next(), seedLow: random.next())
    }
}
