import ECGAccuracy
import ECGFormats
import ECGModel
import ECGSimulator
import Foundation
import Testing

@Suite("A run over a folder of recordings")
struct AccuracyRunTests {
    /// A folder with a set of simulated recordings of half a minute whose reference annotations are the truth.
    private static func folder(records: Int, dropping dropped: Int = 0) throws -> URL {
        let root = FileManager.default.temporaryDirectory.appending(path: "ecg-accuracy-\(UUID().uuidString)")
        let set = root.appending(path: "tele")
        try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
        for index in 0..<records {
            let scenario = Scenario(name: "test", title: "", rhythm: .sinus(rate: BeatsPerMinute(Double(60 + index))))
            var simulation = Simulation(scenario: scenario, seed: UInt64(index + 1))
            let samples = simulation.next(15_000)
            let recording = Recording(header: simulation.header(), samples: samples)
            try WFDBRecord(name: "r\(index)", recording: recording).write(to: set.path)
            let beats = simulation.truth.beats.dropFirst(dropped).map { Annotation(sample: $0.rPeak, code: .normal) }
            try AnnotationFile.write(
                Array(beats), to: set.appending(path: "r\(index).atr").path, samplingRate: simulation.samplingRate)
        }
        return root
    }

    @Test("finds what is there, counts what is not, and says which sets are missing")
    func beats() async throws {
        let root = try Self.folder(records: 3)
        defer { try? FileManager.default.removeItem(at: root) }
        var run = try AccuracyRun([BeatTable()], on: RecordingFolder(root.path))
        let report = try #require(try await run.reports().first)
        #expect(report.rows.count == 1)
        #expect(report.figures.map(\.name) == ["beats/tele/F1"])
        // One beat in a hundred may be missed or invented; what is looked at here is the counting.
        #expect(report.figures[0].value > 97)
        let missing = try #require(report.notes.last)
        #expect(missing.contains("mitdb") && !missing.contains("tele"))
    }

    @Test("a beat that the reference does not have is false")
    func falseBeats() async throws {
        let root = try Self.folder(records: 1, dropping: 2)
        defer { try? FileManager.default.removeItem(at: root) }
        var run = try AccuracyRun([BeatTable()], on: RecordingFolder(root.path))
        let report = try #require(try await run.reports().first)
        #expect(report.notes[0] == "tele, most mistakes: r0 FN 0 FP 2")
        #expect(report.rows[0][3] == "100.00", "sensitivity")
    }

    @Test("progress counts every subject once, and a second run says the same")
    func repeatable() async throws {
        let root = try Self.folder(records: 4)
        defer { try? FileManager.default.removeItem(at: root) }
        let tables: [any AccuracyTable] = [BeatTable(), BeatDelayTable(), AsystoleTable()]
        var reports: [[TableReport]] = []
        for _ in 0..<2 {
            var run = try AccuracyRun(tables, on: RecordingFolder(root.path))
            var steps: [Int] = []
            reports.append(
                try await run.reports { done, total in
                    #expect(total == 4)
                    steps.append(done)
                })
            #expect(steps == [1, 2, 3, 4])
        }
        #expect(reports[0] == reports[1])
        let delay = try #require(reports[0][1].figures.first)
        #expect(delay.value > 0 && delay.value <= 1)
    }

    @Test("a part is chosen evenly, and sets that are not asked for are not read")
    func extent() throws {
        let root = try Self.folder(records: 4)
        defer { try? FileManager.default.removeItem(at: root) }
        let part = RecordingFolder(root.path, extent: .part(recordsOfSet: ["tele": 2]))
        #expect(part.records(of: "tele") == ["r0", "r2"])
        #expect(RecordingFolder(root.path, sets: ["mitdb"]).records(of: "tele").isEmpty)
        #expect(RecordingFolder(root.path).records(of: "no such set").isEmpty)
    }

    @Test("a record that cannot be read is named")
    func unreadable() async throws {
        let root = try Self.folder(records: 1)
        defer { try? FileManager.default.removeItem(at: root) }
        try Data("r0 1\n".utf8).write(to: root.appending(path: "tele/r0.hea"))
        var run = try AccuracyRun([BeatDelayTable()], on: RecordingFolder(root.path))
        await #expect(throws: UnreadableSubject.self) { _ = try await run.reports() }
    }

    @Test("tables of comma-separated values keep quoted commas")
    func commaSeparated() throws {
        let root = try Self.folder(records: 0)
        defer { try? FileManager.default.removeItem(at: root) }
        try Data("set,record,note\nludb,1,\"a, \"\"b\"\"\"\nludb,2,\n".utf8).write(
            to: root.appending(path: "labels.csv"))
        let rows = try #require(try RecordingFolder(root.path).rows(of: "labels.csv"))
        #expect(
            rows == [["set": "ludb", "record": "1", "note": "a, \"b\""], ["set": "ludb", "record": "2", "note": ""]])
        #expect(try RecordingFolder(root.path).rows(of: "none.csv") == nil)
    }
}
