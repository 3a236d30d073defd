public import ECGModel
public import ECGStore
import ECGWire

/// The waveform of a stored recording: the only reader of stored blocks, for the API, for exports, and for analysing a
/// recording again.
public struct StoredWaveform: Sendable {
    /// Blocks read from the store at a time: a minute of one-second blocks, some 300 kB.
    private static let blocksPerRead = 64
    /// Samples that stand for those that cannot be read at a time: as many as a block may have.
    private static let missingSamples = WireLimits.default.blockSamples

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
        try await read(range ?? 0..<recording.sampleCount, passingOverDamage: false) { samples, _ in
            try body(samples)
        }
    }

    /// Hands out all samples that were stored when the recording was looked up, in order and without gaps, with
    /// ``Samples/missing`` in place of those that are damaged or that the disk does not give back: for who would rather go on
    /// without them. What keeps the whole store from being read is thrown all the same, since it may pass.
    public func forEachPiece(_ body: (_ samples: Samples, _ isDamaged: Bool) throws -> Void) async throws {
        try await read(0..<recording.sampleCount, passingOverDamage: true, body)
    }

    private func read(
        _ range: Range<SampleIndex>, passingOverDamage: Bool, _ body: (Samples, _ isDamaged: Bool) throws -> Void
    ) async throws {
        if let problem = recording.waveformProblem { throw StoreError.unavailable(problem) }
        guard !range.isEmpty else { return }
        guard recording.hasWaveform else { throw StoreError.waveformDropped(recording.id) }
        func pass(over damaged: Range<SampleIndex>, because problem: String? = nil) throws {
            guard passingOverDamage else {
                let sample = damaged.lowerBound
                guard let problem else { throw StoredWaveformError.damagedBlock(recording.id, at: sample) }
                throw StoredWaveformError.unreadableBlock(recording.id, at: sample, problem)
            }
            try handOutMissing(damaged.clamped(to: range), body)
        }
        let decoder = BlockDecoder()
        var samples = Samples(channelCount: recording.header.channels.count)
        var memory = CodecMemory()
        // Blocks before the range are decoded for what they teach the codec.
        let start = try await store.startOfRun(of: recording.id, at: range.lowerBound)
        guard var next = start ?? (passingOverDamage ? range.lowerBound : nil) else {
            throw StoredWaveformError.damagedBlock(recording.id, at: range.lowerBound)
        }
        while next < range.upperBound {
            let begin = next
            for block in try await store.blocks(of: recording.id, from: next, limit: Self.blocksPerRead)
            where next < range.upperBound {
                guard block.sampleCount > 0, block.endSample > next else { continue }
                if block.firstSample != next {
                    try pass(over: next..<max(next, block.firstSample))
                    guard block.firstSample > next else { continue }
                    next = block.firstSample
                }
                let place = next..<block.endSample
                next = block.endSample
                guard decode(block, with: decoder, &memory, into: &samples) else {
                    try pass(over: place, because: block.problem)
                    continue
                }
                let wanted = range.clamped(to: place)
                if !wanted.isEmpty {
                    try body(
                        samples[wanted.lowerBound - place.lowerBound..<wanted.upperBound - place.lowerBound], false)
                }
            }
            // Nothing more of it is there.
            if next == begin {
                try pass(over: next..<range.upperBound)
                return
            }
        }
    }

    private func handOutMissing(
        _ range: Range<SampleIndex>, _ body: (Samples, _ isDamaged: Bool) throws -> Void
    ) throws {
        let channelCount = recording.header.channels.count
        for first in stride(from: range.lowerBound, to: range.upperBound, by: Self.missingSamples) {
            let count = min(Self.missingSamples, range.upperBound - first)
            let missing = Array(repeating: Samples.missing, count: count * channelCount)
            try body(Samples(channelCount: channelCount, counts: missing), true)
        }
    }

    /// - Returns: false where the block is damaged or is not there; what goes on with it cannot be read either.
    private func decode(
        _ block: StoredBlock, with decoder: BlockDecoder, _ memory: inout CodecMemory, into samples: inout Samples
    ) -> Bool {
        guard block.problem == nil else {
            memory = CodecMemory()
            return false
        }
        let header = BlockHeader(firstSample: block.firstSample, sampleCount: block.sampleCount, codec: block.codec)
        do throws(WireError) {
            try decoder.decode(header, block.payload, memory: &memory, into: &samples)
            return true
        } catch {
            return false
        }
    }
}

/// Why a stored waveform cannot be read.
public enum StoredWaveformError: Error, Hashable, Sendable, CustomStringConvertible {
    case damagedBlock(RecordingID, at: SampleIndex)
    /// The disk does not give it back, for the reason that stands last.
    case unreadableBlock(RecordingID, at: SampleIndex, String)
    case tooLarge(RecordingID, samples: Int, limit: Int)

    public var description: String {
        switch self {
        case .damagedBlock(let id, let sample):
            "the stored waveform of recording \(id) is damaged at sample \(sample): restore the waveform database of its day "
                + "from a backup"
        case .unreadableBlock(let id, let sample, let problem):
            "the stored waveform of recording \(id) cannot be read at sample \(sample): \(problem)"
        case .tooLarge(let id, let samples, let limit):
            "recording \(id) has \(samples) samples, and at most \(limit) can be sent at once: ask for its waveform "
                + "in parts, with from and to"
        }
    }
}
