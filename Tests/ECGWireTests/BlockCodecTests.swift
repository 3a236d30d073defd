import CZlib
import ECGModel
import ECGSimulator
import ECGWire
import NIOCore
import Testing

@Suite struct BlockCodecTests {
    static func channels(_ leads: [Lead]) -> [ECGModel.Channel] {
        leads.map { ECGModel.Channel(lead: $0, nanovoltsPerCount: 5000) }
    }

    static func roundTrip(_ samples: Samples, _ channels: [ECGModel.Channel], first: Int = 0) throws -> Samples {
        var payload = BlockEncoder(channels: channels).encode(samples, firstSample: first)
        let header = try BlockHeader.read(from: &payload)
        #expect(header == BlockHeader(firstSample: first, sampleCount: samples.count, codec: 1))
        var decoded = Samples(channelCount: channels.count)
        try BlockDecoder().decode(header, payload, into: &decoded)
        return decoded
    }

    @Test(arguments: [1, 2, 3, 6, 12, 16], [1, 2, 3, 4, 500])
    func comesBack(leads: Int, count: Int) throws {
        let names = Array(Lead.allCases.filter { $0 != .unspecified }.prefix(leads))
        let samples = triangles(count, leads: leads)
        #expect(try Self.roundTrip(samples, Self.channels(names), first: 1234) == samples)
    }

    /// Every 32-bit number survives, in leads that are foretold from each other too.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func anyCountsComeBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extremes: [Int32] = [.min, .max, .min + 1, 0, -1, 1, 0x4000_0000, -0x4000_0000]
        let width = UInt32.max >> UInt32.random(in: 0...31, using: &random)
        let counts = (0..<12 * 97).map { _ in
            Bool.random(using: &random)
                ? extremes.randomElement(using: &random) ?? 0
                : Int32(truncatingIfNeeded: random.next() & UInt64(width))
        }
        let samples = Samples(channelCount: 12, counts: counts)
        #expect(try Self.roundTrip(samples, Self.channels(Lead.standardTwelve)) == samples)
    }

    @Test func missingSamplesComeBack() throws {
        var samples = triangles(500)
        for sample in 100..<300 { samples[sample, 7] = Samples.missing }
        for sample in 50..<60 { samples[sample, 0] = Samples.missing }
        #expect(try Self.roundTrip(samples, Self.channels(Lead.standardTwelve)) == samples)
    }

    @Test func leadsInAnyOrder() throws {
        let samples = triangles(250)
        for order in [
            Lead.standardTwelve.reversed(), [.aVF, .ii, .i, .iii] + Lead.standardTwelve[6...] + [.aVR, .aVL],
        ]
            as [[Lead]]
        {
            let columns = order.compactMap { Lead.standardTwelve.firstIndex(of: $0) }
            var mixed = Samples(channelCount: 12, counts: samples.counts)
            for sample in 0..<250 {
                for (to, from) in columns.enumerated() { mixed[sample, to] = samples[sample, from] }
            }
            #expect(try Self.roundTrip(mixed, Self.channels(order)) == mixed)
        }
    }

    /// One decoder for recordings of different shapes, good and bad blocks in turn.
    @Test func decoderIsUsedAgain() throws {
        let decoder = BlockDecoder()
        for leads in [12, 1, 16, 2, 12] {
            let names = Array(Lead.allCases.filter { $0 != .unspecified }.prefix(leads))
            let samples = triangles(100, leads: leads)
            var payload = BlockEncoder(channels: Self.channels(names)).encode(samples, firstSample: 0)
            let header = try BlockHeader.read(from: &payload)
            var decoded = Samples(channelCount: leads)
            let short = try #require(payload.getSlice(at: payload.readerIndex, length: payload.readableBytes - 1))
            #expect(throws: WireError.self) { try decoder.decode(header, short, into: &decoded) }
            try decoder.decode(header, Array(payload.readableBytesView), into: &decoded)
            #expect(decoded == samples)
        }
    }

    @Test func limbLeadsAreForetold() {
        let samples = triangles(500)
        let encoder = BlockEncoder(channels: Self.channels(Lead.standardTwelve))
        let chestOnly = Samples(
            channelCount: 6, counts: (0..<500).flatMap { sample in (0..<6).map { samples[sample, $0] } })
        let unnamed = BlockEncoder(channels: Array(repeating: Self.channels([.unspecified])[0], count: 6))
        #expect(
            encoder.encode(samples, firstSample: 0).readableBytes
                < unnamed.encode(chestOnly, firstSample: 0).readableBytes * 2)
        #expect(encoder.unpackedBytes(of: samples)[6] >> 4 == 1)
        #expect(unnamed.unpackedBytes(of: chestOnly)[6] >> 4 == 0)
    }
}
