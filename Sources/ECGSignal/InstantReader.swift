import ECGModel

/// Converts interleaved counts to millivolts, all channels of an instant at a time.
struct InstantReader: Sendable {
    /// No electrode sees more, and squares of it stay far within a Float: ±100 V.
    private static let greatestMillivolts: Float = 100_000

    let channelCount: Int
    private let millivoltsPerCount: SIMD16<Float>
    private let baseline: SIMD16<Float>
    /// All bits of a channel's lane set.
    private let channelBits: SIMD16<Int32>
    /// Counts no farther from zero than this are neither missing nor beyond ``greatestMillivolts`` in any channel.
    private let greatestPlainCount: Int32
    private var held = SIMD16<Float>.zero

    init(channels: [Channel]) {
        channelCount = channels.count
        var scale = SIMD16<Float>.zero
        var zero = SIMD16<Float>.zero
        var bits = SIMD16<Int32>.zero
        var plain = Double(Int32.max / 2)
        for (lane, channel) in channels.enumerated() {
            scale[lane] = Float(channel.nanovoltsPerCount / 1_000_000)
            zero[lane] = Float(channel.baseline)
            bits[lane] = -1
            let limit = Double(Self.greatestMillivolts) * 1_000_000 / channel.nanovoltsPerCount
            plain = min(plain, 0.99 * limit - abs(Double(channel.baseline)))
        }
        millivoltsPerCount = scale
        baseline = zero
        channelBits = bits
        greatestPlainCount = Int32(max(0, plain))
    }

    /// Whether no count of a block needs a second look: none missing, none beyond what is possible.
    func isPlain(_ counts: UnsafeBufferPointer<Int32>) -> Bool {
        // A count or its complement, whichever is not negative: their union is at least as great as the greatest.
        var union: Int32 = 0
        for count in counts { union |= count ^ (count >> 31) }
        return union < greatestPlainCount
    }

    /// Appends the next instants of a plain block to the ring; 0 in lanes without a channel.
    ///
    /// - Parameter index: where the first instant's counts begin.
    @inline(__always)
    mutating func readPlain(
        _ counts: UnsafeBufferPointer<Int32>, at index: Int, instants: Int, into ring: inout SampleRing
    ) {
        var start = index
        var newest = held
        ring.append(count: instants) {
            newest = (Self.floats(load(counts, at: start)) - baseline) * millivoltsPerCount
            start += channelCount
            return newest
        }
        held = newest
    }

    /// Millivolts by lane of any instant; a missing sample keeps the channel's last value.
    ///
    /// - Returns: also the channels that are missing.
    mutating func read(
        _ counts: UnsafeBufferPointer<Int32>, at index: Int
    ) -> (millivolts: SIMD16<Float>, missing: SIMDMask<SIMD16<Int32>>) {
        let vector = load(counts, at: index)
        let missing = (vector .== SIMD16(repeating: Samples.missing)) .& (channelBits .!= 0)
        let limit = SIMD16<Float>(repeating: Self.greatestMillivolts)
        var millivolts = (Self.floats(vector) - baseline) * millivoltsPerCount
        millivolts.replace(with: limit, where: millivolts .> limit)
        millivolts.replace(with: -limit, where: millivolts .< -limit)
        held = millivolts.replacing(with: held, where: missing)
        return (held, missing)
    }

    /// The counts of an instant; 0 in lanes without a channel.
    @inline(__always)
    private func load(_ counts: UnsafeBufferPointer<Int32>, at index: Int) -> SIMD16<Int32> {
        if index + 16 <= counts.count, let base = counts.baseAddress {
            return UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Int32>.self) & channelBits
        }
        var vector = SIMD16<Int32>.zero
        for lane in 0..<channelCount { vector[lane] = counts[index + lane] }
        return vector
    }

    /// Written out, lane by lane, because the compiler makes four instructions of it, and none of `SIMD16<Float>(_:)`.
    @inline(__always)
    private static func floats(_ v: SIMD16<Int32>) -> SIMD16<Float> {
        SIMD16(
            Float(v[0]), Float(v[1]), Float(v[2]), Float(v[3]), Float(v[4]), Float(v[5]), Float(v[6]), Float(v[7]),
            Float(v[8]), Float(v[9]), Float(v[10]), Float(v[11]), Float(v[12]), Float(v[13]), Float(v[14]),
            Float(v[15]))
    }
}
