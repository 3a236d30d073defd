import ECGModel
import ECGWire
import NIOCore
import Testing

/// Runs of blocks of codec version 2, a file for each block: the counts as text, the bytes before deflate, the whole frame.
/// Versions of zlib may pack the same bytes differently, so the frame is only ever read; the bytes before zlib are held
/// to both ways.
@Suite(.serialized) struct GoldenRunTests {
    struct Example: CustomTestStringConvertible {
        var name: String
        var leads: [Lead]
        var firstSample: Int
        var blockSamples: Int
        var samples: Samples
        var testDescription: String { name }
    }

    static let examples: [Example] = {
        var missing = triangles(60, leads: 2)
        for sample in 25..<40 { missing[sample, 1] = Samples.missing }
        return [
            Example(
                name: "run-worked-example", leads: [.ii], firstSample: 500, blockSamples: 12,
                samples: Samples(
                    channelCount: 1, counts: [10, 12, 14, 16, 18, 20, 17, 14, 12, 11, 11, 12, 13, 13, 13, 13])),
            Example(
                name: "run-twelve-leads", leads: Lead.standardTwelve, firstSample: 1000, blockSamples: 100,
                samples: triangles(300)),
            Example(name: "run-missing", leads: [.i, .ii], firstSample: 0, blockSamples: 20, samples: missing),
            Example(
                name: "run-extremes", leads: [.i, .ii, .iii, .v1], firstSample: 0, blockSamples: 2,
                samples: Samples(
                    channelCount: 4,
                    counts: [.max, .min, 0, -1, .min, .max, .max, 1, 0, 0, .min, .min, 1, -1, 0x4000_0000, .max])),
        ]
    }()

    @Test(arguments: examples) func run(_ example: Example) throws {
        if GoldenFiles.areWritten { try write(example) }
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(example.leads))
        let decoder = BlockDecoder()
        var written = CodecMemory()
        var read = CodecMemory()
        for (index, range) in blocks(of: example).enumerated() {
            let name = "\(example.name)-\(index + 1)"
            let block = example.samples[range]
            let first = example.firstSample + range.lowerBound
            let unpacked = encoder.unpackedBytes(of: block, firstSample: first, memory: &written)
            #expect(try GoldenFiles.bytes("\(name).unpacked.hex") == unpacked.bytes)
            let rows = try GoldenFiles.lines("\(name).counts.txt").map {
                $0.split(separator: " ").compactMap { Int32($0) }
            }
            #expect(Samples(channelCount: example.leads.count, counts: rows.flatMap { $0 }) == block)
            let golden = try frames(in: ByteBuffer(bytes: GoldenFiles.bytes("\(name).hex")))
            var data = try #require(golden.first).payload
            #expect(golden.map(\.type) == [.block])
            let header = try BlockHeader.read(from: &data)
            #expect(
                header == BlockHeader(firstSample: first, sampleCount: block.count, codec: unpacked.codec.rawValue))
            var decoded = Samples(channelCount: example.leads.count)
            try decoder.decode(header, data, memory: &read, into: &decoded)
            #expect(decoded == block)
        }
    }

    private func blocks(of example: Example) -> [Range<Int>] {
        stride(from: 0, to: example.samples.count, by: example.blockSamples).map {
            $0..<min($0 + example.blockSamples, example.samples.count)
        }
    }

    private func write(_ example: Example) throws {
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(example.leads))
        var packed = CodecMemory()
        for (index, range) in blocks(of: example).enumerated() {
            let name = "\(example.name)-\(index + 1)"
            let block = example.samples[range]
            let first = example.firstSample + range.lowerBound
            var unpacked = packed
            try GoldenFiles.write(
                encoder.unpackedBytes(of: block, firstSample: first, memory: &unpacked).bytes, "\(name).unpacked.hex",
                comment: "The block's bytes before deflate.")
            let frame = Frame(
                .block, channel: 1, payload: encoder.encode(block, firstSample: first, memory: &packed))
            try GoldenFiles.write(
                Array(bytes(of: [frame]).readableBytesView), "\(name).hex",
                comment: "A whole frame: header of 16 bytes, block header of 16 bytes, deflate data.")
            let rows = (0..<block.count).map { sample in
                example.leads.indices.map { String(block[sample, $0]) }.joined(separator: " ")
            }
            try GoldenFiles.write(
                "# The counts, a row for each sample: \(example.leads.map(\.name).joined(separator: " "))\n"
                    + rows.joined(separator: "\n") + "\n", "\(name).counts.txt")
        }
    }
}
