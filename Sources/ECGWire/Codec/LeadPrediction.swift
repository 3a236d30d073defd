/// How a lead's counts become the small numbers that are written, chosen by the encoder for each lead of each block.
///
/// First the lead may be foretold from two leads that come before it in the block, as Einthoven and Goldberger relate
/// the limb leads; then the remainder is differenced `order` times. All arithmetic is that of 32-bit two's complement
/// and wraps around, so every count survives, whatever it is.
struct LeadPrediction: Hashable {
    /// What foretells the count from the counts `a` and `b` of two earlier leads at the same instant.
    enum Combination: UInt8, CaseIterable {
        /// Nothing: the prediction is 0.
        case none = 0
        /// b − a: lead III from I and II.
        case difference = 1
        /// −(a + b) / 2: aVR from I and II.
        case negativeMean = 2
        /// a − b / 2, as (2a − b) / 2: aVL from I and II, aVF from II and I.
        case lessHalf = 3

        /// The prediction; halves are rounded down (an arithmetic shift).
        @inline(__always)
        func predict(_ a: Int32, _ b: Int32) -> Int32 {
            switch self {
            case .none: 0
            case .difference: b &- a
            case .negativeMean: (0 &- (a &+ b)) >> 1
            case .lessHalf: (a &+ a &- b) >> 1
            }
        }
    }

    /// Bytes that it takes in a block: combination × 16 + order, lead a, lead b.
    static let byteCount = 3
    static let maximumOrder = 3

    var combination: Combination = .none
    /// How often the remainder is differenced: 0 to 3.
    var order: Int
    /// Indices of the leads it is foretold from, both below the lead's own; 0 without a combination.
    var a = 0
    var b = 0

    var bytes: [UInt8] { [combination.rawValue << 4 | UInt8(order), UInt8(a), UInt8(b)] }

    /// Reads three bytes, or returns nil if they say what no encoder of this version writes.
    init?(_ first: UInt8, _ second: UInt8, _ third: UInt8, lead: Int) {
        guard let combination = Combination(rawValue: first >> 4), first & 15 <= Self.maximumOrder else { return nil }
        self.init(combination: combination, order: Int(first & 15), a: Int(second), b: Int(third))
        guard combination == .none ? a == 0 && b == 0 : a < lead && b < lead && a != b else { return nil }
    }

    init(combination: Combination = .none, order: Int, a: Int = 0, b: Int = 0) {
        self.combination = combination
        self.order = order
        self.a = a
        self.b = b
    }
}

/// Numbers in as few bytes as they need: sign folded into the lowest bit (0, −1, 1, −2 … become 0, 1, 2, 3 …), then seven
/// bits a byte, lowest first, the top bit set on all but the last byte (LEB128).
enum VariableLength {
    /// 32 bits take at most five bytes.
    static let maximumBytes = 5

    @inline(__always)
    static func fold(_ value: Int32) -> UInt32 { UInt32(bitPattern: value << 1 ^ value >> 31) }
    @inline(__always)
    static func unfold(_ value: UInt32) -> Int32 { Int32(bitPattern: value >> 1) ^ (0 &- Int32(value & 1)) }

    /// Writes each value with its sign folded in.
    static func append(_ values: ArraySlice<Int32>, to bytes: inout [UInt8]) {
        for value in values {
            var rest = fold(value)
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
    }
}
