import ECGWire
import NIOCore
import Testing

@Suite struct FrameParserTests {
    private static let three = [
        Frame(.ping, payload: ByteBuffer(bytes: [8, 42])),
        Frame(.block, channel: 3, payload: ByteBuffer(bytes: 0..<40)),
        Frame(.goodbye, payload: ByteBuffer()),
    ]

    @Test func cutAtEveryByte() throws {
        let stream = bytes(of: Self.three)
        for cut in 0...stream.readableBytes {
            var parser = FrameParser()
            var found: [Frame] = []
            for part in [
                stream.getSlice(at: 0, length: cut), stream.getSlice(at: cut, length: stream.readableBytes - cut),
            ] {
                parser.append(try #require(part))
                while let frame = try parser.next() { found.append(frame) }
            }
            #expect(found == Self.three, "cut at \(cut)")
            #expect(parser.bufferedBytes == 0)
        }
    }

    @Test func byteByByte() throws {
        var parser = FrameParser()
        var found: [Frame] = []
        for byte in bytes(of: Self.three).readableBytesView {
            parser.append(ByteBuffer(bytes: [byte]))
            while let frame = try parser.next() { found.append(frame) }
        }
        #expect(found == Self.three)
    }

    @Test("a stream whose reads never end with a frame is not kept")
    func holdsNoMoreThanItNeeds() throws {
        var parser = FrameParser()
        let stream = bytes(of: [Frame(.ping, payload: ByteBuffer(bytes: [8, 42]))])
        let half = stream.readableBytes / 2
        parser.append(try #require(stream.getSlice(at: 0, length: half)))
        for _ in 0..<10_000 {
            var read = try #require(stream.getSlice(at: half, length: stream.readableBytes - half))
            read.writeImmutableBuffer(try #require(stream.getSlice(at: 0, length: half)))
            parser.append(read)
            let frame = try parser.next()
            #expect(frame != nil)
            let none = try parser.next()
            #expect(none == nil)
        }
        // A header announces what its frame needs at most; beyond it a read stays.
        #expect(parser.heldBytes <= 1024, "some 200 kB went through")
    }

    /// The checksum covers the header: no flipped bit gives a frame.
    @Test func everyFlippedBitIsNoticed() throws {
        let good = bytes(of: [Frame(.ping, channel: 1, payload: ByteBuffer(bytes: [8, 42]))])
        for bit in 0..<good.readableBytes * 8 {
            var damaged = good
            let byte = try #require(damaged.getInteger(at: bit / 8, as: UInt8.self))
            damaged.setInteger(byte ^ 1 << (bit % 8), at: bit / 8)
            // What follows lets a frame that now seems longer come to its end.
            damaged.writeRepeatingByte(0, count: 300_000)
            var parser = FrameParser()
            parser.append(damaged)
            #expect(throws: WireError.self, "bit \(bit)") { try parser.next() }
        }
    }

    @Test func refusesBeforeThePayloadComes() throws {
        func firstError(_ header: [UInt8]) -> WireError.Code? {
            var parser = FrameParser()
            parser.append(ByteBuffer(bytes: header))
            do throws(WireError) {
                _ = try parser.next()
                return nil
            } catch {
                return error.code
            }
        }
        #expect(firstError(Array("GE".utf8)) == .badMagic)
        #expect(firstError([0xEC, 0x67, 9]) == .unsupportedVersion)
        #expect(firstError([0xEC, 0x67, 1, 4, 1, 0, 0, 0, 1, 0, 4, 0, 0, 0, 0, 0]) == .frameTooLarge)
        #expect(firstError([0xEC, 0x67, 1, 1, 0, 0, 0, 0, 1, 64, 0, 0, 0, 0, 0, 0]) == .frameTooLarge)
        #expect(firstError([0xEC, 0x67, 1, 4, 1, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]) == nil)
    }

    @Test func staysFailedAndHoldsNothing() {
        var parser = FrameParser()
        parser.append(ByteBuffer(string: "GET / HTTP/1.1\r\n"))
        #expect(throws: WireError.self) { try parser.next() }
        for _ in 0..<100 { parser.append(ByteBuffer(repeating: 0, count: 1000)) }
        #expect(parser.bufferedBytes == 0)
        #expect(throws: WireError.self) { try parser.next() }
    }

    @Test func errorSaysWhere() throws {
        var stream = bytes(of: [Self.three[0]])
        stream.writeString("XX")
        var parser = FrameParser()
        parser.append(stream)
        #expect(try parser.next() == Self.three[0])
        let error = #expect(throws: WireError.self) { try parser.next() }
        #expect(error?.detail.contains("byte 18 ") == true)
    }
}
