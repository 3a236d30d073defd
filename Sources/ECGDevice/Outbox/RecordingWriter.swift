public import ECGModel
import ECGWire
import NIOCore

/// Puts what a device records into its outbox, as it is recorded. For one thread at a time.
///
/// When ``append(_:)`` returns, the samples are on the disk; only then may they be sent. A loss of power costs what had
/// not been appended.
public final class RecordingWriter {
    public let recording: RecordingID
    private let outbox: Outbox
    private let file: StorageFile
    private let encoder: BlockEncoder
    private var memory = CodecMemory()
    private var layout: RecordingLayout
    private let blockSamples: Int
    private var blocksInRun = 0
    /// Set where the disk failed: what it holds is not known any more.
    private var failure: OutboxError?

    /// Blocks of a second: long enough to compress, short enough to be alerted in time.
    static let blockSeconds = 1.0
    /// A run begins anew after this many blocks: where one of them is damaged the others up to the run's end cannot be read, and
    /// of a standard ECG of ten seconds half is left. It costs 0.65 % of the bytes of ptbdb, and 0.15 % of records
    /// of ten seconds of ptbxl.
    static let longestRun = 5

    init(_ layout: RecordingLayout, in file: StorageFile, of outbox: Outbox) {
        recording = layout.header.id
        self.layout = layout
        self.file = file
        self.outbox = outbox
        encoder = BlockEncoder(channels: layout.header.channels)
        blockSamples = Int((Self.blockSeconds * layout.header.samplingRate.value).rounded())
    }

    deinit { outbox.writingEnded(recording) }

    /// The first sample that has not been recorded.
    public var endSample: SampleIndex { layout.endSample }

    /// Writes the samples that follow, in blocks of a second, and returns when they are on the disk: the disk is
    /// synchronised once a call, whether that brings one second or many.
    ///
    /// After an error nothing of these samples is kept.
    /// - Throws: ``OutboxError/recordingTooLong(_:)`` after 31 days at 1000 Hz: finish the recording, then, and begin
    ///   another.
    /// - Precondition: the samples have the recording's channels.
    public func append(_ samples: Samples) throws(OutboxError) {
        precondition(samples.channelCount == layout.header.channels.count, "samples of the recording's channels")
        guard layout.endSample + samples.count <= WireLimits.default.recordingSamples else {
            throw .recordingTooLong(recording)
        }
        var memory = memory
        var layout = layout
        var blocksInRun = blocksInRun
        var bytes = ByteBuffer()
        for first in stride(from: 0, to: samples.count, by: blockSamples) {
            let part = samples[first..<min(first + blockSamples, samples.count)]
            if blocksInRun == Self.longestRun {
                memory.beginAnew()
                blocksInRun = 0
            }
            blocksInRun += 1
            let payload = encoder.encode(part, firstSample: layout.endSample, memory: &memory)
            var data = payload
            guard let block = try? BlockHeader.read(from: &data) else {
                preconditionFailure("what the encoder writes has a header")
            }
            bytes.writeFrame(Frame(.block, channel: layout.channel, payload: payload))
            layout.append(block, endOffset: self.layout.endOffset + bytes.readableBytes)
        }
        try write(bytes, as: layout)
        self.memory = memory
        self.blocksInRun = blocksInRun
    }

    /// Says that the recording is complete. Nothing can be appended any more.
    public func finish() throws(OutboxError) {
        var bytes = ByteBuffer()
        bytes.writeFrame(layout.closing())
        var layout = layout
        layout.endOffset += bytes.readableBytes
        layout.isFinished = true
        // These few bytes have room in a full outbox too: a recording that cannot be finished would never be sent.
        try write(bytes, evenIfFull: true, as: layout)
    }

    private func write(
        _ bytes: ByteBuffer, evenIfFull: Bool = false, as next: RecordingLayout
    ) throws(OutboxError) {
        if let failure { throw failure }
        guard !layout.isFinished else { throw .isFinished(recording) }
        let reserved = bytes.readableBytes
        try outbox.reserve(reserved, evenIfFull: evenIfFull)
        do throws(OutboxError) {
            try file.write(bytes, at: layout.endOffset)
        } catch {
            outbox.release(reserved)
            // What was written of it would else stand in front of the next block.
            try file.cut(to: layout.endOffset)
            throw error
        }
        do throws(OutboxError) {
            try file.synchronize()
        } catch {
            outbox.release(reserved)
            failure = error
            throw error
        }
        layout = next
        outbox.recorded(next)
    }
}
