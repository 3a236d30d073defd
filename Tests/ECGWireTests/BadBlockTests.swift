import CZlib
import ECGModel
import ECGWire
import NIOCore
import Testing

/// Blocks as a broken or hostile device could send them.
@Suite struct BadBlockTests {
    /// What is inside a zlib stream: two bytes in front of it and four behind belong to zlib.
    static func rawDeflate(_ bytes: [UInt8]) -> [UInt8] { deflate(bytes).dropFirst(2).dropLast(4) }

    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&output, &length, bytes, uLong(bytes.count), 6)
        precondition(status == Z_OK)
        return Array(output.prefix(Int(length)))
    }

    private static func error(_ data: [UInt8], samples: Int, leads: Int) -> WireError? {
        var decoded = Samples(channelCount: leads)
        do throws(WireError) {
            try BlockDecoder().decode(
                BlockHeader(firstSample: 0, sampleCount: samples, codec: 1), data, into: &decoded)
            return nil
        } catch {
            return error
        }
    }

    @Test func goodIsGood() {
        #expect(Self.error(Self.deflate([0, 0, 0, 2, 4]), samples: 2, leads: 1) == nil)
    }

    @Test func bombIsNotInflated() {
        let zeros = Self.deflate([UInt8](repeating: 0, count: 5_000_000))
        #expect(zeros.count < 16_384)
        #expect(Self.error(zeros, samples: 10, leads: 12)?.code == .blockTooLarge)
    }

    @Test func bombIsNotInflatedAfterALargeBlockEither() throws {
        let decoder = BlockDecoder()
        let (samples, leads) = (10_000, 16)
        var decoded = Samples(channelCount: leads)
        let flat = Self.deflate([UInt8](repeating: 0, count: leads * (3 + samples)))
        try decoder.decode(
            BlockHeader(firstSample: 0, sampleCount: samples, codec: 1), flat, into: &decoded)
        #expect(decoded.count == samples)
        let bomb = Self.deflate([UInt8](repeating: 0, count: 100_000))
        var one = Samples(channelCount: 1)
        do throws(WireError) {
            try decoder.decode(BlockHeader(firstSample: 0, sampleCount: 1, codec: 1), bomb, into: &one)
            Issue.record("100,000 bytes were taken for one sample")
        } catch {
            #expect(error.code == .blockTooLarge)
        }
    }

    @Test func announcedButNotThere() {
        #expect(Self.error(Self.deflate([0, 0, 0, 2]), samples: 10_000, leads: 1)?.code == .malformedBlock)
        #expect(Self.error(Self.deflate([0, 0]), samples: 1, leads: 1)?.code == .malformedBlock)
        #expect(Self.error([], samples: 1, leads: 1)?.code == .malformedBlock)
    }

    @Test(
        arguments: [
            [0, 0, 0, 2, 4, 6],  // a third sample
            [0, 0, 0, 2, 0x80],  // a number that does not end
            [0, 0, 0, 2, 0x80, 0x00],  // a longer form of 0
            [0, 0, 0, 2, 0x82, 0x80, 0x00],  // a longer form of 2
            [0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x10],  // 33 bits
            [0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x8F],  // six bytes
            [4, 0, 0, 2, 4],  // order 4
            [0x10, 0, 0, 2, 4],  // the first lead foretold from others
            [0x40, 0, 0, 2, 4],  // no such combination
            [0, 1, 0, 2, 4],  // a lead named without a combination
        ] as [[UInt8]])
    func notWhatAnEncoderWrites(bytes: [UInt8]) {
        #expect(Self.error(Self.deflate(bytes), samples: 2, leads: 1)?.code == .malformedBlock)
    }

    @Test func largestNumberIsGood() {
        #expect(Self.error(Self.deflate([0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), samples: 2, leads: 1) == nil)
    }

    @Test func zlibDataDamaged() throws {
        let good = Self.deflate([2, 0, 0] + [UInt8](repeating: 7, count: 40))
        var whole = Samples(channelCount: 1)
        try BlockDecoder().decode(BlockHeader(firstSample: 0, sampleCount: 40, codec: 1), good, into: &whole)
        for length in 0..<good.count {
            #expect(Self.error(Array(good.prefix(length)), samples: 40, leads: 1) != nil, "cut at \(length)")
        }
        #expect(Self.error(good + [0], samples: 40, leads: 1)?.code == .malformedBlock)
        // A flipped bit is noticed, or is one that changes nothing, such as padding or the distance within a run.
        for bit in 0..<good.count * 8 {
            var damaged = good
            damaged[bit / 8] ^= 1 << (bit % 8)
            var decoded = Samples(channelCount: 1)
            do throws(WireError) {
                try BlockDecoder().decode(
                    BlockHeader(firstSample: 0, sampleCount: 40, codec: 1), damaged, into: &decoded)
                #expect(decoded == whole, "bit \(bit)")
            } catch {
                #expect([.malformedBlock, .blockTooLarge].contains(error.code))
            }
        }
    }

    @Test func headersThatCannotBe() throws {
        func code(_ first: UInt64, _ count: UInt32, codec: UInt8 = 1, reserved: UInt8 = 0, data: Int = 8) -> WireError
            .Code?
        {
            var payload = ByteBuffer()
            payload.writeInteger(first, endianness: .little)
            payload.writeInteger(count, endianness: .little)
            payload.writeInteger(codec)
            payload.writeRepeatingByte(reserved, count: 3)
            payload.writeRepeatingByte(0, count: data)
            do throws(WireError) {
                _ = try BlockHeader.read(from: &payload)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(0, 500) == nil)
        #expect(code(0, 10_000) == nil)
        #expect(code(0, 10_001) == .blockTooLarge)
        #expect(code(0, .max) == .blockTooLarge)
        #expect(code(0, 0) == .malformedBlock)
        #expect(code(0, 500, codec: 0) == .unknownCodec)
        #expect(code(0, 500, codec: 4) == .unknownCodec)
        #expect(code(0, 500, reserved: 1) == .malformedBlock)
        #expect(code(0, 500, data: 0) == .malformedBlock)
        #expect(code(.max, 500) == .recordingTooLong)
        #expect(code(UInt64(Int64.max), 500) == .recordingTooLong)
        var short = ByteBuffer(bytes: [0, 1, 2])
        #expect(throws: WireError.self) { try BlockHeader.read(from: &short) }
    }
}
