/// A Huffman code of deflate as a table that is looked up by the next bits of the stream.
///
/// The first bits of a code word choose an entry. Words that are longer lead to a table of their own behind the first, by the
/// bits that follow: they are rare, since they are long.
struct HuffmanTable {
    /// What a code word means and how many bits it takes. From the lowest bit: 8 bits for the word's length, 4 for the number
    /// of extra bits, 4 for the kind, 16 for the value.
    struct Entry {
        let bits: UInt32

        private static let literalFlag: UInt32 = 0x8000
        private static let subtableFlag: UInt32 = 0x4000
        private static let endFlag: UInt32 = 0x2000
        private static let invalidFlag: UInt32 = 0x1000

        /// No code word, or one that deflate gives no meaning.
        static let invalid = Entry(bits: invalidFlag)
        static let end = Entry(bits: endFlag)
        static func literal(_ byte: UInt8) -> Entry { Entry(bits: UInt32(byte) << 16 | literalFlag) }
        /// A number to which the following `extraBits` are added.
        static func number(_ base: Int, extraBits: Int) -> Entry {
            Entry(bits: UInt32(base) << 16 | UInt32(extraBits) << 8)
        }
        fileprivate static func subtable(at start: Int, bits: Int) -> Entry {
            Entry(bits: UInt32(start) << 16 | UInt32(bits) << 8 | subtableFlag)
        }

        @inline(__always) fileprivate func taking(_ length: Int) -> Entry { Entry(bits: bits | UInt32(length)) }
        @inline(__always) var length: Int { Int(bits & 0xFF) }
        @inline(__always) var extraBits: Int { Int(bits >> 8 & 0xF) }
        @inline(__always) var value: Int { Int(bits >> 16) }
        @inline(__always) var byte: UInt8 { UInt8(truncatingIfNeeded: bits >> 16) }
        @inline(__always) var isLiteral: Bool { bits & Self.literalFlag != 0 }
        @inline(__always) var isSubtable: Bool { bits & Self.subtableFlag != 0 }
        @inline(__always) var isEnd: Bool { bits & Self.endFlag != 0 }
        @inline(__always) var isInvalid: Bool { bits & Self.invalidFlag != 0 }
    }

    static let longestWord = 15

    private let entries: UnsafeMutablePointer<Entry>
    private let rootBits: Int
    private let rootMask: UInt64
    private let sorted: UnsafeMutablePointer<UInt16>
    /// What each symbol means.
    private let meanings: UnsafePointer<Entry>

