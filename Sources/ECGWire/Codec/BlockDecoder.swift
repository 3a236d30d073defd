public import ECGModel
public import NIOCore

/// Reads blocks, as they arrive or as they were stored. Keeps its buffers and what it inflates with from block to block: once
/// it has seen a block of the usual size it allocates nothing. One decoder serves any number of recordings, from one
/// thread at a time.
///
/// What a run of blocks has taught, which differs from recording to recording, is kept by the caller: ``CodecMemory``.
///
/// It inflates no more than the announced number of samples can need, and accepts a block only if exactly those samples
/// come out and no byte is left over.
public final class BlockDecoder {
    private let inflater = InflateStream()
    private let scratch = PredictorScratch()
    /// Memory to inflate into, as much as the largest block so far needed.
    private var kept: UnsafeMutableBufferPointer<UInt8>

    public init() {
        kept = .allocate(capacity: 0)
    }

    deinit { kept.deallocate() }

    /// Decodes a block's data, which is the frame's payload without its ``BlockHeader``, into `samples`.
    ///
    /// `samples` gives the number of channels; what it held is overwritten and its memory used again. After an error
    /// its content is undefined, and `memory` remembers nothing.
    /// - Parameter memory: what the recording's blocks before this one left; one for each recording.
    /// - Precondition: the header was read by ``BlockHeader/read(from:limits:)`` or comes from the store.
    public func decode(
        _ header: BlockHeader, _ data: ByteBuffer, memory: inout CodecMemory, into samples: inout Samples
    ) throws(WireError) {
        if let fault = data.withUnsafeReadableBytes({ decode(header, bytes: $0, &memory, into: &samples) }) {
            throw fault.error(in: header)
        }
    }

    /// Decodes a block's data as it was stored.
    public func decode(
        _ header: BlockHeader, _ data: [UInt8], memory: inout CodecMemory, into samples: inout Samples
    ) throws(WireError) {
        if let fault = data.withUnsafeBytes({ decode(header, bytes: $0, &memory, into: &samples) }) {
            throw fault.error(in: header)
        }
    }

    /// Decodes a block that stands alone or begins a run.
    public func decode(_ header: BlockHeader, _ data: ByteBuffer, into samples: inout Samples) throws(WireError) {
        var memory = CodecMemory()
        try decode(header, data, memory: &memory, into: &samples)
    }

    /// Decodes a block that stands alone or begins a run, as it was stored.
    public func decode(_ header: BlockHeader, _ data: [UInt8], into samples: inout Samples) throws(WireError) {
        var memory = CodecMemory()
        try decode(header, data, memory: &memory, into: &samples)
    }

    private func decode(
        _ header: BlockHeader, bytes: UnsafeRawBufferPointer, _ memory: inout CodecMemory, into samples: inout Samples
    ) -> BlockFault? {
        guard let codec = BlockCodec(rawValue: header.codec) else { return .unknownCodec }
        let channels = samples.channelCount
        let continues = memory.continues(at: header.firstSample, channels: channels)
        memory.beginAnew()
        guard codec != .v2Continued || continues else { return .noRun }
        guard header.sampleCount > 0, AcquisitionLimits.leads.contains(channels) else { return .shape }
        let room = room(for: WireLimits.inflatedBytes(samples: header.sampleCount, channels: channels))
        switch inflater.inflate(bytes, codec == .v1 ? .zlib : .raw, into: room) {
        case .success(let length):
            return read(UnsafeBufferPointer(rebasing: room[..<length]), header, codec, &memory, into: &samples)
        case .failure(let failure):
            return .zlib(failure.fault)
        }
    }

    private func read(
        _ inflated: UnsafeBufferPointer<UInt8>, _ header: BlockHeader, _ codec: BlockCodec,
        _ memory: inout CodecMemory, into samples: inout Samples
    ) -> BlockFault? {
        let channels = samples.channelCount
        let total = header.sampleCount * channels
        // Every count takes half a byte at least: what is too short is known before any memory is asked for.
        guard inflated.count >= (codec == .v1 ? channels * LeadPrediction.byteCount + total : total / 2) else {
            return .ended
        }
        samples.resize(to: total)
        let fault = samples.counts.withUnsafeMutableBufferPointer { counts in
            switch codec {
            case .v1: BlockReader(bytes: inflated, counts: counts, channels: channels).read()
            case .v2, .v2Continued:
                RunReader(
                    bytes: inflated, counts: counts, channels: channels, begins: codec == .v2, scratch: scratch
                ).read(&memory)
            }
        }
        if fault == nil, codec != .v1 { memory.finishBlock(endSample: header.endSample) }
        return fault
    }

    /// As many bytes as the block at hand may need, whatever the largest one before it needed: they are what bounds the
    /// work that a few bytes can make. Kept for the next block; the bound by the limits is 900 kB.
    private func room(for byteCount: Int) -> UnsafeMutableBufferPointer<UInt8> {
        if kept.count < byteCount {
            kept.deallocate()
            kept = .allocate(capacity: byteCount)
        }
        return UnsafeMutableBufferPointer(rebasing: kept[..<byteCount])
    }
}

/// What is wrong with a block's data.
enum BlockFault {
    case unknownCodec
    case noRun
    case shape
    case zlib(InflateStream.Fault)
    case prediction(lead: Int)
    case overlong(lead: Int, sample: Int)
    case ended
    case leftOver(Int)
    case check

    func error(in header: BlockHeader) -> WireError {
        let place = "the block of \(header.sampleCount) samples at sample \(header.firstSample)"
        switch self {
        case .unknownCodec: return WireError(.unknownCodec, "codec \(header.codec) is not known")
        case .noRun:
            return WireError(.brokenRun, "\(place) goes on with a run of which the block before it is not known")
        case .shape: return WireError(.malformedBlock, "\(place) has no samples or too many leads")
        case .zlib(.tooLong): return WireError(.blockTooLarge, "\(place) inflates to more than they can need")
        case .zlib(.truncated): return WireError(.malformedBlock, "the compressed data of \(place) is cut off")
        case .zlib(.damaged): return WireError(.malformedBlock, "the compressed data of \(place) is damaged")
        case .zlib(.trailing(let count)):
            return WireError(.malformedBlock, "\(count) bytes follow the compressed data of \(place)")
        case .prediction(let lead):
            return WireError(.malformedBlock, "the prediction of lead number \(lead) in \(place) does not exist")
        case .overlong(let lead, let sample):
            return WireError(
                .malformedBlock, "lead number \(lead) of \(place) has a number beyond 32 bits at its sample \(sample)")
        case .ended: return WireError(.malformedBlock, "\(place) ends before its last sample")
        case .leftOver(let count):
            return WireError(.malformedBlock, "\(place) has \(count) bytes after its last sample")
        case .check:
            // Where the run was continued in the wrong place, a new run mends it.
            return WireError(
                header.codec == BlockCodec.v2Continued.rawValue ? .brokenRun : .malformedBlock,
                "the counts of \(place) do not fit its check")
        }
    }
}

extension Samples {
    /// Makes room for so many counts, of which the content is undefined, in the memory that is there.
    fileprivate mutating func resize(to total: Int) {
        let missing = total - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
        if missing < 0 { counts.removeLast(-missing) }
    }
}
