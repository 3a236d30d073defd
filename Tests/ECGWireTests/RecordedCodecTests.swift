import ECGFormats
import ECGModel
import ECGWire
import Foundation
import NIOCore
import Testing

/// The codec on people's hearts: everything comes back, in the size that was promised.
@Suite(.enabled(if: Recordings.areThere, "the recordings are not unpacked: set ECG_DATA"))
struct RecordedCodecTests {
    /// Codec 2 over all records: the sizes that it was made to reach, headers of blocks counted in.
    @Test(arguments: [("ptbxl", 5.0, 1.0, 2.0), ("ptbxl", 5, 10, 1.9), ("mitdb", nil, 10, 3.9)])
    func runsComeBackInFewBits(
        set: String, microvoltsPerCount: Double?, blockSeconds: Double, bitsPerSample: Double
    ) throws {
        var bits = 0
        var counts = 0
        let decoder = BlockDecoder()
        for name in try Recordings.names(in: set) {
            var recording = try WFDBRecord.read(name, id: RecordingID(seedHigh: 0, seedLow: 0)).recording
            if let microvoltsPerCount { recording.requantise(toMicrovoltsPerCount: microvoltsPerCount) }
            let length = Int(recording.header.samplingRate.value * blockSeconds)
            let encoder = BlockEncoder(channels: recording.header.channels)
            var written = CodecMemory()
            var read = CodecMemory()
            var decoded = Samples(channelCount: recording.header.channels.count)
            for first in stride(from: 0, to: recording.samples.count, by: length) {
                let block = recording.samples[first..<min(first + length, recording.samples.count)]
                var payload = encoder.encode(block, firstSample: first, memory: &written)
                bits += payload.readableBytes * 8
                counts += block.counts.count
                let header = try BlockHeader.read(from: &payload)
                try decoder.decode(header, payload, memory: &read, into: &decoded)
                #expect(decoded == block, "\(name) at \(first)")
            }
        }
        let size = Double(bits) / Double(counts)
        #expect(counts > 0 && size < bitsPerSample, "\(set): \(size) bits a sample")
    }

    /// Blocks of a second, each alone. The bounds are 3 % above what was measured when the codec was chosen.
    @Test(arguments: [("ptbxl", 3.05), ("ludb", 3.25), ("mitdb", 5.2)])
    func comesBackInFewBits(set: String, bitsPerSample: Double) throws {
        var bits = 0
        var counts = 0
        let decoder = BlockDecoder()
        for name in try Recordings.names(in: set).prefix(20) {
            let recording = try WFDBRecord.read(name, id: RecordingID(seedHigh: 0, seedLow: 0)).recording
            let second = Int(recording.header.samplingRate.value)
            let encoder = BlockEncoder(channels: recording.header.channels)
            var decoded = Samples(channelCount: recording.header.channels.count)
            for first in stride(from: 0, to: min(recording.samples.count, 60 * second), by: second) {
                let block = recording.samples[first..<min(first + second, recording.samples.count)]
                var payload = encoder.encode(block, firstSample: first)
                let header = try BlockHeader.read(from: &payload)
                bits += payload.readableBytes * 8
                counts += block.counts.count
                try decoder.decode(header, payload, into: &decoded)
                #expect(decoded == block, "\(name) at \(first)")
            }
        }
        let size = Double(bits) / Double(counts)
        #expect(counts > 0 && size < bitsPerSample, "\(set): \(size) bits a sample")
    }
}

extension Recording {
    /// Rounds the samples to larger counts.
    fileprivate mutating func requantise(toMicrovoltsPerCount microvolts: Double) {
        for channel in header.channels.indices {
            let factor = header.channels[channel].nanovoltsPerCount / (microvolts * 1000)
            header.channels[channel].nanovoltsPerCount = microvolts * 1000
            for sample in 0..<samples.count where samples[sample, channel] != Samples.missing {
                samples[sample, channel] = Int32((Double(samples[sample, channel]) * factor).rounded())
            }
        }
    }
}

private enum Recordings {
    static let directory: URL =
        if let path = ProcessInfo.processInfo.environment["ECG_DATA"] {
            URL(filePath: path)
        } else {
            GoldenFiles.directory.deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: ".build/ecg-data")
        }

    static var areThere: Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: "ptbxl").path)
    }

    /// Paths of the set's records without their extension, in order.
    static func names(in set: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: set).path)
            .filter { $0.hasSuffix(".hea") }.sorted()
            .map { directory.appending(path: set).appending(path: String($0.dropLast(4))).path }
    }
}
