import CECGEncoder
import CZlib
import ECGModel
import ECGSimulator
import ECGWire
import Foundation
import NIOCore
import Testing

/// The encoder in C writes what the encoder in Swift writes: the same bytes before zlib, and blocks that are read as well.
@Suite struct CEncoderTests {
    /// The limb leads as a device's maker would write them down.
    private static func derivations(_ leads: [Lead]) -> [ecg_lead] {
        leads.indices.map { index in
            guard let i = leads[..<index].firstIndex(of: .i), let ii = leads[..<index].firstIndex(of: .ii) else {
                return ecg_lead(combination: 0, a: 0, b: 0)
            }
            let (one, two) = (UInt8(i), UInt8(ii))
            return switch leads[index] {
            case .iii: ecg_lead(combination: 1, a: one, b: two)
            case .aVR: ecg_lead(combination: 2, a: one, b: two)
            case .aVL: ecg_lead(combination: 3, a: one, b: two)
            case .aVF: ecg_lead(combination: 3, a: two, b: one)
            default: ecg_lead(combination: 0, a: 0, b: 0)
            }
        }
    }

    @Test("The encoder's state takes as much room as the header and the protocol promise a device's maker")
    func size() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let kibibytes = (Double(MemoryLayout<ecg_encoder>.size) / 102.4).rounded() / 10
        for (file, promise) in [
            ("CECGEncoder/include/ecg_encoder.h", "\(kibibytes) KiB and 24 KiB"),
            ("ECGWire/PROTOCOL.md", "\(kibibytes) KiB of state"),
        ] {
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
                .split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(text.contains(promise), "\(file)")
        }
    }

    /// Both encoders over the same blocks.
    private static func compare(_ samples: Samples, _ leads: [Lead], sizes: [Int], strategy: Int32 = Z_FILTERED) throws
    {
        let swift = BlockEncoder(channels: BlockCodecTests.channels(leads))
        let decoder = BlockDecoder()
        var written = CodecMemory()
        var read = CodecMemory()
        var plain = ecg_encoder()
        var packing = ecg_encoder()
        #expect(ecg_encoder_init(&plain, derivations(leads), Int32(leads.count), strategy) == 0)
        #expect(ecg_encoder_init(&packing, derivations(leads), Int32(leads.count), strategy) == 0)
        defer {
            ecg_encoder_end(&plain)
            ecg_encoder_end(&packing)
        }
        var room = [UInt8](repeating: 0, count: 1 << 20)
        var start = 0
        var index = 0
        while start < samples.count {
            let block = samples[start..<min(start + sizes[index % sizes.count], samples.count)]
            let expected = swift.unpackedBytes(of: block, firstSample: start, memory: &written)
            var length = ecg_encoder_unpacked(
                &plain, block.counts, UInt32(block.count), UInt64(start), &room, room.count)
            try #require(length > BlockHeader.byteCount)
            #expect(room[12] == expected.codec.rawValue)
            #expect(Array(room[BlockHeader.byteCount..<length]) == expected.bytes, "block \(index)")

            length = ecg_encoder_block(&packing, block.counts, UInt32(block.count), UInt64(start), &room, room.count)
            try #require(length > BlockHeader.byteCount)
            var payload = ByteBuffer(bytes: room[..<length])
            let header = try BlockHeader.read(from: &payload)
            #expect(header == BlockHeader(firstSample: start, sampleCount: block.count, codec: expected.codec.rawValue))
            var decoded = Samples(channelCount: leads.count)
            try decoder.decode(header, payload, memory: &read, into: &decoded)
            #expect(decoded == block)
            start += block.count
            index += 1
        }
    }

    @Test(arguments: [1, 2, 3, 6, 8, 9, 12, 16], [[1], [7, 8, 9], [500]])
    func sameBytes(leads: Int, sizes: [Int]) throws {
        let samples = triangles(sizes == [500] ? 2600 : 140, leads: leads, seed: UInt64(leads))
        try Self.compare(samples, RunCodecTests.names(leads), sizes: sizes)
    }

    @Test func sameBytesOfTwelveLeads() throws {
        var samples = triangles(6000)
        var random = SeededGenerator(seed: 5)
        // An electrode that falls off, a lead that was not measured, and spikes of a pacemaker.
        for sample in 2000..<3000 { samples[sample, 2] = Int32.random(in: -9...9, using: &random) }
        for sample in 2500..<2700 { samples[sample, 8] = Samples.missing }
        for sample in stride(from: 17, to: 6000, by: 411) { samples[sample, 7] += 3000 }
        for strategy in [Z_FILTERED, Z_HUFFMAN_ONLY] {
            try Self.compare(samples, Lead.standardTwelve, sizes: [500], strategy: strategy)
        }
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func sameBytesOfAnyCounts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extremes: [Int32] = [.min, .max, .min + 1, 0, -1, 1, 0x4000_0000, -0x4000_0000, 4095, -4096]
        let width = UInt32.max >> UInt32.random(in: 0...31, using: &random)
        let oftenExtreme = Bool.random(using: &random)
        let counts = (0..<12 * 300).map { _ in
            oftenExtreme && Bool.random(using: &random)
                ? extremes.randomElement(using: &random) ?? 0
                : Int32(truncatingIfNeeded: random.next() & UInt64(width))
        }
        try Self.compare(Samples(channelCount: 12, counts: counts), Lead.standardTwelve, sizes: [64, 33])
    }

    @Test func beginsAnewWhenAsked() {
        var encoder = ecg_encoder()
        #expect(ecg_encoder_init(&encoder, Self.derivations([.ii]), 1, Z_FILTERED) == 0)
        defer { ecg_encoder_end(&encoder) }
        let counts = triangles(50, leads: 1).counts
        var room = [UInt8](repeating: 0, count: 1000)
        func codec(_ first: UInt64) -> UInt8 {
            ecg_encoder_block(&encoder, counts, 50, first, &room, room.count) > 0 ? room[12] : 0
        }
        #expect([codec(0), codec(50), codec(120), codec(170)] == [2, 3, 2, 3])
        ecg_encoder_begin_anew(&encoder)
        #expect(codec(220) == 2)
    }

    @Test func writesNoFurtherThanItsRoom() {
        var encoder = ecg_encoder()
        #expect(ecg_encoder_init(&encoder, Self.derivations(Lead.standardTwelve), 12, Z_FILTERED) == 0)
        defer { ecg_encoder_end(&encoder) }
        let samples = triangles(100)
        var room = [UInt8](repeating: 0xA5, count: 4000)
        let needed = ecg_encoder_block(&encoder, samples.counts, 100, 0, &room, room.count)
        #expect(needed > 0)
        for size in 0...Int(needed) {
            room = Array(repeating: 0xA5, count: 4000)
            ecg_encoder_begin_anew(&encoder)
            #expect(
                ecg_encoder_block(&encoder, samples.counts, 100, 0, &room, size) == Int(ECG_ENCODER_NO_ROOM))
            #expect(room[size...].allSatisfy { $0 == 0xA5 }, "room for \(size)")
        }
        ecg_encoder_begin_anew(&encoder)
        #expect(ecg_encoder_block(&encoder, samples.counts, 100, 0, &room, Int(needed) + 1) == needed)
    }

    @Test func impossibleArguments() {
        var encoder = ecg_encoder()
        func refuses(_ leads: [ecg_lead], _ count: Int32) -> Bool {
            ecg_encoder_init(&encoder, leads, count, Z_FILTERED) == Int32(ECG_ENCODER_ARGUMENT)
        }
        let alone = ecg_lead(combination: 0, a: 0, b: 0)
        #expect(refuses([alone], 0))
        #expect(refuses(Array(repeating: alone, count: 17), 17))
        #expect(refuses([alone, ecg_lead(combination: 1, a: 0, b: 1)], 2))
        #expect(refuses([alone, alone, ecg_lead(combination: 1, a: 1, b: 1)], 3))
        #expect(refuses([alone, alone, ecg_lead(combination: 4, a: 0, b: 1)], 3))
        #expect(refuses([alone, ecg_lead(combination: 0, a: 0, b: 1)], 2))
        #expect(ecg_encoder_init(&encoder, [alone], 1, Z_FILTERED) == 0)
        var room = [UInt8](repeating: 0, count: 100)
        for samples in [0, 10_001] as [UInt32] {
            let counts = [Int32](repeating: 0, count: 10_001)
            #expect(
                ecg_encoder_block(&encoder, counts, samples, 0, &room, 100) == Int(ECG_ENCODER_ARGUMENT))
        }
        ecg_encoder_end(&encoder)
    }
}
