import ECGFormats
import ECGModel
import Foundation
import Testing

/// The reference recordings, where they are unpacked: `ECG_DATA`, else `.build/ecg-data` in the package.
private enum Recordings {
    static let root =
        ProcessInfo.processInfo.environment["ECG_DATA"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/ecg-data").path
    static let areHere = FileManager.default.fileExists(atPath: root)
    static let absence: Comment =
        "the recordings are not unpacked into .build/ecg-data, and ECG_DATA names no other place"

    static func files(_ isWanted: (URL) -> Bool) throws -> [URL] {
        let folders = try FileManager.default.contentsOfDirectory(
            at: URL(fileURLWithPath: root), includingPropertiesForKeys: [.isDirectoryKey])
        return try folders.filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
            .flatMap { try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }
            .filter(isWanted)
    }

    /// The set whose headers still have the checksums of before its Frank leads were taken out, as its description says.
    static let setWithStaleChecksums = "ptbdb_full"
}

@Suite("Reference recordings", .enabled(if: Recordings.areHere, Recordings.absence))
struct RecordingsTests {
    @Test("Every recording opens, matches its checksums, and survives being written")
    func everyRecording() throws {
        let headers = try Recordings.files { $0.pathExtension == "hea" }
        #expect(headers.count > 800)
        var mismatched: Set<String> = []
        for header in headers {
            let record = try WFDBRecord.read(header.path, id: anyID)
            try record.recording.header.validate()
            #expect(record.checksums.count == record.recording.header.channels.count, "\(header.lastPathComponent)")
            if !record.mismatchedSignals.isEmpty {
                mismatched.insert(header.deletingLastPathComponent().lastPathComponent)
            }
            let back = try written(record)
            #expect(
                back.recording == record.recording && back.comments == record.comments
                    && back.mismatchedSignals.isEmpty,
                "\(header.lastPathComponent)")
        }
        #expect(mismatched == [Recordings.setWithStaleChecksums])
    }

    @Test("Every annotation file of beats opens, lies in its recording, and survives being written")
    func everyAnnotation() throws {
        let files = try Recordings.files { ["atr", "q1c", "i", "v6", "maska"].contains($0.pathExtension) }
        #expect(files.count > 500)
        for file in files {
            let annotations = try AnnotationFile.open(file.path)
            let name = "\(file.lastPathComponent)"
            #expect(!annotations.annotations.isEmpty, "\(name)")
            let back = try AnnotationFile(parsing: try annotations.encoded(file: name), file: name)
            #expect(back == annotations, "\(name)")
        }
    }
}
