import ECGModel
import ECGSimulator
import ECGWire
import NIOCore
import Testing

/// Valid conversations, damaged at random places: whatever comes, both ends answer or close, and hold no more than
/// their limits.
@Suite struct FuzzTests {
    private enum Damage: CaseIterable { case flip, drop, insert, repeatFrame, swapFrames, resealPayload }

    private static func damaged(_ stream: ByteBuffer, _ random: inout SeededGenerator) throws -> ByteBuffer {
        var list = try frames(in: stream)
        let at = Int.random(in: 0..<list.count, using: &random)
        switch Damage.allCases.randomElement(using: &random) ?? .flip {
        case .repeatFrame: list.insert(list[at], at: Int.random(in: 0...list.count, using: &random))
        case .swapFrames: list.swapAt(at, Int.random(in: 0..<list.count, using: &random))
        case .resealPayload:
            // With a good checksum, so that it comes past the parser.
            var payload = Array(list[at].payload.readableBytesView)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !payload.isEmpty {
                payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            list[at].payload = ByteBuffer(bytes: payload)
            if Int.random(in: 0..<4, using: &random) == 0 {
                list[at].channel = UInt32.random(in: 0...3, using: &random)
            }
        case .flip, .drop, .insert:
            var raw = Array(stream.readableBytesView)
            let byte = Int.random(in: 0..<raw.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: raw[byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: raw.removeSubrange(byte..<min(raw.count, byte + Int.random(in: 1...40, using: &random)))
            default: raw.insert(contentsOf: (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) }, at: byte)
            }
            return ByteBuffer(bytes: raw)
        }
        return bytes(of: list)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func nothingBreaks(seed: UInt64) throws {
        let uploads = [
            Recording(header: twelveLeadHeader(1), samples: triangles(60)),
            Recording(header: twelveLeadHeader(2), samples: triangles(40)),
        ]
        var device = DeviceEnd(uploads: uploads, blockSamples: 20)
        var server = ServerEnd()
        let (fromDevice, fromServer) = converse(&device, &server)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var again = ServerEnd()
            again.receive(try Self.damaged(fromDevice, &random))
            #expect(again.parser.bufferedBytes <= fromDevice.readableBytes + 1000)
            for upload in uploads {
                let count = again.kept[upload.header.id]?.samples.count ?? 0
                #expect(count.isMultiple(of: 20) && count <= upload.samples.count)
            }
            #expect((again.connection.unacknowledgedBytes, again.connection.unacknowledgedBlocks) == (0, 0))
            // Whatever the server says is well formed.
            _ = try frames(in: again.outgoing)

            var other = DeviceEnd(uploads: uploads, blockSamples: 20)
            other.receive(try Self.damaged(fromServer, &random))
            _ = try frames(in: other.outgoing)
        }
    }

    @Test func blocksOfNoise() {
        var random = SeededGenerator(seed: 3)
        let decoder = BlockDecoder()
        let good = BlockEncoder(channels: twelveLeadHeader().channels).encode(triangles(50), firstSample: 0)
        let data = Array(good.readableBytesView.dropFirst(BlockHeader.byteCount))
        for _ in 0..<5000 {
            var damaged = data
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var samples = Samples(channelCount: 12)
            let header = BlockHeader(firstSample: 0, sampleCount: 50, codec: 1)
            do throws(WireError) {
                try decoder.decode(header, damaged, into: &samples)
                #expect(samples == triangles(50))  // Damage that zlib's checksum cannot see is none.
            } catch {
                #expect([.malformedBlock, .blockTooLarge].contains(error.code))
            }
        }
    }
}
