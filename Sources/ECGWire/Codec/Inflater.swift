/// Inflates raw deflate (RFC 1951) in one go, from memory to memory.
///
/// zlib inflates streams that come in pieces and go out in pieces, and keeps a window for it. A block is there as a whole, so
/// that the bits can be read eight bytes at a time and a match be copied from where it was written: this takes half as
/// long, which was a tenth of all that the server does. What zlib refuses this refuses too, and the tests hold the one against
/// the other.
package final class Inflater {
    /// Eleven bits hold nearly all words of a block's two codes; the capacities are zlib's `enough 288 11 15` and
    /// `enough 32 8 15`. The code that the lengths are written in has words of seven bits at most.
    private let literals = HuffmanTable(of: Meanings.literalsAndLengths, rootBits: 11, capacity: 2342)
    private let distances = HuffmanTable(of: Meanings.distances, rootBits: 8, capacity: 402)
    private let codeLengths = HuffmanTable(of: Meanings.codeLengths, rootBits: 7, capacity: 128)
    private let lengths: UnsafeMutablePointer<UInt8>
    /// The input, with room behind it so that eight bytes can be read from anywhere in it.
    private var input: UnsafeMutablePointer<UInt8>
    private var inputCapacity = 0

    package init() {
        lengths = .allocate(capacity: Meanings.mostLengths)
        lengths.initialize(repeating: 0, count: Meanings.mostLengths)
        input = .allocate(capacity: 0)
    }

    deinit {
        literals.deallocate()
        distances.deallocate()
        codeLengths.deallocate()
        lengths.deallocate()
        input.deallocate()
    }

    /// Inflates all of `bytes` and returns how many bytes they became, or what is wrong with them.
    package func inflate(
        _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Result<Int, InflateFailure> {
        guard let start = output.baseAddress else { return .failure(InflateFailure(.tooLong)) }
        take(bytes)
        var stream = DeflateBits(next: input, end: input + bytes.count)
        var out = InflateOutput(start: start, next: start, end: start + output.count)
        do throws(InflateFailure) {
            var isLast = false
            while !isLast {
                isLast = try stream.take(1) == 1
                switch try stream.take(2) {
                case 0:
                    try stream.copyStored(to: &out)
                case 1:
                    prepareFixedCodes()
                    try readSymbols(&stream, &out)
                case 2:
                    try readCodes(&stream)
                    try readSymbols(&stream, &out)
                default:
                    throw InflateFailure(.damaged)
                }
            }
        } catch {
            return .failure(error)
        }
        let rest = stream.wholeBytesLeft
        return rest == 0 ? .success(out.next - start) : .failure(InflateFailure(.trailing(rest)))
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        let needed = bytes.count + DeflateBits.readAhead
        if inputCapacity < needed {
            input.deallocate()
            input = .allocate(capacity: needed)
            inputCapacity = needed
        }
        if let base = bytes.baseAddress {
            input.initialize(from: base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        }
        (input + bytes.count).initialize(repeating: 0, count: DeflateBits.readAhead)
    }

    // MARK: Codes

    private func prepareFixedCodes() {
        for symbol in 0..<288 { lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8 }
        var isCode = literals.build(lengths, count: 288)
        for symbol in 0..<32 { lengths[symbol] = 5 }
        isCode = distances.build(lengths, count: 32) && isCode
        precondition(isCode, "RFC 1951's fixed codes are complete")
    }

    /// Reads the two codes in front of a block of dynamic ones (RFC 1951, section 3.2.7).
    private func readCodes(_ stream: inout DeflateBits) throws(InflateFailure) {
        let literalCount = try stream.take(5) + 257
        let distanceCount = try stream.take(5) + 1
        let codeLengthCount = try stream.take(4) + 4
        // As zlib has it: the last symbols of both codes have no meaning.
        guard literalCount <= 286, distanceCount <= 30 else { throw InflateFailure(.damaged) }
        lengths.update(repeating: 0, count: Meanings.codeLengthOrder.count)
        for symbol in Meanings.codeLengthOrder.prefix(codeLengthCount) {
            lengths[symbol] = UInt8(try stream.take(3))
        }
        guard codeLengths.build(lengths, count: Meanings.codeLengthOrder.count) else { throw InflateFailure(.damaged) }
        try readLengths(literalCount + distanceCount, &stream)
        // A block without an end mark would never end.
        guard lengths[Meanings.endSymbol] != 0, literals.build(lengths, count: literalCount),
            distances.build(lengths + literalCount, count: distanceCount)
        else { throw InflateFailure(.damaged) }
    }

    private func readLengths(_ count: Int, _ stream: inout DeflateBits) throws(InflateFailure) {
        var index = 0
        while index < count {
            let entry = try stream.takeWord(codeLengths)
            guard !entry.isInvalid else { throw InflateFailure(.damaged) }
            let repeats: Int
            var length: UInt8 = 0
            switch entry.value {
            case 16:
                guard index > 0 else { throw InflateFailure(.damaged) }
                length = lengths[index - 1]
                repeats = try stream.take(2) + 3
            case 17: repeats = try stream.take(3) + 3
            case 18: repeats = try stream.take(7) + 11
            default:
                length = UInt8(entry.value)
                repeats = 1
            }
            guard index + repeats <= count else { throw InflateFailure(.damaged) }
            (lengths + index).update(repeating: length, count: repeats)
            index += repeats
        }
    }

    // MARK: Symbols

    /// Reads literals and matches up to the block's end mark.
    private func readSymbols(_ stream: inout DeflateBits, _ out: inout InflateOutput) throws(InflateFailure) {
        let (literals, distances) = (literals, distances)
        while true {
            // The usual case, with one look at the bounds for three literals: their words take 45 bits at most.
            while stream.hasMore, out.end - out.next >= 3 {
                stream.fill()
                guard out.takeLiteral(literals, &stream), out.takeLiteral(literals, &stream),
                    out.takeLiteral(literals, &stream)
                else { break }
            }
            let entry = try stream.takeWord(literals)
            if entry.isLiteral {
                try out.append(entry.byte)
            } else if entry.isEnd {
                return
            } else {
                guard !entry.isInvalid else { throw InflateFailure(.damaged) }
                let length = entry.value + (try stream.take(entry.extraBits))
                let distance = try stream.takeWord(distances)
                guard !distance.isInvalid else { throw InflateFailure(.damaged) }
                try out.copy(length, from: distance.value + (try stream.take(distance.extraBits)))
            }
        }
    }
}

/// What is wrong with deflated data.
package struct InflateFailure: Error {
    package enum Fault: Hashable, Sendable {
        /// The data goes on after the room is full.
        case tooLong
        /// The data ends before deflate's end mark.
        case truncated
        /// Not deflate's data, or damaged.
        case damaged
        /// Bytes follow the end mark.
        case trailing(Int)
    }

    package var fault: Fault
    init(_ fault: Fault) { self.fault = fault }
}

/// Deflate's bits, lowest first, eight bytes at a time.
private struct DeflateBits {
    /// Bytes behind the end that are read, and are no part of the data.
    static let readAhead = 8

    private(set) var bits: UInt64 = 0
    /// Bits that have been read, those behind the end among them.
    private var count = 0
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(next: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        self.next = next
        self.end = end
    }

    /// Whether there are bytes that have not been read.
    @inline(__always) var hasMore: Bool { next < end }

    /// Bits of the data that have been read and not taken; negative where more was taken than there is.
    @inline(__always) private var available: Int { next <= end ? count : count - 8 * (next - end) }

    var wholeBytesLeft: Int { max(end - next, 0) + available / 8 }

    /// Reads as many bytes as there is room for: then there are 56 bits at least.
    ///
    /// What has no room above the whole bytes is read once more the next time, to the same place.
    /// - Precondition: ``hasMore``.
    @inline(__always)
    mutating func fill() {
        bits |= UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self)) &<< UInt64(count)
        next += (63 &- count) &>> 3
        count |= 56
    }

    @inline(__always)
    mutating func drop(_ length: Int) {
        bits &>>= UInt64(length)
        count &-= length
    }

    mutating func take(_ length: Int) throws(InflateFailure) -> Int {
        if hasMore { fill() }
        guard available >= length else { throw InflateFailure(.truncated) }
        let number = Int(truncatingIfNeeded: bits & (1 << UInt64(length) - 1))
        drop(length)
        return number
    }

    /// Takes a code word and returns what it means.
    mutating func takeWord(_ table: HuffmanTable) throws(InflateFailure) -> HuffmanTable.Entry {
        if hasMore { fill() }
        var entry = table.entry(bits)
        if entry.isSubtable { entry = table.entry(behind: entry, bits) }
        guard available >= entry.length else { throw InflateFailure(.truncated) }
        drop(entry.length)
        return entry
    }

    /// Copies a block that is not compressed: its length, the length's complement, the bytes.
    mutating func copyStored(to out: inout InflateOutput) throws(InflateFailure) {
        _ = try take(available & 7)
        let length = try take(16)
        guard try take(16) == ~length & 0xFFFF else { throw InflateFailure(.damaged) }
        for _ in 0..<length { try out.append(UInt8(try take(8))) }
    }
}

