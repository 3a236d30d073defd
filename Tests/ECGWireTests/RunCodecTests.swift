import ECGModel
import ECGSimulator
import ECGWire
import NIOCore
import Testing

/// Codec 2: blocks that go on with the blocks before them.
@Suite struct RunCodecTests {
    struct Block {
        var header: BlockHeader
        var data: [UInt8]
    }

    /// The samples in blocks of the given sizes, in turn, until they are used up.
    static func blocks(
        _ samples: Samples, _ leads: [Lead], sizes: [Int], first: Int = 0, memory: inout CodecMemory
    ) throws -> [Block] {
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(leads))
        var blocks: [Block] = []
        var start = 0
        while start < samples.count {
            let end = min(start + sizes[blocks.count % sizes.count], samples.count)
            var payload = encoder.encode(samples[start..<end], firstSample: first + start, memory: &memory)
            let header = try BlockHeader.read(from: &payload)
            #expect(header.firstSample == first + start && header.sampleCount == end - start)
            blocks.append(Block(header: header, data: Array(payload.readableBytesView)))
            start = end
        }
        return blocks
    }

    static func blocks(_ samples: Samples, _ leads: [Lead], sizes: [Int]) throws -> [Block] {
        var memory = CodecMemory()
        return try blocks(samples, leads, sizes: sizes, memory: &memory)
    }

    static func decode(
        _ blocks: some Sequence<Block>, leads: Int, memory: inout CodecMemory
    ) throws(WireError) -> Samples {
        let decoder = BlockDecoder()
        var all = Samples(channelCount: leads)
        for block in blocks {
            var samples = Samples(channelCount: leads)
            try decoder.decode(block.header, block.data, memory: &memory, into: &samples)
            all.append(samples)
        }
        return all
    }

    static func decode(_ blocks: some Sequence<Block>, leads: Int) throws(WireError) -> Samples {
        var memory = CodecMemory()
        return try decode(blocks, leads: leads, memory: &memory)
    }

    static func names(_ count: Int) -> [Lead] { Array(Lead.allCases.filter { $0 != .unspecified }.prefix(count)) }

    static let two = BlockCodec.v2.rawValue
    static let three = BlockCodec.v2Continued.rawValue

    // MARK: Everything comes back

    @Test(arguments: 1...16, [[1], [2, 1, 3], [7], [8], [9], [64], [50, 1, 16, 33], [1000]])
    func comesBack(leads: Int, sizes: [Int]) throws {
        let samples = triangles(130, leads: leads, seed: UInt64(leads))
        var written = CodecMemory()
        let blocks = try Self.blocks(samples, Self.names(leads), sizes: sizes, first: 5000, memory: &written)
        var read = CodecMemory()
        #expect(try Self.decode(blocks, leads: leads, memory: &read) == samples)
        #expect(read == written, "both ends have learnt the same")
        #expect(read.nextSample == 5130)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func anyCountsComeBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extremes: [Int32] = [.min, .max, .min + 1, 0, -1, 1, 0x4000_0000, -0x4000_0000, 4095, -4096]
        let width = UInt32.max >> UInt32.random(in: 0...31, using: &random)
        let oftenExtreme = Bool.random(using: &random)
        let counts = (0..<12 * 97).map { _ in
            oftenExtreme && Bool.random(using: &random)
                ? extremes.randomElement(using: &random) ?? 0
                : Int32(truncatingIfNeeded: random.next() & UInt64(width))
        }
        let samples = Samples(channelCount: 12, counts: counts)
        let sizes = (0..<5).map { _ in Int.random(in: 1...40, using: &random) }
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: sizes)
        #expect(try Self.decode(blocks, leads: 12) == samples)
    }

    /// Square waves at the ends of 32 bits drive the predictors' weights out of their 16 bits.
    @Test(arguments: [2, 3, 5, 8, 16])
    func weightsThatOverflowComeBack(period: Int) throws {
        var samples = Samples(channelCount: 2, counts: Array(repeating: 0, count: 2 * 4000))
        for sample in 0..<4000 {
            samples[sample, 0] = sample % period < period / 2 ? 2100 : -2100
            samples[sample, 1] = Int32(truncatingIfNeeded: sample &* sample &* 1_103_515_245) >> (sample / 400 + 8)
        }
        #expect(try Self.decode(Self.blocks(samples, [.v1, .v2], sizes: [500]), leads: 2) == samples)
    }

    @Test func missingSamplesComeBack() throws {
        var samples = triangles(500)
        for sample in 100..<300 { samples[sample, 7] = Samples.missing }
        for sample in 50..<60 { samples[sample, 0] = Samples.missing }
        for sample in 400..<500 { for lead in 0..<12 { samples[sample, lead] = Samples.missing } }
        #expect(try Self.decode(Self.blocks(samples, Lead.standardTwelve, sizes: [100]), leads: 12) == samples)
    }

    // MARK: Runs

    @Test func runsBeginWhereTheyMust() throws {
        let samples = triangles(8 * (2 * CodecMemory.longestRun + 5), leads: 2)
        let blocks = try Self.blocks(samples, [.ii, .v2], sizes: [8])
        let begins = blocks.indices.filter { blocks[$0].header.codec == Self.two }
        #expect(begins == [0, CodecMemory.longestRun, 2 * CodecMemory.longestRun])
        #expect(blocks.allSatisfy { $0.header.codec == Self.two || $0.header.codec == Self.three })
    }

    @Test func readingBeginsAtAnyRun() throws {
        let samples = triangles(8 * (CodecMemory.longestRun + 5), leads: 3)
        let blocks = try Self.blocks(samples, [.ii, .v2, .v3], sizes: [8])
        let start = CodecMemory.longestRun
        #expect(try Self.decode(blocks[start...], leads: 3) == samples[start * 8..<samples.count])
        #expect(throws: WireError.self) { try Self.decode(blocks[(start - 1)...], leads: 3) }
        #expect(throws: WireError.self) { try Self.decode(blocks[(start + 1)...], leads: 3) }
    }

    @Test func anewAfterAGapAndWhenAsked() throws {
        let samples = triangles(60)
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(Lead.standardTwelve))
        var memory = CodecMemory()
        func codec(_ first: Int) -> UInt8? {
            encoder.encode(samples[0..<20], firstSample: first, memory: &memory).getInteger(at: 12)
        }
        #expect(codec(0) == Self.two)
        #expect(codec(20) == Self.three)
        #expect(codec(41) == Self.two)
        #expect(codec(61) == Self.three)
        memory.beginAnew()
        #expect(codec(81) == Self.two)
        #expect(codec(0) == Self.two)
    }

    /// An electrode falls off in the middle: the limb leads no longer follow from each other, and later do again.
    @Test func anewWhenLimbLeadsCeaseToFollow() throws {
        var samples = triangles(600)
        var random = SeededGenerator(seed: 4)
        for sample in 200..<400 { samples[sample, 2] = Int32.random(in: -4...4, using: &random) }
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: [100])
        #expect(blocks.map(\.header.codec) == [2, 3, 2, 3, 2, 3])
        #expect(try Self.decode(blocks, leads: 12) == samples)
    }

    @Test func learningPays() throws {
        let samples = triangles(5000, leads: 12)
        let run = try Self.blocks(samples, Lead.standardTwelve, sizes: [500])
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(Lead.standardTwelve))
        let alone = stride(from: 0, to: 5000, by: 500).reduce(0) {
            $0 + encoder.encode(samples[$1..<$1 + 500], firstSample: $1).readableBytes - BlockHeader.byteCount
        }
        #expect(run.reduce(0) { $0 + $1.data.count } < alone)
    }

    // MARK: What is refused

    private static func code(_ block: Block, leads: Int, memory: inout CodecMemory) -> WireError.Code? {
        do throws(WireError) {
            _ = try decode([block], leads: leads, memory: &memory)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func continuedWithoutWhatItContinues() throws {
        let samples = triangles(300)
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: [100])
        var none = CodecMemory()
        #expect(Self.code(blocks[1], leads: 12, memory: &none) == .brokenRun)

        var skipped = CodecMemory()
        _ = try Self.decode([blocks[0]], leads: 12, memory: &skipped)
        #expect(Self.code(blocks[2], leads: 12, memory: &skipped) == .brokenRun)
        #expect(skipped.nextSample == nil)
        #expect(Self.code(blocks[1], leads: 12, memory: &skipped) == .brokenRun, "after an error nothing is continued")

        var otherLeads = CodecMemory()
        _ = try Self.decode([blocks[0]], leads: 12, memory: &otherLeads)
        #expect(Self.code(blocks[1], leads: 11, memory: &otherLeads) == .brokenRun)

        var standalone = CodecMemory()
        _ = try Self.decode([blocks[0]], leads: 12, memory: &standalone)
        var payload = BlockEncoder(channels: BlockCodecTests.channels(Lead.standardTwelve))
            .encode(samples[0..<100], firstSample: 0)
        let header = try BlockHeader.read(from: &payload)
        let first = Block(header: header, data: Array(payload.readableBytesView))
        _ = try Self.decode([first], leads: 12, memory: &standalone)
        #expect(Self.code(blocks[1], leads: 12, memory: &standalone) == .brokenRun)
    }

    /// A block that follows in number and not in kind: the device began a run that the server never saw.
    @Test func continuedOnAnotherRun() throws {
        let samples = triangles(300)
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: [100])
        var shorter = CodecMemory()
        let others = try Self.blocks(
            samples[100..<200], Lead.standardTwelve, sizes: [100], first: 100, memory: &shorter)
        var memory = CodecMemory()
        _ = try Self.decode(others, leads: 12, memory: &memory)
        #expect(memory.nextSample == 200)
        #expect(Self.code(blocks[2], leads: 12, memory: &memory) == .brokenRun)
    }

    @Test func runWithoutEnd() throws {
        let samples = triangles(8 * (CodecMemory.longestRun + 1), leads: 1)
        let blocks = try Self.blocks(samples, [.ii], sizes: [8])
        var memory = CodecMemory()
        _ = try Self.decode(blocks.prefix(CodecMemory.longestRun), leads: 1, memory: &memory)
        var next = try #require(blocks.last)
        next.header.codec = Self.three
        #expect(Self.code(next, leads: 1, memory: &memory) == .brokenRun)
    }

    /// Damage in every byte before deflate: seen, or without effect.
    @Test(arguments: [0, 1])
    func damageBeforeDeflate(index: Int) throws {
        let samples = triangles(40, leads: 6)
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(Lead.limb))
        var memory = CodecMemory()
        for block in 0..<index { _ = encoder.encode(samples[0..<20], firstSample: block * 20, memory: &memory) }
        let before = memory
        let first = index * 20
        let unpacked = encoder.unpackedBytes(of: samples[first..<first + 20], firstSample: first, memory: &memory)
        let header = BlockHeader(firstSample: first, sampleCount: 20, codec: unpacked.codec.rawValue)
        var good = before
        let whole = Block(header: header, data: BadBlockTests.rawDeflate(unpacked.bytes))
        #expect(try Self.decode([whole], leads: 6, memory: &good) == samples[first..<first + 20])
        for position in unpacked.bytes.indices {
            for change in [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                var damaged = unpacked.bytes
                damaged[position] ^= change
                var memory = before
                let block = Block(header: header, data: BadBlockTests.rawDeflate(damaged))
                do throws(WireError) {
                    // Differences of a lead that follows from others exactly are 0, as its remainders are.
                    let decoded = try Self.decode([block], leads: 6, memory: &memory)
                    #expect(decoded == samples[first..<first + 20], "byte \(position) ^ \(change)")
                } catch {
                    #expect(error.code == .malformedBlock || error.code == .brokenRun, "byte \(position) ^ \(change)")
                    #expect(memory.nextSample == nil)
                }
            }
        }
        for length in unpacked.bytes.indices {
            var memory = before
            let cut = Block(header: header, data: BadBlockTests.rawDeflate(Array(unpacked.bytes.prefix(length))))
            #expect(Self.code(cut, leads: 6, memory: &memory) == .malformedBlock, "cut at \(length)")
        }
        var memoryOfLonger = before
        let longer = Block(header: header, data: BadBlockTests.rawDeflate(unpacked.bytes + [0]))
        #expect(Self.code(longer, leads: 6, memory: &memoryOfLonger) == .malformedBlock)
    }

    /// Damage in every bit of a block as it travels: seen, or without effect, such as in deflate's padding.
    @Test func damageAfterDeflate() throws {
        let samples = triangles(200)
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: [100])
        var before = CodecMemory()
        _ = try Self.decode([blocks[0]], leads: 12, memory: &before)
        for bit in 0..<blocks[1].data.count * 8 {
            var damaged = blocks[1]
            damaged.data[bit / 8] ^= 1 << (bit % 8)
            var memory = before
            do throws(WireError) {
                #expect(try Self.decode([damaged], leads: 12, memory: &memory) == samples[100..<200], "bit \(bit)")
            } catch {
                #expect([.malformedBlock, .blockTooLarge, .brokenRun].contains(error.code))
            }
        }
        for length in blocks[1].data.indices {
            var cut = blocks[1]
            cut.data = Array(cut.data.prefix(length))
            var memory = before
            #expect(Self.code(cut, leads: 12, memory: &memory) != nil, "cut at \(length)")
        }
    }

    /// Noise in place of a block: whatever it is, the decoder ends with an error or the announced samples.
    @Test func noise() throws {
        var random = SeededGenerator(seed: 11)
        let samples = triangles(100, leads: 12)
        let blocks = try Self.blocks(samples, Lead.standardTwelve, sizes: [50])
        var afterFirst = CodecMemory()
        _ = try Self.decode([blocks[0]], leads: 12, memory: &afterFirst)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...700, using: &random)).map { _ in
                UInt8.random(in: 0...(Bool.random(using: &random) ? 3 : 255), using: &random)
            }
            for index in 0...1 {
                var memory = index == 0 ? CodecMemory() : afterFirst
                let block = Block(header: blocks[index].header, data: BadBlockTests.rawDeflate(bytes))
                #expect(Self.code(block, leads: 12, memory: &memory) != nil)
            }
        }
    }
}
