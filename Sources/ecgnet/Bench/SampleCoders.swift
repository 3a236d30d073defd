import CZlib
import ECGModel
import ECGWire
import NIOCore

/// One way of packing the samples of blocks; remembers what it packed, to unpack it.
protocol SampleCoder {
    var name: String { get }
    /// Packs the blocks of one recording and returns how many bytes they became.
    mutating func encode(_ blocks: [Samples]) throws -> Int
    func decode() throws
}

/// The device protocol: the payload of every Block frame, with its sixteen bytes of header.
struct ProtocolCoder: SampleCoder {
    let codec: BlockCodec
    let channels: [ECGModel.Channel]
    private var payloads: [ByteBuffer] = []

    init(_ codec: BlockCodec, channels: [ECGModel.Channel]) {
        self.codec = codec
        self.channels = channels
    }

    var name: String { "device protocol, codec \(codec.rawValue)" }

    mutating func encode(_ blocks: [Samples]) -> Int {
        let encoder = BlockEncoder(channels: channels)
        var memory = CodecMemory()
        var first = 0
        payloads = blocks.map { block in
            defer { first += block.count }
            return codec == .v1
                ? encoder.encode(block, firstSample: first)
                : encoder.encode(block, firstSample: first, memory: &memory)
        }
        return payloads.reduce(0) { $0 + $1.readableBytes }
    }

    func decode() throws {
        let decoder = BlockDecoder()
        var memory = CodecMemory()
        var samples = Samples(channelCount: channels.count)
        for var payload in payloads {
            let header = try BlockHeader.read(from: &payload)
            try decoder.decode(header, payload, memory: &memory, into: &samples)
        }
    }
}

/// Each block's samples as 16-bit numbers through zlib at its default level, each block by itself.
struct ZlibCoder: SampleCoder {
    enum Arrangement {
        /// All leads of an instant, then of the next.
        case samples
        /// Each lead's first differences, lead after lead: what a plain device would send, and the reference for what
        /// decoding may cost.
        case firstDifferences
    }

    let name: String
    private let arrangement: Arrangement
    private var blocks: [ZlibBlock] = []

    init(_ name: String, _ arrangement: Arrangement) {
        self.name = name
        self.arrangement = arrangement
    }

    mutating func encode(_ blocks: [Samples]) throws -> Int {
        self.blocks = try blocks.map {
            try ZlibBlock(arrangement == .samples ? SixteenBits.interleaved($0) : SixteenBits.firstDifferences($0))
        }
        return self.blocks.reduce(0) { $0 + $1.compressed.count }
    }

    func decode() throws {
        let inflater = try ZlibInflater()
        for block in blocks { try inflater.inflate(block) }
    }
}

/// Samples as bytes: 16-bit little-endian numbers, as most recorders hold them.
enum SixteenBits {
    static func interleaved(_ samples: Samples) -> [UInt8] {
        bytes(samples.counts.map { Int16(truncatingIfNeeded: $0) })
    }

    static func firstDifferences(_ samples: Samples) -> [UInt8] {
        var numbers: [Int16] = []
        numbers.reserveCapacity(samples.counts.count)
        for channel in 0..<samples.channelCount {
            var previous: Int32 = 0
            for sample in 0..<samples.count {
                let count = samples[sample, channel]
                numbers.append(Int16(truncatingIfNeeded: count &- previous))
                previous = count
            }
        }
        return bytes(numbers)
    }

    /// Some of the leads, interleaved.
    static func interleaved(_ samples: Samples, leads: Range<Int>) -> [UInt8] {
        bytes((0..<samples.count).flatMap { sample in leads.map { Int16(truncatingIfNeeded: samples[sample, $0]) } })
    }

    private static func bytes(_ numbers: [Int16]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 2)
        for number in numbers {
            bytes.append(UInt8(truncatingIfNeeded: number))
            bytes.append(UInt8(truncatingIfNeeded: number >> 8))
        }
        return bytes
    }
}
