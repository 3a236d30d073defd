import ECGModel
import ECGWire
import NIOCore
import Testing

/// Blocks of codec version 1: the counts as text, the bytes before zlib, the whole frame. Versions of zlib may pack
/// the same bytes differently, so the frame is only ever read; the bytes before zlib are held to both ways.
@Suite(.serialized) struct GoldenBlockTests {
    struct Example: CustomTestStringConvertible {
        var name: String
        var leads: [Lead]
        var firstSample: Int
        var samples: Samples
        var testDescription: String { name }
    }

    static let examples: [Example] = {
        var missing = triangles(50, leads: 2)
        for sample in 20..<30 { missing[sample, 1] = Samples.missing }
        return [
            Example(
                name: "block-worked-example", leads: [.ii], firstSample: 500,
                samples: Samples(channelCount: 1, counts: [10, 12, 14, 16, 18, 20, 17, 14])),
            Example(
                name: "block-limb-leads", leads: Lead.limb, firstSample: 0,
                samples: triangles(12, leads: 6)),
            Example(name: "block-twelve-leads", leads: Lead.standardTwelve, firstSample: 1000, samples: triangles(100)),
            Example(name: "block-missing", leads: [.i, .ii], firstSample: 0, samples: missing),
            Example(
                name: "block-extremes", leads: [.i, .ii, .iii, .v1], firstSample: 0,
                samples: Samples(
                    channelCount: 4,
                    counts: [.max, .min, 0, -1, .min, .max, .max, 1, 0, 0, .min, .min, 1, -1, 0x4000_0000, .max])),
        ]
    }()

    @Test(arguments: examples) func block(_ example: Example) throws {
        let encoder = BlockEncoder(channels: BlockCodecTests.channels(example.leads))
        let unpacked = encoder.unpackedBytes(of: example.samples)
        if GoldenFiles.areWritten { try write(example, encoder) }

        #expect(try GoldenFiles.bytes("\(example.name).unpacked.hex") == unpacked)
        let rows = try GoldenFiles.lines("\(example.name).counts.txt").map {
            $0.split(separator: " ").compactMap { Int32($0) }
        }
        #expect(Samples(channelCount: example.leads.count, counts: rows.flatMap { $0 }) == example.samples)
        let golden = try frames(in: ByteBuffer(bytes: GoldenFiles.bytes("\(example.name).hex")))
        var data = try #require(golden.first).payload
        #expect(golden.map(\.type) == [.block])
        let header = try BlockHeader.read(from: &data)
        #expect(header.firstSample == example.firstSample)
        var decoded = Samples(channelCount: example.leads.count)
        try BlockDecoder().decode(header, data, into: &decoded)
        #expect(decoded == example.samples)
    }

    private func write(_ example: Example, _ encoder: BlockEncoder) throws {
        try GoldenFiles.write(
            encoder.unpackedBytes(of: example.samples), "\(example.name).unpacked.hex",
            comment: "The block's bytes before zlib.")
        let frame = Frame(
            .block, channel: 1, payload: encoder.encode(example.samples, firstSample: example.firstSample))
        try GoldenFiles.write(
            Array(bytes(of: [frame]).readableBytesView), "\(example.name).hex",
            comment: "A whole frame: header of 16 bytes, block header of 16 bytes, zlib data.")
        let rows = (0..<example.samples.count).map { sample in
            example.leads.indices.map { String(example.samples[sample, $0]) }.joined(separator: " ")
        }
        try GoldenFiles.write(
            "# The counts, a row for each sample: \(example.leads.map(\.name).joined(separator: " "))\n"
                + rows.joined(separator: "\n") + "\n", "\(example.name).counts.txt")
    }
}
