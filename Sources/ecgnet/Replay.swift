import ArgumentParser
import ECGDevice
import ECGFormats
import ECGModel
import ECGServer
import ECGWire
import Foundation
import NIOSSL
import Synchronization

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload recordings as a clinic's device would.",
        discussion: """
            Connects again and resumes after every cut. Each replay is a new recording for the server, unless \
            --recording-id continues an earlier one. Ends with 0 only when everything is stored and, with --wait, \
            every alert that was raised has been reported or dismissed.

            \(MachineReading.disclaimer)
            """)

    @Argument(help: "WFDB records: paths with or without .hea.")
    var records: [String]

    @Option(name: .customLong("to"), help: ArgumentHelp("The server's address for devices.", valueName: "host:port"))
    var server = ServerConfiguration().listen

    @Option(help: ArgumentHelp("The device's identity, as `ecgnet device add` makes it.", valueName: "file"))
    var device: String

    @Option(
        help: ArgumentHelp(
            "1 is real time, N is N times as fast, max is as fast as the server takes it.", valueName: "n"))
    var speed = ReplaySpeed(plan: .times(1))

    @Flag(help: "Stay until every alert has been reported or dismissed.")
    var wait = false

    @Option(help: "Continue this recording, of one record, instead of starting a new one.")
    var recordingId: RecordingID?

    @Flag(help: "Print one JSON object an event.")
    var json = false

    @Flag(help: "Speak TLS.")
    var tls = false

    @Option(
        help: ArgumentHelp("Trust servers with certificates of this authority (PEM); implies --tls.", valueName: "file")
    )
    var ca: String?

    @Flag(help: "Send to another machine unencrypted.")
    var allowPlaintext = false

    @Option(help: "Give up when nothing more got stored for so many seconds.")
    var patience = 300

    func validate() throws {
        guard recordingId == nil || records.count == 1 else {
            throw ValidationError("--recording-id continues one recording: give one record")
        }
        guard tls || ca != nil || allowPlaintext || server.isLoopback else {
            throw ValidationError(
                "\(server) is another machine and patient data would travel unencrypted: give --tls, or "
                    + "--allow-plaintext")
        }
        guard (1...86_400).contains(patience) else { throw ValidationError("--patience must be from 1 to 86400") }
    }

    func run() async throws {
        let identity = try DeviceIdentity.read(from: device)
        let recordings = try records.map { path in
            do {
                let record = try WFDBRecord.read(path, id: recordingId ?? .random())
                var recording = record.recording
                recording.header.deviceTime = WallClock.now()
                try recording.header.validate()
                return (name: record.name, recording: recording)
            } catch {
                throw CommandError("\(path): \(error)")
            }
        }
        let client = DeviceClient(
            identity: identity, server: server, tls: try clientTLS(), patience: .seconds(patience),
            software: "ecgnet replay", now: WallClock.now)
        let plan = UploadPlan(recordings, speed: speed.plan, goal: wait ? .answered : .stored)
        let log = ReplayLog(plan: plan, json: json)
        let end = try await client.run(plan) { log.take($0) }
        log.finish()
        guard end.failed.isEmpty else {
            throw CommandError("the server refused \(end.failed.joined(separator: ", "))")
        }
    }

    private func clientTLS() throws -> NIOSSLContext? {
        guard tls || ca != nil else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        if let ca { configuration.trustRoots = .file(ca) }
        return try NIOSSLContext(configuration: configuration)
    }
}

/// `1`, `4`, `0.5` or `max`.
struct ReplaySpeed: ExpressibleByArgument {
    var plan: UploadPlan.Speed

    init(plan: UploadPlan.Speed) { self.plan = plan }

    init?(argument: String) {
        if argument == "max" {
            plan = .unlimited
        } else if let factor = Double(argument), factor > 0, factor <= 1000 {
            plan = .times(factor)
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
