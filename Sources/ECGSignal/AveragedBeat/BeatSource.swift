import ECGModel

/// Samples of all leads by position in a ``BeatWindow``: either one beat in the ring or the averaged beat.
protocol BeatSource {
    /// The instant at a position of the window, in millivolts.
    subscript(_ position: Int) -> SIMD16<Float> { get }
}

/// One beat as it lies in the ring, seen through the window around its R peak, with its mains hum taken off.
struct RingBeat: BeatSource {
    private let ring: SampleRing.View
    /// The sample at position 0 of the window.
    private(set) var start: SampleIndex
    private let first: SampleIndex
    private let last: SampleIndex
    /// The hum, and where its phase is counted from.
    private var hum = MainsHum.Phasor.silent
    private var humStart: SampleIndex = 0

    init(_ ring: SampleRing.View, peak: SampleIndex, window: BeatWindow) {
        self.ring = ring
        start = peak - window.samplesBeforePeak
        first = ring.startSample
        last = ring.endSample - 1
    }

    /// The same beat without a hum that was found in it.
    func removing(_ hum: MainsHum.Phasor) -> RingBeat {
        var clean = self
        clean.hum = hum
        clean.humStart = start
        return clean
    }

    /// The same samples seen through a window that stands later by some samples.
    func shifted(by samples: Int) -> RingBeat {
        var later = self
        later.start += samples
        return later
    }

    /// The positions whose samples the ring holds.
    var heldPositions: Range<Int> { first - start..<last + 1 - start }

    /// Whether the ring holds the samples of some positions.
    func isHeld(_ positions: Range<Int>) -> Bool {
        start + positions.lowerBound >= first && start + positions.upperBound <= last + 1
    }

    /// The instant at a position. Those that the ring does not hold, because the recording starts or ends there, stand at
    /// the nearest sample it holds.
    @inline(__always) subscript(_ position: Int) -> SIMD16<Float> {
        held(min(max(start + position, first), last) - start)
    }

    /// The same with its hum.
    @inline(__always) func humming(_ position: Int) -> SIMD16<Float> {
        ring[min(max(start &+ position, first), last)]
    }

    /// The mean over positions that the ring holds, with the hum.
    func meanWithHum(over positions: Range<Int>) -> SIMD16<Float> {
        var sum = SIMD16<Float>.zero
        for position in positions { sum += ring[start &+ position] }
        return sum / Float(positions.count)
    }

    /// The instant at a position that the ring holds.
    @inline(__always) func held(_ position: Int) -> SIMD16<Float> {
        let sample = start + position
        let level = ring[sample]
        return hum.isSilent ? level : level - hum.value(at: sample - humStart)
    }

    /// Lends a walk over a quad's instants from a position on; the ring holds them as far as the walk goes.
    @inline(__always)
    func withWalk(from position: Int, by step: Int = 1, quad: Int, _ body: (Walk) -> Void) {
        let sample = start + position
        let samples = ring.walk(from: sample, by: step, quad: quad)
        hum.withWalk(from: sample - humStart, by: step, quad: quad) { body(Walk(samples: samples, hum: $0)) }
    }

    /// One quad of instants at equal distances, one after the other.
    struct Walk {
        fileprivate var samples: SampleRing.Walk
        fileprivate var hum: MainsHum.Walk?

        @inline(__always) mutating func next() -> SIMD4<Float> {
            let level = samples.next()
            guard let value = hum?.next() else { return level }
            return level - value
        }
    }
}

extension BeatSource {
    /// The mean over a range of positions.
    @inline(__always)
    func mean(over positions: Range<Int>) -> SIMD16<Float> {
        var sum = SIMD16<Float>.zero
        for position in positions { sum += self[position] }
        return sum / Float(max(1, positions.count))
    }
}
