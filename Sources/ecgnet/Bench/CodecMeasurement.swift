import ECGModel
import ECGWire
import Foundation

/// What the ways of packing samples cost, over any number of recordings in blocks of one length.
struct CodecMeasurement {
    struct Result: Encodable {
        var name: String
        var bytes = 0
        var encodeSeconds = 0.0
        var decodeSeconds = 0.0
    }

    let blockSeconds: Double
    private let runs: Int
    private let folder: URL
    private(set) var counts = 0
    private(set) var deviceSeconds = 0.0
    /// In the same order for every recording.
    private(set) var results: [Result] = []

    /// - Parameters:
    ///   - runs: How often everything is timed; the least counts.
    ///   - folder: For the files of other programs; exists.
    init(blockSeconds: Double, runs: Int, folder: URL) {
        self.blockSeconds = blockSeconds
        self.runs = runs
        self.folder = folder
    }

    /// Packs a recording in every way, in turns, so that whatever else the machine does disturbs all alike.
    mutating func add(_ recording: Recording) throws {
        let length = max(1, Int((blockSeconds * recording.header.samplingRate.value).rounded()))
        let blocks = stride(from: 0, to: recording.samples.count, by: length).map {
            recording.samples[$0..<min($0 + length, recording.samples.count)]
        }
        guard !blocks.isEmpty else { return }
        let channels = recording.header.channels
        let coders: [(any SampleCoder)?] = [
            ZlibCoder("first difference + zlib (reference)", .firstDifferences), ZlibCoder("plain zlib", .samples),
            ProtocolCoder(.v1, channels: channels), ProtocolCoder(.v2, channels: channels),
            ProgramCoder.flac(in: folder), ProgramCoder.xz(in: folder),
        ]
        var timed = coders.compactMap { $0 }
        if results.isEmpty { results = timed.map { Result(name: $0.name) } }
        var least = timed.map { _ in (encode: Double.infinity, decode: Double.infinity) }
        for run in 0..<runs {
            for index in timed.indices {
                var start = ContinuousClock.now
                let bytes = try timed[index].encode(blocks)
                least[index].encode = min(least[index].encode, (ContinuousClock.now - start) / .seconds(1))
                if run == 0 { results[index].bytes += bytes }
                start = ContinuousClock.now
                try timed[index].decode()
                least[index].decode = min(least[index].decode, (ContinuousClock.now - start) / .seconds(1))
            }
        }
        for index in timed.indices {
            results[index].encodeSeconds += least[index].encode
            results[index].decodeSeconds += least[index].decode
        }
        counts += recording.samples.counts.count
        deviceSeconds += recording.duration / .seconds(1)
    }

    func bitsPerSample(_ result: Result) -> Double { Double(result.bytes * 8) / Double(counts) }

    /// Of samples of 16 bits, in millions of bytes a second.
    func megabytesPerSecond(_ seconds: Double) -> Double { Double(counts * 2) / 1e6 / seconds }

    func microsecondsPerDeviceSecond(_ seconds: Double) -> Double { seconds * 1e6 / deviceSeconds }
}

extension Recording {
    /// The recording as a device with coarser counts would have made it: rounded to the nearest, halves away from 0.
    /// Samples that were not measured stay so.
    func requantised(toNanovoltsPerCount nanovolts: Double) -> Recording {
        var coarse = self
        for channel in header.channels.indices {
            let factor = header.channels[channel].nanovoltsPerCount / nanovolts
            let baseline = Double(header.channels[channel].baseline)
            coarse.header.channels[channel].nanovoltsPerCount = nanovolts
            coarse.header.channels[channel].baseline = 0
            for sample in 0..<samples.count where samples[sample, channel] != Samples.missing {
                let count = (Double(samples[sample, channel]) - baseline) * factor
                coarse.samples[sample, channel] = Int32(count.rounded())
            }
        }
        return coarse
    }
}
