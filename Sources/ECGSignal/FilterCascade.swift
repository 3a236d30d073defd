public import ECGModel

/// Four second-order sections over all channels of a recording: the least that any analyser of ECG does to its samples,
/// and so the yardstick beside which the whole analysis is timed.
///
/// A band from 0.5 to 40 Hz of fourth order at both ends, the monitoring bandwidth of IEC 60601-2-27.
public struct FilterCascade: Sendable {
    private static let lowHertz = 0.5
    private static let highHertz = 40.0

    private let channelCount: Int
    private var first: Biquad
    private var second: Biquad
    private var third: Biquad
    private var fourth: Biquad
    /// The last instant's filtered counts by lane; lanes beyond the channels hold what follows in memory.
    private var last = SIMD16<Float>.zero

    /// - Precondition: 1 to 16 channels, and a sampling rate that the device protocol takes.
    public init(channelCount: Int, samplingRate: Hertz) {
        precondition(AcquisitionLimits.leads.contains(channelCount), "a recording has 1 to 16 leads")
        precondition(AcquisitionLimits.samplingRate.contains(samplingRate), "the sampling rate is out of range")
        self.channelCount = channelCount
        let qualities = FilterDesign.butterworthQualities(order: 4)
        let rate = samplingRate.value
        first = Biquad(FilterDesign.highPass(cornerHertz: Self.lowHertz, quality: qualities[0], rate: rate))
        second = Biquad(FilterDesign.highPass(cornerHertz: Self.lowHertz, quality: qualities[1], rate: rate))
        third = Biquad(FilterDesign.lowPass(cornerHertz: Self.highHertz, quality: qualities[0], rate: rate))
        fourth = Biquad(FilterDesign.lowPass(cornerHertz: Self.highHertz, quality: qualities[1], rate: rate))
    }

    /// The channel's newest filtered sample, in counts; 0 before the first.
    public func newest(ofChannel channel: Int) -> Float {
        precondition((0..<channelCount).contains(channel), "the recording has such a channel")
        return last[channel]
    }

    /// Filters the next samples of the recording.
    ///
    /// - Precondition: the samples have the recording's channels.
    public mutating func process(_ samples: Samples) {
        precondition(samples.channelCount == channelCount, "samples of one recording have the same channels")
        samples.counts.withUnsafeBufferPointer { counts in
            var index = 0
            while index + channelCount <= counts.count {
                var instant = SIMD16<Int32>.zero
                if index + 16 <= counts.count, let base = counts.baseAddress {
                    instant = UnsafeRawPointer(base + index).loadUnaligned(as: SIMD16<Int32>.self)
                } else {
                    for lane in 0..<channelCount { instant[lane] = counts[index + lane] }
                }
                last = fourth.filter(third.filter(second.filter(first.filter(SIMD16<Float>(instant)))))
                index += channelCount
            }
        }
    }
}
