public import ECGModel
public import NIOCore

/// Reads blocks, as they arrive or as they were stored. Keeps its buffers and its zlib state from block to block: once
/// it has seen a block of the usual size it allocates nothing. One decoder serves any number of recordings, from one
/// thread at a time.
///
/// It inflates no more than the announced number of samples can need, and accepts a block only if exactly those samples
/// come out and no byte is left over.
public final class BlockDecoder {
    private let zlib = InflateStream()
    private var room: UnsafeMutableBufferPointer<UInt8>

    public init() {
        room = .allocate(capacity: 0)
    }

    deinit { room.deallocate() }

    /// Decodes a block's data, which is the frame's payload without its ``BlockHeader``, into `samples`.
    ///
    /// `samples` gives the number of channels; what it held is overwritten and its memory used again. After an error
    /// its content is undefined.
    /// - Precondition: the header was read by ``BlockHeader/read(from:limits:)`` or comes from the store.
    public func decode(
        _ header: BlockHeader, _ data: ByteBuffer, into samples: inout Samples
    ) throws(WireError) {
        if let fault = data.withUnsafeReadableBytes({ decode(header, bytes: $0, into: &samples) }) {
            throw fault.error(in: header)
        }
    }

    /// Decodes a block's data as it was stored.
    public func decode(_ header: BlockHeader, _ data: [UInt8], into samples: inout Samples) throws(WireError) {
        if let fault = data.withUnsafeBytes({ decode(header, bytes: $0, into: &samples) }) {
            throw fault.error(in: header)
        }
    }

    private func decode(
        _ header: BlockHeader, bytes: UnsafeRawBufferPointer, into samples: inout Samples
    ) -> BlockFault? {
        guard header.codec == BlockCodec.v1.rawValue else { return .unknownCodec }
        let channels = samples.channelCount
        let total = header.sampleCount * channels
        guard header.sampleCount > 0, channels <= AcquisitionLimits.leads.upperBound else { return .shape }
        reserve(WireLimits.inflatedBytes(samples: header.sampleCount, channels: channels))
        let length: Int
        switch zlib.inflate(bytes, into: room) {
        case .success(let written): length = written
        case .failure(let failure): return .zlib(failure.fault)
        }
        // Every count takes a byte at least: what is too short is known before any memory is asked for.
        guard length >= channels * LeadPrediction.byteCount + total else { return .ended }
        if samples.counts.count != total { samples.counts = Array(repeating: 0, count: total) }
        let inflated = UnsafeBufferPointer(rebasing: room[..<length])
        return samples.counts.withUnsafeMutableBufferPointer { counts in
            BlockReader(bytes: inflated, counts: counts, channels: channels).read()
        }
    }

    /// Room is kept for the usual block; the bound by the limits is 800 kB.
    private func reserve(_ byteCount: Int) {
        guard room.count < byteCount else {
            return
        }
        room.deallocate()
        room = .allocate(capacity: byteCount)
    }
}

/// What is wrong with a block's data.
enum BlockFault {
    case unknownCodec
    case shape
    case zlib(InflateStream.Fault)
    case prediction(lead: Int)
    case overlong(lead: Int, sample: Int)
    case ended
    case leftOver(Int)

    func error(in header: BlockHeader) -> WireError {
        let place = "the block of \(header.sampleCount) samples at sample \(header.firstSample)"
        switch self {
        case .unknownCodec: return WireError(.unknownCodec, "codec \(header.codec) is not known")
        case .shape: return WireError(.malformedBlock, "\(place) has no samples or too many leads")
        case .zlib(.tooLong): return WireError(.blockTooLarge, "\(place) inflates to more than they can need")
        case .zlib(.truncated): return WireError(.malformedBlock, "the zlib data of \(place) is cut off")
        case .zlib(.damaged): return WireError(.malformedBlock, "the zlib data of \(place) is damaged")
        case .zlib(.trailing(let count)):
            return WireError(.malformedBlock, "\(count) bytes follow the zlib data of \(place)")
        case .prediction(let lead):
            return WireError(.malformedBlock, "the prediction of lead number \(lead) in \(place) does not exist")
        case .overlong(let lead, let sample):
            return WireError(
                .malformedBlock, "lead number \(lead) of \(place) has a number beyond 32 bits at its sample \(sample)")
        case .ended: return WireError(.malformedBlock, "\(place) ends before its last sample")
        case .leftOver(let count):
            return WireError(.malformedBlock, "\(place) has \(count) bytes after its last sample")
        }
    }
}
