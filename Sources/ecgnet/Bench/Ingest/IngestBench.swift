import ArgumentParser
import Foundation

struct IngestBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "How many live devices a server on this machine can take, with the full analysis on.",
        discussion: """
            Starts a server process and puts a load on it over loopback: devices in the protocol, each before a simulated \
            patient of its own, sending a block of twelve leads at 500 Hz every second, one recording after the other; one \
            in a thousand has an infarction. The alerts that must come are known beforehand, and the stored samples are \
            compared with the patients' at the end. Ends with 1 if anything was lost, missing or doubled. The load takes \
            a share of the same cores; its own cost is shown beside the server's. Only a release build counts.
            """)

    @Option(
        help: ArgumentHelp(
            "How many devices; several numbers, separated by commas, are run in turn.", valueName: "n,..."))
    var devices = DeviceCounts([1000])

    @OptionGroup var bench: BenchOptions

    @Option(help: "How long a recording is; then the device begins another.")
    var recordingSeconds = 300

    @Option(help: "How much signal a patient has, prepared beforehand and kept in memory; then it begins again.")
    var patientSeconds = 30

    @Option(help: "How many devices connect in a second.")
    var connectRate = 400

    @Option(help: "How many of a thousand patients have an infarction.")
    var infarctsPerThousand = 1

    @Option(help: "Afterwards let the devices record so many times as fast as time goes.")
    var rushFactor: Double?

    @Option(help: "How long they do.")
    var rushSeconds = 30

    @Flag(help: "Let the devices speak TLS 1.3.")
    var tls = false

    /// Sockets of one process here and of the server there; more than a province has.
    private static let mostDevices = 100_000

    func validate() throws {
        guard devices.counts.allSatisfy({ (1...Self.mostDevices).contains($0) }) else {
            throw ValidationError("--devices takes numbers from 1 to \(Self.mostDevices)")
        }
        guard bench.seconds > 0, recordingSeconds > 0, patientSeconds > 0, connectRate > 0, rushSeconds > 0,
            (0...1000).contains(infarctsPerThousand), rushFactor.map({ $0 >= 1 }) ?? true
        else { throw ValidationError("times and rates are above 0, --rush-factor is at least 1") }
    }

    func run() async throws {
        var reports: [IngestReport] = []
        for count in devices.counts {
            let load = IngestLoad(
                devices: count, seconds: bench.seconds, recordingSeconds: recordingSeconds,
                patientSeconds: patientSeconds,
                connectRate: connectRate,
                infarctsPerThousand: infarctsPerThousand, seed: bench.seed, isEncrypted: tls,
                rush: rushFactor.map { (factor: $0, seconds: rushSeconds) })
            let report = try await load.run(dataIn: bench.dataIn)
            if bench.json { try JSONLine.print(report) }
            reports.append(report)
        }
        if !bench.json { Terminal.print(IngestReport.table(of: reports)) }
        guard reports.allSatisfy(\.isSound) else { throw ExitCode.failure }
    }
}

/// Numbers separated by commas.
struct DeviceCounts: ExpressibleByArgument {
    var counts: [Int]

    init(_ counts: [Int]) { self.counts = counts }

    init?(argument: String) {
        let counts = argument.split(separator: ",").map { Int($0) }
        guard !counts.isEmpty, counts.allSatisfy({ $0 != nil }) else { return nil }
        self.counts = counts.compactMap { $0 }
    }

    var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}
