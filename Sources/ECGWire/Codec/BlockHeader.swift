public import NIOCore

/// The way in which a block's samples are written; see PROTOCOL.md.
public enum BlockCodec: UInt8, Hashable, Sendable, CaseIterable {
    /// Integer prediction across leads and time, variable-length bytes, zlib. Every block stands alone.
    case v1 = 1
    /// Adaptive prediction that learns from block to block. This block begins a run: nothing before it is needed.
    case v2 = 2
    /// A block that goes on with the run of the block before it, and cannot be read without that.
    case v2Continued = 3

    /// What the ends of a connection agree on, from the least to the best. Who reads ``v2`` reads ``v2Continued``.
    public static let negotiable: [BlockCodec] = [.v1, .v2]
}

/// The sixteen little-endian bytes in front of a block's data.
///
///     0   8  index of the first sample
///     8   4  number of sampling instants
///     12  1  codec
///     13  3  0
public struct BlockHeader: Hashable, Sendable {
    public static let byteCount = 16

    public var firstSample: Int
    public var sampleCount: Int
    /// The codec's number: see ``BlockCodec``.
    public var codec: UInt8

    public init(firstSample: Int, sampleCount: Int, codec: UInt8) {
        self.firstSample = firstSample
        self.sampleCount = sampleCount
        self.codec = codec
    }

    /// The first sample that is no longer in the block.
    public var endSample: Int { firstSample + sampleCount }

    /// Takes the header off a block frame's payload and checks it; what stays in `payload` is the data, which is what
    /// is stored.
    public static func read(
        from payload: inout ByteBuffer, limits: WireLimits = .default
    ) throws(WireError) -> BlockHeader {
        guard payload.readableBytes > byteCount,
            let firstSample = payload.readInteger(endianness: .little, as: UInt64.self),
            let sampleCount = payload.readInteger(endianness: .little, as: UInt32.self),
            let codec = payload.readInteger(as: UInt8.self),
            let reserved = payload.readBytes(length: 3)
        else {
            throw WireError(.malformedBlock, "a block of \(payload.readableBytes) bytes is too short for its header")
        }
        guard reserved.allSatisfy({ $0 == 0 }) else {
            throw WireError(.malformedBlock, "bytes 13 to 15 of a block's header must be 0")
        }
        guard BlockCodec(rawValue: codec) != nil else { throw WireError(.unknownCodec, "codec \(codec) is not known") }
        guard sampleCount > 0 else {
            throw WireError(.malformedBlock, "a block at sample \(firstSample) has no samples")
        }
        guard sampleCount <= limits.blockSamples else {
            throw WireError(
                .blockTooLarge,
                "a block announces \(sampleCount) samples a lead, at most \(limits.blockSamples) are taken")
        }
        guard firstSample <= limits.recordingSamples,
            Int(firstSample) + Int(sampleCount) <= limits.recordingSamples
        else {
            throw WireError(
                .recordingTooLong,
                "a block begins at sample \(firstSample), a recording has at most \(limits.recordingSamples)")
        }
        return BlockHeader(firstSample: Int(firstSample), sampleCount: Int(sampleCount), codec: codec)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt64(firstSample), endianness: .little)
        buffer.writeInteger(UInt32(sampleCount), endianness: .little)
        buffer.writeInteger(codec)
        buffer.writeRepeatingByte(0, count: 3)
    }
}
