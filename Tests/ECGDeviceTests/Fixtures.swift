import ECGDevice
import ECGModel
import Foundation

/// A folder of the test's own, gone when the test is.
final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "ecgnet-outbox-\(UUID().uuidString)").path

    deinit {
        // A folder that cannot be removed does no harm to other tests.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The only recording's file.
    func recordingFile() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".ecg") }
        guard names.count == 1 else { throw Unexpected(names: names) }
        return "\(path)/\(names[0])"
    }

    struct Unexpected: Error { var names: [String] }

    func bytes() throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: recordingFile()))) }

    func write(_ bytes: [UInt8], to file: String) throws { try Data(bytes).write(to: URL(filePath: file)) }
}

extension RecordingHeader {
    /// A recording of two leads at 100 Hz.
    static func small(
        _ number: UInt64 = 1, at seconds: Int64 = 1_790_000_000, complaint: String? = nil
    ) -> RecordingHeader {
        RecordingHeader(
            id: RecordingID(seedHigh: number, seedLow: number), samplingRate: 100,
            channels: [Channel(lead: .i, nanovoltsPerCount: 5000), Channel(lead: .ii, nanovoltsPerCount: 5000)],
            deviceTime: Timestamp(microsecondsSince1970: seconds * 1_000_000),
            patient: Patient(reference: "bed 4", chiefComplaint: complaint))
    }
}

extension Samples {
    /// Two leads that go up and down, a little different in every second.
    static func waves(_ count: Int, from first: Int = 0) -> Samples {
        Samples(
            channelCount: 2,
            counts: (first..<first + count).flatMap { sample in
                let phase = Int32(sample % 37)
                return [phase * phase - 300, 7 * phase + Int32(sample / 100)]
            })
    }
}
