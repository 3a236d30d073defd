import ECGAccuracy
import ECGFormats
import ECGModel
import ECGSimulator
import Foundation
import Testing

@Suite("Classes of beats are compared as EC57 does")
struct BeatClassTests {
    /// The beats that the analyser finds in a minute of a simulated heart are the reference too, under these codes in turn.
    private static func report(codes: [AnnotationCode]) async throws -> TableReport {
        let root = FileManager.default.temporaryDirectory.appending(path: "ecg-classes-\(UUID().uuidString)")
        let set = root.appending(path: "mitdb")
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(at: set, withIntermediateDirectories: true)
        var simulation = Simulation(scenario: Scenario(name: "test", title: ""), seed: 1, samplingRate: 100)
        let recording = Recording(header: simulation.header(), samples: simulation.next(6 * 6000))
        try WFDBRecord(name: "r", recording: recording).write(to: set.path)
        let analysed = AnalysedSubject(Subject(.record(set: "mitdb", name: "r")), recording: recording)
        let beats = analysed.beats.map(\.beat.rPeak).filter { $0 >= 300 * 100 }
        let annotations = beats.enumerated().map { Annotation(sample: $1, code: codes[$0 % codes.count]) }
        try AnnotationFile.write(annotations, to: set.appending(path: "r.atr").path, samplingRate: 100)
        var run = try AccuracyRun([BeatClassTable()], on: RecordingFolder(root.path))
        return try #require(try await run.reports().first)
    }

    @Test("every normal beat told as one is right")
    func right() async throws {
        let report = try await Self.report(codes: [.normal])
        #expect(report.rows[0][0] == "normal" && report.rows[0][2] == "100.00" && report.rows[0][4] == "100.00")
    }

    @Test("ventricular beats told as normal are missed, and count against the normal ones")
    func wrong() async throws {
        let report = try await Self.report(codes: [.normal, .prematureVentricular])
        let normal = try #require(report.rows.first { $0[0] == "normal" })
        let ventricular = try #require(report.rows.first { $0[0] == "ventricular" })
        let predictivity = try #require(Double(normal[4]))
        #expect(normal[2] == "100.00" && abs(predictivity - 50) < 1.5)
        #expect(ventricular[2] == "0.00")
    }

    @Test("fusions count for nobody and against nobody")
    func fusion() async throws {
        let report = try await Self.report(codes: [.normal, .ventricularFusion])
        let normal = try #require(report.rows.first { $0[0] == "normal" })
        #expect(normal[4] == "100.00")
        #expect(!report.rows.contains { $0[0] == "ventricular" })
    }
}
