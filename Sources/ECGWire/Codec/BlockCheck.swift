/// A hash of a block's counts by which the reader knows that it has the device's counts, whatever went wrong: damage on
/// the way or in the store, a run continued in the wrong place, a predictor that rounds differently.
///
/// FNV-1a over 32-bit numbers, for each lead by itself so that leads are worked on side by side, and then over the
/// leads' hashes. A sum would be cheaper, and blind to numbers that deflate, once damaged, repeats from another place.
enum BlockCheck {
    static let byteCount = 4
    /// FNV's offset basis and prime for 32 bits.
    private static let basis: UInt32 = 2_166_136_261
    private static let prime: UInt32 = 16_777_619

    static func hash(_ counts: UnsafeBufferPointer<Int32>, channels: Int) -> UInt32 {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: channels) { hashes in
            hashes.initialize(repeating: basis)
            guard var count = counts.baseAddress, let hash = hashes.baseAddress else { return basis }
            for _ in 0..<counts.count / channels {
                for lead in 0..<channels { hash[lead] = mix(hash[lead], UInt32(bitPattern: count[lead])) }
                count += channels
            }
            return hashes.reduce(basis, mix)
        }
    }

    @inline(__always)
    private static func mix(_ hash: UInt32, _ number: UInt32) -> UInt32 { (hash ^ number) &* prime }
}
