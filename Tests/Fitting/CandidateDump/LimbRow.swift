import ECGFormats
import ECGModel
import ECGSignal
import Foundation

/// What the judge of the limb electrodes sees at the end of a recording, as 32-bit floats: by lead (I, II, V1 to V6), then
/// by stretch of the beat. Nothing where a lead is missing or no beat was averaged.
struct LimbRow {
    private let values: [Float]

    init(_ name: String, in folder: String) throws {
        // A file has no identifier of its own, and none is needed where nothing is stored.
        let recording = try WFDBRecord.read(folder + "/" + name, id: RecordingID(high: 0, low: 0)).recording
        var analyzer = RecordingAnalyzer(
            channels: recording.header.channels, samplingRate: recording.header.samplingRate)
        analyzer.process(recording.samples) { _ in }
        analyzer.finish { _ in }
        let inputs = analyzer.limbInputs ?? []
        values = inputs.allSatisfy { $0 == 0 } ? [] : inputs
    }

    func write(to path: String) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }
}
