import ECGFormats
import ECGModel
import Foundation
import Testing

/// The main job, through the doors that people use: programs, files, TCP and HTTP.
@Suite("A recording goes in over TCP, an alert comes out of the queue")
struct MainJobTests {
    static let infarct = Program.packageRoot.appending(path: "testdata/inferior-stemi").path
    /// Printed with the first acknowledgement, which may be of one second or of several.
    static let someStored = "of 5000 samples"
    /// A quarter of the speed at which it was recorded, forty seconds: whatever a busy machine does first, the device is still
    /// sending when a test has come to the middle.
    private static let unhurried = "0.25"

    @Test("uploaded, alerted, acknowledged, reported, told back to the device, exported as it was")
    func wholeWay() async throws {
        let server = try await RunningServer.start()
        let device = try await server.replay(Self.infarct, "--speed", "max", "--wait")
        try #require(try await device.printed("stored 5000 of 5000 samples"), "\(device.errorsSoFar)")

        let alert = try await server.onlyAlert()
        #expect(alert.priority == "high")
        #expect(alert.code == "acute-coronary-syndrome")

        let acknowledged = try await server.ecgnet("alerts", "acknowledge", alert.id)
        #expect(acknowledged.status == 0, "\(acknowledged.errors)")
        #expect(try await device.printed("acknowledged by reader"))
        let reported = try await server.ecgnet("alerts", "report", alert.id, "--text", "Inferior STEMI, send at once.")
        #expect(reported.status == 0, "\(reported.errors)")
        #expect(try await device.printed("report by reader: Inferior STEMI, send at once."))

        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains(MachineReading.disclaimer))
        try await server.expectExport(of: alert.recording, toEqual: Self.infarct)
        let remaining = try await server.ecgnet("alerts", "list", "--tsv")
        #expect(remaining.output.isEmpty, "a reported alert is closed")

        let stopped = await server.stop()
        #expect(stopped.status == 0, "\(stopped.errors)")
        try FileManager.default.removeItem(at: server.folder)
    }

    @Test("killed in the middle and started again: the device resumes, nothing is lost, nothing is alerted twice")
    func killedInTheMiddle() async throws {
        let server = try await RunningServer.start()
        let device = try await server.replay(Self.infarct, "--speed", Self.unhurried)
        try #require(try await device.printed(Self.someStored), "\(device.errorsSoFar)")
        await server.killAtOnce()
        try await server.startAgain()

        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("resumed after"))
        #expect(end.output.contains("stored 5000 of 5000 samples"))
        let alert = try await server.onlyAlert()
        try await server.expectExport(of: alert.recording, toEqual: Self.infarct)
        try await server.tearDown()
    }

    @Test("stopped by SIGTERM in the middle: what was sent is stored, and the device resumes")
    func stoppedInTheMiddle() async throws {
        let server = try await RunningServer.start()
        let device = try await server.replay(Self.infarct, "--speed", Self.unhurried)
        try #require(try await device.printed(Self.someStored), "\(device.errorsSoFar)")
        let stopped = await server.stop()
        #expect(stopped.status == 0, "\(stopped.errors)")
        try await server.startAgain()

        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("resumed after"))
        let alert = try await server.onlyAlert()
        try await server.expectExport(of: alert.recording, toEqual: Self.infarct)
        try await server.tearDown()
    }

    @Test("two connections send the same recording: the newer wins, the older is told and leaves it alone")
    func twoConnections() async throws {
        let server = try await RunningServer.start()
        let id = "0f8fad5b-d9cb-869f-a165-70867728950e"
        let older = try await server.replay(Self.infarct, "--speed", Self.unhurried, "--recording-id", id)
        try #require(try await older.printed(Self.someStored), "\(older.errorsSoFar)")
        let newer = try await server.replay(Self.infarct, "--speed", "4", "--recording-id", id)
        #expect(try await older.complained("continues on another connection"))
        // It would ask again after a while, in case the other one was its own.
        older.terminate()
        let end = await newer.outcome()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("resumed after"))
        let alert = try await server.onlyAlert()
        try await server.expectExport(of: alert.recording, toEqual: Self.infarct)
        try await server.tearDown()
    }

    @Test("a real infarct arrives bit for bit")
    func realRecording() async throws {
        guard let record = RecordedData.acuteInfarct else {
            print("skipped: no recordings; unpack them or set ECG_DATA")
            return
        }
        let server = try await RunningServer.start()
        let device = try await server.replay(record, "--speed", "max")
        let end = await device.outcome()
        #expect(end.status == 0, "\(end.errors)")
        let alert = try await server.onlyAlert()
        try await server.expectExport(of: alert.recording, toEqual: record)
        try await server.tearDown()
    }
}

/// The real recordings, where they are unpacked.
enum RecordedData {
    static let folder =
        ProcessInfo.processInfo.environment["ECG_DATA"].map { URL(filePath: $0) }
        ?? Program.packageRoot.appending(path: ".build/ecg-data")

    /// The first record that the sets' own labels call an acute infarct and that has a standard set of leads.
    static let acuteInfarct: String? = {
        guard let labels = try? String(contentsOf: folder.appending(path: "labels.csv"), encoding: .utf8) else {
            return nil
        }
        let rows = labels.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return rows.first { $0.count > 2 && $0[0] == "ptbdb" && $0[2] == "acute" }
            .map { folder.appending(path: "\($0[0])/\($0[1])").path }
    }()
}

extension RunningServer {
    struct QueuedAlert {
        var id: String
        var priority: String
        var state: String
        var code: String
        var recording: String
    }

    /// All alerts, whatever their state.
    func alerts() async throws -> [QueuedAlert] {
        let list = try await ecgnet("alerts", "list", "--state", "all", "--tsv")
        try #require(list.status == 0, "\(list.errors)")
        return try list.output.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(fields.count >= 5)
            return QueuedAlert(
                id: fields[0], priority: fields[1], state: fields[2], code: fields[3], recording: fields[4])
        }
    }

    func onlyAlert() async throws -> QueuedAlert {
        let alerts = try await alerts()
        #expect(alerts.count == 1, "\(alerts)")
        return try #require(alerts.first)
    }

    /// The exported recording has the original's counts, gains and rate.
    func expectExport(of recording: String, toEqual original: String) async throws {
        let out = folder.appending(path: "export").path
        let export = try await ecgnet("recordings", "export", recording, "--out", out)
        try #require(export.status == 0, "\(export.errors)")
        let id = RecordingID(high: 0, low: 0)
        let exported = try WFDBRecord.read("\(out)/\(recording)", id: id).recording
        let expected = try WFDBRecord.read(original, id: id).recording
        #expect(exported.samples == expected.samples)
        #expect(exported.header.channels == expected.header.channels)
        #expect(exported.header.samplingRate == expected.header.samplingRate)
    }
}
