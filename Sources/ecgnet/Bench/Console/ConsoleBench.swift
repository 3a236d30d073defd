import ArgumentParser
import ECGServer
import Foundation

struct ConsoleBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "console",
        abstract: "How soon an alert is on every reader's screen, beside the devices that one server takes.",
        discussion: """
            Starts a server process and puts a load on it over loopback: devices as in `bench ingest`, of which so many \
            have a patient with an infarction that the alerts come at the asked rate, and readers of their own accounts, \
            each with an event stream of the console. Measures from the transaction that raises an alert until its event \
            has arrived on each stream. Ends with 1 if 99 of a hundred took longer than --limit, or if a screen missed \
            an event. The load takes a share of the same cores. Only a release build counts.
            """)

    @Option(help: "How many readers are connected.")
    var readers = 200

    @Option(help: "How many alerts are raised in a second.")
    var alertsPerSecond = 20

    @Option(help: "How many devices send at the same time.")
    var devices = 1000

    @OptionGroup var bench: BenchOptions

    @Option(help: "How long a recording is, in seconds; one with an infarction raises an alert in it.")
    var recordingSeconds = 25

    @Option(help: "The longest that 99 of a hundred events may take, in milliseconds.")
    var limit = 500

    /// One stream is the bench's own reader's.
    private static let mostReaders = HTTPLimits.streams - 1
    /// Longer than the alert of an infarction takes.
    private static let leastRecordingSeconds = 15

    /// So many of a thousand devices raise an alert in each recording.
    private var infarctsPerThousand: Int { 1000 * alertsPerSecond * recordingSeconds / devices }

    func validate() throws {
        guard (1...Self.mostReaders).contains(readers) else {
            throw ValidationError("--readers takes numbers from 1 to \(Self.mostReaders)")
        }
        guard devices > 0, bench.seconds > 0, alertsPerSecond > 0, limit > 0,
            recordingSeconds >= Self.leastRecordingSeconds
        else {
            throw ValidationError(
                "numbers are above 0, --recording-seconds is at least \(Self.leastRecordingSeconds)")
        }
        guard infarctsPerThousand <= 1000 else {
            throw ValidationError(
                "\(devices) devices cannot raise \(alertsPerSecond) alerts a second in recordings of "
                    + "\(recordingSeconds) s: take more devices")
        }
    }

    private struct Report: Encodable {
        var readers: Int
        var devices: Int
        var seconds: Double
        var alertsPerSecond: Double
        var messagesPerSecond: Double
        var raiseToScreenMilliseconds: Percentiles?
        var eventsMissing: Int
        var eventsDoubled: Int
        var serverCores: Double
        var loadCores: Double
        var acknowledgementMilliseconds: Percentiles?
        var blocksLost: Int
        var alertsMissing: Int
        var alertsDoubled: Int
        var alertsUnfounded: Int
    }

    func run() async throws {
        let crowd = ScreenCrowd(count: readers)
        let load = IngestLoad(
            devices: devices, seconds: bench.seconds, recordingSeconds: recordingSeconds,
            patientSeconds: recordingSeconds,
            connectRate: max(1, devices / Self.connectSeconds), infarctsPerThousand: infarctsPerThousand,
            seed: bench.seed,
            isEncrypted: false, rush: nil, screens: crowd)
        let ingest = try await load.run(dataIn: bench.dataIn)
        guard let screens = crowd.figures else { throw CommandError("nothing was measured") }
        let report = Report(
            readers: readers, devices: devices, seconds: ingest.seconds, alertsPerSecond: screens.raisedPerSecond,
            messagesPerSecond: screens.messagesPerSecond, raiseToScreenMilliseconds: screens.raiseToScreen,
            eventsMissing: screens.missing, eventsDoubled: screens.doubled, serverCores: ingest.serverCores,
            loadCores: ingest.loadCores, acknowledgementMilliseconds: ingest.acknowledgementMilliseconds,
            blocksLost: ingest.blocksLost, alertsMissing: ingest.alertsMissing, alertsDoubled: ingest.alertsDoubled,
            alertsUnfounded: ingest.alertsUnfounded)
        if bench.json { try JSONLine.print(report) } else { Terminal.print(Self.table(of: report)) }
        let isInTime = report.raiseToScreenMilliseconds.map { $0.p99 <= Double(limit) } ?? false
        guard isInTime, report.eventsMissing == 0, report.eventsDoubled == 0, ingest.isSound else {
            throw ExitCode.failure
        }
    }

    /// Over as long as a recording lasts, so that alerts do not come in bursts.
    private static let connectSeconds = 25

    private static func table(of report: Report) -> String {
        var table = TextTable(heading: ["", "\(report.readers) readers, \(report.devices) devices"])
        func row(_ title: String, _ value: String) { table.append([TextTable.Cell(title), TextTable.Cell(value)]) }
        row("measured, s", text(report.seconds, 0))
        row("alerts raised per second", text(report.alertsPerSecond, 1))
        row("messages to screens per second", text(report.messagesPerSecond, 0))
        row("raised to on the screen after p50, p99, p99.9, most, ms", text(report.raiseToScreenMilliseconds))
        row("events missing on a screen; doubled", "\(report.eventsMissing); \(report.eventsDoubled)")
        row("cores: server, load", "\(text(report.serverCores, 2)), \(text(report.loadCores, 2))")
        row("blocks acknowledged after p50, p99, p99.9, most, ms", text(report.acknowledgementMilliseconds))
        row(
            "blocks lost; alerts missing; doubled; that the samples do not raise",
            "\(report.blocksLost); \(report.alertsMissing); \(report.alertsDoubled); \(report.alertsUnfounded)")
        return table.lines.joined(separator: "\n")
    }

    private static func text(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    private static func text(_ values: Percentiles?) -> String {
        guard let values else { return "none" }
        return [values.median, values.p99, values.p999, values.most].map { text($0, 0) }.joined(separator: ", ")
            + " (\(values.count))"
    }
}
