import CZlib
public import ECGModel
public import NIOCore

/// Writes blocks. Keeps its buffers and its zlib state from block to block; one encoder serves the recordings of one set
/// of leads, from one thread at a time. What a run of blocks has taught, which differs from recording to recording, is
/// kept by the caller: ``CodecMemory``.
public final class BlockEncoder {
    private let standalone: StandaloneWriter
    private let run: RunWriter
    private lazy var zlib = DeflateStream(.zlib)
    private lazy var raw = DeflateStream(.raw)

    /// - Precondition: 1 to 16 channels.
    public init(channels: [ECGModel.Channel]) {
        precondition(AcquisitionLimits.leads.contains(channels.count), "a recording has 1 to 16 leads")
        let limbLeads = LimbLeads(channels)
        standalone = StandaloneWriter(limbLeads)
        run = RunWriter(limbLeads)
    }

    // MARK: Codec 1

    /// The payload of a block frame of codec 1: header and data.
    ///
    /// - Precondition: the samples have the encoder's channels and there is at least one.
    public func encode(_ samples: Samples, firstSample: SampleIndex) -> ByteBuffer {
        precondition(!samples.isEmpty && firstSample >= 0, "a block has samples")
        let unpacked = standalone.write(samples)
        var payload = payload(firstSample, samples, .v1, atMost: zlib.bound(unpacked.count))
        zlib.deflate(unpacked, strategy: Z_FILTERED, into: &payload)
        return payload
    }

    /// The bytes of a block of codec 1 before zlib packs them: what a device's maker compares with, since versions of
    /// zlib may pack the same bytes differently.
    public func unpackedBytes(of samples: Samples) -> [UInt8] { standalone.write(samples) }

    // MARK: Codec 2

    /// The payload of a block frame of codec 2: header and data.
    ///
    /// It goes on with the run in `memory` where the samples follow it, and begins another where they do not, where the
    /// run has ``CodecMemory/longestRun`` blocks, and where the limb leads have ceased to follow from each other as they
    /// did, or begun to.
    /// - Parameter memory: what the recording's blocks before this one left; one for each recording.
    /// - Precondition: the samples have the encoder's channels and there is at least one.
    public func encode(_ samples: Samples, firstSample: SampleIndex, memory: inout CodecMemory) -> ByteBuffer {
        precondition(!samples.isEmpty && firstSample >= 0, "a block has samples")
        let codec = run.write(samples, firstSample: firstSample, memory: &memory)
        var payload = payload(firstSample, samples, codec, atMost: raw.bound(run.unpacked.count))
        // Half of all recordings have zeros enough for matches to pay, the other half do better without.
        var other = payload
        raw.deflate(run.unpacked, flushedAt: run.quietEnd, strategy: Z_FILTERED, into: &payload)
        raw.deflate(run.unpacked, flushedAt: run.quietEnd, strategy: Z_HUFFMAN_ONLY, into: &other)
        return other.readableBytes < payload.readableBytes ? other : payload
    }

    /// The codec and the bytes of a block of codec 2 before zlib packs them.
    public func unpackedBytes(
        of samples: Samples, firstSample: SampleIndex, memory: inout CodecMemory
    ) -> (codec: BlockCodec, bytes: [UInt8]) {
        let codec = run.write(samples, firstSample: firstSample, memory: &memory)
        return (codec, run.unpacked)
    }

    private func payload(
        _ firstSample: SampleIndex, _ samples: Samples, _ codec: BlockCodec, atMost byteCount: Int
    ) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.reserveCapacity(BlockHeader.byteCount + byteCount)
        BlockHeader(firstSample: firstSample, sampleCount: samples.count, codec: codec.rawValue).write(into: &payload)
        return payload
    }
}
