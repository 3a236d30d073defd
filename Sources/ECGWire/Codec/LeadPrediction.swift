/// How a lead's counts become the small numbers that are written, chosen by the encoder for each lead of each block.
///
/// First the lead may be foretold from two leads that come before it in the block, as Einthoven and Goldberger relate
/// the limb leads; then the remainder is differenced `order` times, or foretold by an ``AdaptivePredictor``. All
/// arithmetic is that of 32-bit two's complement and wraps around, so every count survives, whatever it is.
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
    /// The orders of codec 1.
    static let standaloneOrders: Set<Int> = [0, 1, 2, 3]
    /// In place of an order: foretold by an ``AdaptivePredictor``.
    static let adaptive = 15
    /// The orders of codec 2.
    static let runOrders: Set<Int> = [0, 1, adaptive]

    var combination: Combination = .none
    /// How often the remainder is differenced, or ``adaptive``.
    var order: Int
    /// Indices of the leads it is foretold from, both below the lead's own; 0 without a combination.
    var a = 0
    var b = 0

    var bytes: [UInt8] { [combination.rawValue << 4 | UInt8(order), UInt8(a), UInt8(b)] }

    /// Reads three bytes, or returns nil if they say what no encoder of this codec writes.
    init?(_ first: UInt8, _ second: UInt8, _ third: UInt8, lead: Int, orders: Set<Int>) {
        guard let combination = Combination(rawValue: first >> 4), orders.contains(Int(first & 15)) else { return nil }
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

extension LeadPrediction {
    /// Adds what other leads foretell of this one, in interleaved counts.
    func addCombination(to lead: Int, of counts: UnsafeMutablePointer<Int32>, channels: Int, samples: Int) {
        @inline(__always) func add(_ predict: (Int32, Int32) -> Int32) {
            var row = counts
            for _ in 0..<samples {
                row[lead] &+= predict(row[a], row[b])
                row += channels
            }
        }
        switch combination {
        case .none: break
        case .difference: add { Combination.difference.predict($0, $1) }
        case .negativeMean: add { Combination.negativeMean.predict($0, $1) }
        case .lessHalf: add { Combination.lessHalf.predict($0, $1) }
        }
    }
}
