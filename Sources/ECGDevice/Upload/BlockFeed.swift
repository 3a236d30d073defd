import ECGModel
import ECGWire
import NIOCore

/// The blocks of one recording as they are to be sent on one channel. Confined to one thread at a time.
///
/// Blocks go out as they stand on the disk, so that sending costs no second compression, wherever the server can read
/// them. Where it cannot, because the recording is resumed in the middle of a run or the server reads codec 1 only, they
/// are written anew: after a resumption for some seconds' samples, up to the next block that begins a run.
final class BlockFeed {
    private struct Prepared {
        var payload: ByteBuffer
        var memory: CodecMemory
        var isAsStored: Bool
        var endSample: SampleIndex
    }

    private let reader: RecordingReader
    private let codec: BlockCodec
    private let encoder: BlockEncoder
    private var memory = CodecMemory()
    private var nextSample: SampleIndex
    /// Whether the block sent last was the one that stands before the next on the disk.
    private var followsStored = false
    private var prepared: Prepared?

    init(of recording: RecordingID, in outbox: Outbox, from sample: SampleIndex, codec: BlockCodec) throws(OutboxError)
    {
        reader = try outbox.reader(of: recording, from: sample)
        encoder = BlockEncoder(channels: reader.channels)
        nextSample = sample
        self.codec = codec
    }

    /// The next block's payload; nil while nothing more has been recorded. It stays the same until ``sent()``.
    func next() throws(OutboxError) -> ByteBuffer? {
        while prepared == nil, let piece = try reader.next() { prepared = prepare(piece) }
        return prepared?.payload
    }

    /// The block has been sent.
    func sent() {
        guard let sent = prepared else { return }
        memory = sent.memory
        followsStored = sent.isAsStored
        nextSample = sent.endSample
        prepared = nil
    }

    /// Nil for what the server has already.
    private func prepare(_ piece: RecordingReader.Piece) -> Prepared? {
        if case .stored(let header, let payload, _) = piece, codec == .v2, header.firstSample == nextSample,
            followsStored || header.codec == BlockCodec.v2.rawValue
        {
            return Prepared(payload: payload, memory: CodecMemory(), isAsStored: true, endSample: header.endSample)
        }
        let samples = reader.decode(piece)
        guard piece.endSample > nextSample else { return nil }
        let rest = samples[max(0, nextSample - piece.firstSample)..<samples.count]
        var memory = memory
        let payload =
            codec == .v2
            ? encoder.encode(rest, firstSample: nextSample, memory: &memory)
            : encoder.encode(rest, firstSample: nextSample)
        return Prepared(payload: payload, memory: memory, isAsStored: false, endSample: piece.endSample)
    }
}