/// Where inflated bytes go.
private struct InflateOutput {
    let start: UnsafeMutablePointer<UInt8>
    var next: UnsafeMutablePointer<UInt8>
    let end: UnsafeMutablePointer<UInt8>

    mutating func append(_ byte: UInt8) throws(InflateFailure) {
        guard next < end else { throw InflateFailure(.tooLong) }
        next.pointee = byte
        next += 1
    }

    /// Takes a literal of a short word, if that is what comes next; its bits and its place are known to be there.
    @inline(__always)
    mutating func takeLiteral(_ literals: HuffmanTable, _ stream: inout DeflateBits) -> Bool {
        let entry = literals.entry(stream.bits)
        guard entry.isLiteral else { return false }
        stream.drop(entry.length)
        next.pointee = entry.byte
        next += 1
        return true
    }

    /// Repeats what was written so many bytes ago; the repetition may overlap what it repeats.
    mutating func copy(_ length: Int, from distance: Int) throws(InflateFailure) {
        guard distance <= next - start else { throw InflateFailure(.damaged) }
        guard length <= end - next else { throw InflateFailure(.tooLong) }
        for _ in 0..<length {
            next.pointee = (next - distance).pointee
            next += 1
        }
    }
}

/// What the symbols of deflate's codes mean (RFC 1951, section 3.2.5).
private enum Meanings {
    typealias Entry = HuffmanTable.Entry

    static let endSymbol = 256
    /// Of both codes of a block.
    static let mostLengths = 288 + 32
    /// In which the lengths of the first code are sent: those that are mostly 0 last.
    static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    static let literalsAndLengths: [Entry] =
        (0...255).map { Entry.literal($0) } + [.end]
        + (0..<28).map { symbol in
            // Eight lengths by themselves, then four to each number of extra bits.
            let extraBits = max(symbol / 4 - 1, 0)
            let base = symbol < 8 ? symbol : (4 + symbol % 4) << extraBits
            return .number(base + 3, extraBits: extraBits)
        }
        + [.number(258, extraBits: 0), .invalid, .invalid]

    static let distances: [Entry] =
        (0..<30).map { symbol in
            let extraBits = max(symbol / 2 - 1, 0)
            let base = symbol < 4 ? symbol : (2 + symbol % 2) << extraBits
            return .number(base + 1, extraBits: extraBits)
        } + [.invalid, .invalid]

    static let codeLengths: [Entry] = (0..<19).map { .number($0, extraBits: 0) }
}
