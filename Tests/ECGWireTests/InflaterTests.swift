import CZlib
import ECGSimulator
import ECGWire
import Testing

/// The inflater is held against zlib: what that takes it takes and comes to the same bytes, what that refuses it refuses.
@Suite struct InflaterTests {
    private let inflater = Inflater()

    /// What zlib makes of raw deflate that is there as a whole; nil where it refuses it, or where bytes follow it.
    private func zlib(_ bytes: [UInt8], room: Int) -> [UInt8]? {
        var stream = z_stream()
        precondition(ecgnet_inflate_init(&stream) == Z_OK && inflateReset2(&stream, -15) == Z_OK, "zlib starts")
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: room)
        let (status, left, written) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return (inflate(&stream, Z_FINISH), stream.avail_in, room - Int(stream.avail_out))
            }
        }
        return status == Z_STREAM_END && left == 0 ? Array(output[..<written]) : nil
    }

    private func ours(_ bytes: [UInt8], room: Int) -> Result<[UInt8], InflateFailure> {
        var output = [UInt8](repeating: 0, count: room)
        return bytes.withUnsafeBytes { bytes in
            output.withUnsafeMutableBufferPointer { output in
                inflater.inflate(bytes, into: output).map { Array(output[..<$0]) }
            }
        }
    }

    private func deflated(_ bytes: [UInt8], level: Int32, strategy: Int32, flushedAt middle: Int = 0) -> [UInt8] {
        var stream = z_stream()
        precondition(ecgnet_deflate_init(&stream, level, -15, 8, strategy) == Z_OK, "zlib starts")
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
        let written = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                if middle > 0 {
                    stream.avail_in = UInt32(middle)
                    precondition(deflate(&stream, Z_BLOCK) == Z_OK, "deflate takes what it has room for")
                }
                stream.avail_in = UInt32(bytes.count - middle)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "deflate writes no more than its bound")
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<written])
    }

    /// From all alike to all different, with repetitions near and far.
    private func inputs(_ random: inout SeededGenerator) -> [[UInt8]] {
        var inputs: [[UInt8]] = [[], [7], Array(repeating: 0, count: 70_000), Array(0...255)]
        for bits in 1...8 {
            for count in [10, 300, 5000] {
                // Small numbers often and large ones seldom, as misses are, so that there are long code words.
                inputs.append(
                    (0..<count).map { _ in
                        let number = UInt8.random(in: 0...255, using: &random) >> (8 - bits)
                        return number >> UInt8.random(in: 0...7, using: &random)
                    })
            }
        }
        let some = inputs[10]
        inputs.append(some + Array(repeating: 1, count: 30_000) + some + some)
        return inputs
    }

    @Test func takesWhatZlibWrites() throws {
        var random = SeededGenerator(seed: 1)
        for input in inputs(&random) {
            for strategy in [Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_FIXED] {
                for level: Int32 in [0, 1, 6, 9] {
                    for middle in Set([0, input.count / 2]) {
                        let bytes = deflated(input, level: level, strategy: strategy, flushedAt: middle)
                        #expect(try ours(bytes, room: input.count + 1).get() == input)
                        #expect(try ours(bytes, room: input.count).get() == input)
                    }
                }
            }
        }
    }

    @Test func neverWritesMoreThanThereIsRoom() {
        var random = SeededGenerator(seed: 2)
        for input in inputs(&random) where !input.isEmpty {
            let bytes = deflated(input, level: 6, strategy: Z_FILTERED)
            for room in [1, input.count / 2, input.count - 1] where room > 0 && room < input.count {
                #expect(throws: InflateFailure.self) { try ours(bytes, room: room).get() }
                guard case .failure(let failure) = ours(bytes, room: room) else { continue }
                #expect(failure.fault == .tooLong)
            }
        }
    }

    @Test func noticesEveryCutAndEveryByteTooMany() {
        var random = SeededGenerator(seed: 3)
        for input in inputs(&random) where input.count <= 300 {
            let bytes = deflated(input, level: 6, strategy: Z_FILTERED)
            for end in bytes.indices {
                guard case .failure(let failure) = ours(Array(bytes[..<end]), room: 400) else {
                    Issue.record("cut at \(end) of \(bytes.count)")
                    continue
                }
                #expect(failure.fault == .truncated)
            }
            for more in 1...9 {
                guard case .failure(let failure) = ours(bytes + Array(repeating: 0, count: more), room: 400) else {
                    Issue.record("\(more) more")
                    continue
                }
                #expect(failure.fault == .trailing(more))
            }
        }
    }

    /// Damaged streams, most of them in the codes in front.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func refusesWhatZlibRefuses(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var taken = 0
        for input in inputs(&random) where (1...5000).contains(input.count) {
            let whole = deflated(input, level: 6, strategy: seed.isMultiple(of: 2) ? Z_FILTERED : Z_HUFFMAN_ONLY)
            for attempt in 0..<200 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let reach = attempt.isMultiple(of: 2) ? min(bytes.count, 60) : bytes.count
                    bytes[Int.random(in: 0..<reach, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
                }
                let expected = zlib(bytes, room: 6000)
                #expect((try? ours(bytes, room: 6000).get()) == expected)
                if expected != nil { taken += 1 }
            }
        }
        #expect(taken > 0, "some damage is not seen, or the comparison says nothing")
    }

    @Test func takesNoRandomBytesThatZlibDoesNot() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect((try? ours(bytes, room: 300).get()) == zlib(bytes, room: 300))
        }
    }
}
