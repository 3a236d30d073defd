import ECGModel

/// Samples of all leads by position in a ``BeatWindow``: either one beat in the ring or the averaged beat.
protocol BeatSource {
    /// The instant at a position of the window, in millivolts.
    subscript(_ position: Int) -> SIMD16<Float> { get }
}

/// One beat as it lies in the ring, seen through the window around its R peak.
///
/// Positions that the ring does not hold, because the recording starts or ends there, stand at the nearest sample it
/// holds.
struct RingBeat: BeatSource {
    private let ring: SampleRing
    /// The sample at position 0 of the window.
    let start: SampleIndex
    private let first: SampleIndex
    private let last: SampleIndex

    init(_ ring: SampleRing, peak: SampleIndex, window: BeatWindow) {
        self.ring = ring
        start = peak - window.samplesBeforePeak
        first = ring.startSample
        last = ring.endSample - 1
    }

    subscript(_ position: Int) -> SIMD16<Float> {
        ring[min(max(start + position, first), last)]
    }
}

extension BeatSource {
    /// The mean over a range of positions.
    func mean(over positions: Range<Int>) -> SIMD16<Float> {
        var sum = SIMD16<Float>.zero
        for position in positions { sum += self[position] }
        return sum / Float(max(1, positions.count))
    }
}
