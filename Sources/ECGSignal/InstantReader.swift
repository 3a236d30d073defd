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
    /// A power of two: counts from its negative on and below it are neither missing nor beyond ``greatestMillivolts`` in
    /// any channel.
    private let plainLimit: UInt32
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
        plainLimit = plain >= 1 ? 1 << UInt32(Int32(plain).leadingZeroBitCount ^ 31) : 0
    }

    /// Appends the next instants of a block to the ring, 0 in lanes without a channel, if none of their counts needs a
    /// second look: none missing, none beyond what is possible.
    ///
    /// - Parameter index: where the first instant's counts begin.
    /// - Returns: false where nothing was appended.
    mutating func readPlain(
        _ counts: UnsafeBufferPointer<Int32>, at index: Int, instants: Int, into ring: inout SampleRing
    ) -> Bool {
        guard instants > 0 else { return false }
        // One pass converts and asks: the union of numbers is below a power of two if all of them are.
        var union = SIMD4<UInt32>.zero
        let isPlain = ring.append(count: instants) { slots, offset in
            for quad in 0..<SIMD16<Float>.quads(forChannels: channelCount) {
                readPlain(counts, at: index + offset * channelCount, quad: quad, into: slots, &union)
            }
            return (union.x | union.y | union.z | union.w) < 2 * plainLimit
        }
        if isPlain { held = ring[ring.endSample - 1] }
        return isPlain
    }

    /// Quad by quad, so that lanes without a channel cost nothing.
    @inline(__always)
    private func readPlain(
        _ counts: UnsafeBufferPointer<Int32>, at index: Int, quad: Int, into slots: SampleRing.Slots,
        _ union: inout SIMD4<UInt32>
    ) {
        guard let base = counts.baseAddress else { return }
        let scale = millivoltsPerCount.quad(quad)
        let zero = baseline.quad(quad)
        let bits = channelBits.quad(quad)
        let first = index + quad * 4
        // Where the last quad is not full, the vectors of a block's last instants would reach beyond its counts.
        let left = counts.count - first
        let wholeVectors = left < 4 ? 0 : min(slots.count, (left - 4) / channelCount + 1)
        var next = UnsafeRawPointer(base + first)
        for slot in 0..<wholeVectors {
            let vector = next.loadUnaligned(as: SIMD4<Int32>.self) & bits
            union |= unsafeBitCast(vector, to: SIMD4<UInt32>.self) &+ plainLimit
            slots.fill(slot, quad: quad, with: (Self.floats(vector) - zero) * scale)
            next += channelCount &* MemoryLayout<Int32>.stride
        }
        for slot in wholeVectors..<slots.count {
            let vector = load(counts, at: index + slot * channelCount).quad(quad)
            union |= unsafeBitCast(vector, to: SIMD4<UInt32>.self) &+ plainLimit
            slots.fill(slot, quad: quad, with: (Self.floats(vector) - zero) * scale)
        }
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

    /// Written out, lane by lane, because the compiler makes one instruction of it, and none of `SIMD4<Float>(_:)`.
    @inline(__always)
    private static func floats(_ v: SIMD4<Int32>) -> SIMD4<Float> {
        SIMD4(Float(v.x), Float(v.y), Float(v.z), Float(v.w))
    }

    private static func floats(_ v: SIMD16<Int32>) -> SIMD16<Float> {
        SIMD16(
            lowHalf: SIMD8(lowHalf: floats(v.lowHalf.lowHalf), highHalf: floats(v.lowHalf.highHalf)),
            highHalf: SIMD8(lowHalf: floats(v.highHalf.lowHalf), highHalf: floats(v.highHalf.highHalf)))
    }
}
