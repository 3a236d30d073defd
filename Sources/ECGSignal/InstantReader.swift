import ECGModel

/// Converts interleaved counts to millivolts, one instant of all channels at a time.
struct InstantReader: Sendable {
    /// No electrode sees more, and squares of it stay far within a Float: ±100 V.
    private static let greatestMillivolts: Float = 100_000

    let channelCount: Int
    private let millivoltsPerCount: SIMD16<Float>
    private let baseline: SIMD16<Float>
    private let isChannel: SIMDMask<SIMD16<Int32>>
    private var held = SIMD16<Float>.zero
    /// Channels whose last sample was missing.
    private(set) var isMissing: SIMDMask<SIMD16<Int32>>

    init(channels: [Channel]) {
        channelCount = channels.count
        var scale = SIMD16<Float>.zero
        var zero = SIMD16<Float>.zero
        var mask = SIMDMask<SIMD16<Int32>>(repeating: false)
        for (lane, channel) in channels.enumerated() {
            scale[lane] = Float(channel.nanovoltsPerCount / 1_000_000)
            zero[lane] = Float(channel.baseline)
            mask[lane] = true
        }
        millivoltsPerCount = scale
        baseline = zero
        isChannel = mask
        isMissing = SIMDMask(repeating: false)
    }

    /// - Parameters:
    ///   - counts: the recording's counts from this instant on; at least one instant.
    /// - Returns: millivolts by lane, 0 in lanes without a channel; a missing sample keeps the channel's last value.
    @inline(__always)
    mutating func read(_ counts: UnsafeBufferPointer<Int32>, at index: Int) -> SIMD16<Float> {
        var vector = SIMD16<Int32>.zero
        if index + 16 <= counts.count, let base = counts.baseAddress {
            vector = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Int32>.self)
        } else {
            for lane in 0..<channelCount { vector[lane] = counts[index + lane] }
        }
        let missing = (vector .== SIMD16(repeating: Samples.missing)) .& isChannel
        let limit = SIMD16<Float>(repeating: Self.greatestMillivolts)
        var millivolts = (SIMD16<Float>(vector) - baseline) * millivoltsPerCount
        millivolts = millivolts.clamped(lowerBound: -limit, upperBound: limit)
        held.replace(with: millivolts, where: isChannel .& .!missing)
        isMissing = missing
        return held
    }
}