    /// - Parameters:
    ///   - meanings: of every symbol.
    ///   - rootBits: how many bits the first look-up takes: more make longer words quick and the table slow to build.
    ///   - capacity: entries with all tables behind the first, for the worst code; zlib's `enough` counts them.
    init(of meanings: [Entry], rootBits: Int, capacity: Int) {
        self.rootBits = rootBits
        rootMask = 1 << UInt64(rootBits) - 1
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: .invalid, count: capacity)
        sorted = .allocate(capacity: meanings.count)
        sorted.initialize(repeating: 0, count: meanings.count)
        let copy = UnsafeMutablePointer<Entry>.allocate(capacity: meanings.count)
        copy.initialize(from: meanings, count: meanings.count)
        self.meanings = UnsafePointer(copy)
    }

    func deallocate() {
        entries.deallocate()
        sorted.deallocate()
        meanings.deallocate()
    }

    /// What the next bits mean. The bits above those of the word may be anything.
    @inline(__always)
    func entry(_ bits: UInt64) -> Entry { entries[Int(truncatingIfNeeded: bits & rootMask)] }

    /// What the bits mean of a word that `entry` leads to. Its length is that of the whole word.
    @inline(__always)
    func entry(behind entry: Entry, _ bits: UInt64) -> Entry {
        let further = bits &>> UInt64(rootBits) & (1 &<< UInt64(entry.extraBits) &- 1)
        return entries[entry.value &+ Int(truncatingIfNeeded: further)]
    }

    /// Makes the table of the canonical code (RFC 1951, section 3.2.2) whose words have these lengths, 0 for symbols without.
    ///
    /// False if there is no such code, or one that leaves words without a meaning; a single word of one bit may.
    func build(_ lengths: UnsafePointer<UInt8>, count: Int) -> Bool {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * (Self.longestWord + 2)) { room in
            room.initialize(repeating: 0)
            guard let counts = room.baseAddress else { return false }
            let offsets = counts + Self.longestWord + 2
            for symbol in 0..<count { counts[Int(lengths[symbol])] += 1 }
            counts[0] = 0
            guard let space = spaceLeft(counts) else { return false }
            guard space == 0 else { return buildIncomplete(lengths, count: count, counts) }
            for length in 1...Self.longestWord { offsets[length + 1] = offsets[length] + counts[length] }
            for symbol in 0..<count where lengths[symbol] != 0 {
                sorted[offsets[Int(lengths[symbol])]] = UInt16(symbol)
                offsets[Int(lengths[symbol])] += 1
            }
            fill(counts)
            return true
        }
    }

    /// How many words of the greatest length are not used, or nil where there are more words than the lengths have room for.
    private func spaceLeft(_ counts: UnsafePointer<Int>) -> Int? {
        var space = 1
        for length in 1...Self.longestWord {
            space = 2 * space - counts[length]
            if space < 0 { return nil }
        }
        return space
    }

    /// A code without a word, or with one of a single bit: what is never to be read, and distances that are all alike.
    private func buildIncomplete(_ lengths: UnsafePointer<UInt8>, count: Int, _ counts: UnsafePointer<Int>) -> Bool {
        guard (1...Self.longestWord).allSatisfy({ counts[$0] == ($0 == 1 ? min(counts[1], 1) : 0) }) else {
            return false
        }
        entries.update(repeating: Entry.invalid.taking(1), count: 1 << rootBits)
        guard let symbol = (0..<count).first(where: { lengths[$0] == 1 }) else { return true }
        for index in stride(from: 0, to: 1 << rootBits, by: 2) { entries[index] = meanings[symbol].taking(1) }
        return true
    }

    /// Fills the table with a complete code.
    ///
    /// Words come in the order of their lengths, and deflate sends them from their highest bit: the table is one for words of
    /// the least length at first, and is doubled for each bit more. The next word after one is found by adding 1 from
    /// the highest bit downwards.
    private func fill(_ counts: UnsafePointer<Int>) {
        var next = UnsafePointer(sorted)
        var length = 1
        while counts[length] == 0 { length += 1 }
        var left = counts[length]
        var word = 0
        while length <= rootBits {
            let size = 1 << length
            while left > 0 {
                entries[word] = meanings[Int(next.pointee)].taking(length)
                next += 1
                left -= 1
                if word == size - 1 {
                    double(from: length)
                    return
                }
                word = Self.successor(of: word, length)
            }
            length += 1
            left = counts[length]
            if length <= rootBits { (entries + size).update(from: entries, count: size) }
        }
        while left == 0 {
            length += 1
            left = counts[length]
        }
        fillSubtables(counts, word, length, left, next)
    }

    private func double(from length: Int) {
        for length in length..<max(length, rootBits) {
            (entries + (1 << length)).update(from: entries, count: 1 << length)
        }
    }

    private func fillSubtables(
        _ counts: UnsafePointer<Int>, _ word: Int, _ length: Int, _ left: Int, _ next: UnsafePointer<UInt16>
    ) {
        var (word, length, left, next) = (word, length, left, next)
        var (start, end, prefix) = (0, 1 << rootBits, -1)
        while true {
            if word & (1 << rootBits - 1) != prefix {
                prefix = word & (1 << rootBits - 1)
                var bits = length - rootBits
                var used = left
                while used < 1 << bits {
                    bits += 1
                    used = 2 * used + counts[rootBits + bits]
                }
                start = end
                end = start + 1 << bits
                entries[prefix] = .subtable(at: start, bits: bits).taking(rootBits)
            }
            let entry = meanings[Int(next.pointee)].taking(length)
            next += 1
            for index in stride(from: start + word >> rootBits, to: end, by: 1 << (length - rootBits)) {
                entries[index] = entry
            }
            if word == 1 << length - 1 { return }
            word = Self.successor(of: word, length)
            left -= 1
            while left == 0 {
                length += 1
                left = counts[length]
            }
        }
    }

    /// The word after one that is not all ones, both with their highest bit lowest.
    @inline(__always)
    private static func successor(of word: Int, _ length: Int) -> Int {
        let zeros = word ^ (1 << length - 1)
        let bit = 1 << (Int.bitWidth - 1 - zeros.leadingZeroBitCount)
        return word & (bit - 1) | bit
    }
}
