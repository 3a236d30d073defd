import ECGAccuracy
import Foundation
import Testing

/// The unpacked public recordings, where they are, and the floors that were reached on them.
private enum Recordings {
    private static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let floors = package.appending(path: "testdata/accuracy/floors.json")

    static var root: URL? {
        let environment = ProcessInfo.processInfo.environment["ECG_DATA"].map { URL(fileURLWithPath: $0) }
        return [environment, package.appending(path: ".build/ecg-data")].compactMap { $0 }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }
}

/// The part of the recordings that is read in continuous integration, and every simulated patient. Tests/README.md says how
/// the floors are made.
@Suite("Accuracy on recordings", .enabled(if: Recordings.root != nil, "the public recordings are not unpacked here"))
struct RecordedAccuracyTests {
    @Test("no figure falls below its floor")
    func floors() async throws {
        let floors = try AccuracyFloors(parsing: Data(contentsOf: Recordings.floors))
        let folder = RecordingFolder(try #require(Recordings.root).path, extent: .continuousIntegration)
        var run = try AccuracyRun(AccuracyTables.all, on: folder)
        let figures = try await run.reports().flatMap(\.figures)
        for failure in floors.failures(of: figures) { Issue.record("\(failure)") }
        for gain in floors.outgrown(by: figures) { print("floor to be raised: \(gain)") }
    }
}
