public import ECGModel
public import ECGStore
import ECGWire

/// The waveform of a stored recording: the only reader of stored blocks, for the API, for exports, and for analysing a
/// recording again.
public struct StoredWaveform: Sendable {
    /// Blocks read from the store at a time: a minute of one-second blocks, some 300 kB.
    private static let blocksPerRead = 64

    private let store: any Store
    private let recording: StoredRecording

    public init(store: any Store, recording: StoredRecording) {
        self.store = store
        self.recording = recording
    }

    /// Reads the samples of a range into memory.
    ///
    /// - Parameter limit: The most counts (samples × leads) to be held.
    /// - Precondition: The range lies within the recording's stored samples.
    /// - Throws: ``StoredWaveformError``, and ``StoreError/waveformDropped(_:)`` if retention has dropped the waveform.
    public func samples(_ range: Range<SampleIndex>, limit: Int = .max) async throws -> Samples {
        if let problem = recording.waveformProblem { throw StoreError.unavailable(problem) }
        precondition(range.lowerBound >= 0 && range.upperBound <= recording.sampleCount, "samples that are stored")
        let channelCount = recording.header.channels.count
        guard range.count * channelCount <= limit else {
            throw StoredWaveformError.tooLarge(recording.id, samples: range.count, limit: limit / channelCount)
        }
        var samples = Samples(channelCount: channelCount)
        guard !range.isEmpty else { return samples }
        samples.counts.reserveCapacity(range.count * channelCount)
        try await forEachBlock(in: range) { block in samples.append(block) }
        return samples
    }

    /// Hands out the samples block after block, in order and without gaps, cut to `range`; nil takes all that were stored
    /// when the recording was looked up. Never holds more than a few blocks in memory.
    public func forEachBlock(
        in range: Range<SampleIndex>? = nil, _ body: (Samples) throws -> Void
    ) async throws {
        if let problem = recording.waveformProblem { throw StoreError.unavailable(problem) }
        let range = range ?? 0..<recording.sampleCount
        guard !range.isEmpty else { return }
        guard recording.hasWaveform else { throw StoreError.waveformDropped(recording.id) }
        let decoder = BlockDecoder()
        var samples = Samples(channelCount: recording.header.channels.count)
        var memory = CodecMemory()
        // Blocks before the range are decoded for what they teach the codec.
        guard var next = try await store.startOfRun(of: recording.id, at: range.lowerBound) else {
            throw StoredWaveformError.damagedBlock(recording.id, at: range.lowerBound)
        }
        while next < range.upperBound {
            let blocks = try await store.blocks(of: recording.id, from: next, limit: Self.blocksPerRead)
            guard !blocks.isEmpty else { throw StoredWaveformError.damagedBlock(recording.id, at: next) }
            for block in blocks where next < range.upperBound {
                guard block.firstSample == next, next < block.endSample else {
                    throw StoredWaveformError.damagedBlock(recording.id, at: next)
                }
                try decode(block, with: decoder, &memory, into: &samples)
                next = block.endSample
                let wanted = range.clamped(to: block.firstSample..<block.endSample)
                if !wanted.isEmpty {
                    try body(samples[wanted.lowerBound - block.firstSample..<wanted.upperBound - block.firstSample])
                }
            }
        }
    }

    private func decode(
        _ block: StoredBlock, with decoder: BlockDecoder, _ memory: inout CodecMemory, into samples: inout Samples
    ) throws {
        let header = BlockHeader(firstSample: block.firstSample, sampleCount: block.sampleCount, codec: block.codec)
        do {
            try decoder.decode(header, block.payload, memory: &memory, into: &samples)
        } catch {
            throw StoredWaveformError.damagedBlock(recording.id, at: block.firstSample)
        }
    }
}

/// Why a stored waveform cannot be read.
public enum StoredWaveformError: Error, Hashable, Sendable, CustomStringConvertible {
    case damagedBlock(RecordingID, at: SampleIndex)
    case tooLarge(RecordingID, samples: Int, limit: Int)

    public var description: String {
        switch self {
        case .damagedBlock(let id, let sample):
            "the stored waveform of recording \(id) is damaged at sample \(sample): restore the waveform database of its day "
                + "from a backup"
        case .tooLarge(let id, let samples, let limit):
            "recording \(id) has \(samples) samples, and at most \(limit) can be sent at once: ask for its waveform "
                + "in parts, with from and to"
        }
    }
}
