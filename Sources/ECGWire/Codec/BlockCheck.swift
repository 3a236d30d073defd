/// A hash of a block's counts by which the reader knows that it has the device's counts, whatever went wrong: damage on
/// the way or in the store, a run continued in the wrong place, a predictor that rounds differently.
///
/// A polynomial in an odd multiplier modulo 2^32, for each lead by itself so that leads are worked on side by side, and
/// then over the leads' hashes. A sum would be cheaper, and blind to numbers that deflate, once damaged, repeats from
/// another place; where exclusive or takes the place of the addition, two neighbours that change their signs cancel.
enum BlockCheck {
    static let byteCount = 4
    /// What each hash begins with: any number but 0, so that zeros count.
    private static let start: UInt32 = 1
    /// 2^32 / the golden ratio, made odd: its powers have bits everywhere.
    private static let multiplier: UInt32 = 0x9E37_79B1

    static func hash(_ counts: UnsafeBufferPointer<Int32>, channels: Int) -> UInt32 {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: channels) { hashes in
            hashes.initialize(repeating: start)
            guard var count = counts.baseAddress, let hash = hashes.baseAddress else { return start }
            for _ in 0..<counts.count / channels {
                for lead in 0..<channels { hash[lead] = mix(hash[lead], UInt32(bitPattern: count[lead])) }
                count += channels
            }
            return hashes.reduce(start, mix)
        }
    }

    @inline(__always)
    private static func mix(_ hash: UInt32, _ number: UInt32) -> UInt32 { (hash &+ number) &* multiplier }
}
