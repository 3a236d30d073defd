import ECGModel

/// Low-passes the channels and keeps one instant of several, for the detection of beats.
///
/// A symmetric filter, so all frequencies are delayed alike, with the magnitude response of a Butterworth low pass of
/// fourth order; it is evaluated only where an instant is kept, straight from the ring of samples.
struct Decimator: Sendable {
    /// Below Nyquist of the decimated rate and above what a QRS complex needs to be recognised.
    private static let cornerHertz = 40.0
    /// Half of the impulse response that is kept: with 20 ms the response strays from the Butterworth's by at most 5 %
    /// of the passband, at any sampling rate from 125 Hz on.
    private static let halfLengthSeconds = 0.02
    private static let leastHalfLength = 3
    /// The decimated rate that is aimed at; the real one is from 94 to 187 Hz.
    private static let targetRate = 125.0
    /// Points of the frequency response from which the impulse response is computed.
    private static let designPoints = 64

    /// Instants of the recording per kept one.
    let decimation: Int
    /// Kept instants per second.
    let rate: Double
    /// How many instants before the newest the kept one stands.
    let delay: Int
    /// The impulse response from its centre to its end.
    private let taps: [SIMD4<Float>]

    init(samplingRate: Double) {
        decimation = max(1, Int((samplingRate / Self.targetRate).rounded()))
        rate = samplingRate / Double(decimation)
        delay = max(Self.leastHalfLength, Int((Self.halfLengthSeconds * samplingRate).rounded()))
        let response = (0...delay).map { Self.impulseResponse(at: $0, samplingRate: samplingRate) }
        let sum = 2 * response.reduce(0, +) - response[0]
        taps = response.map { SIMD4(repeating: Float($0 / sum)) }
    }

    /// The mean over the frequencies up to Nyquist of a cosine, weighted by the magnitude of the filter.
    private static func impulseResponse(at sample: Int, samplingRate: Double) -> Double {
        var sum = 0.0
        for point in 0..<designPoints {
            let frequency = (Double(point) + 0.5) / Double(designPoints) * samplingRate / 2
            let ratio = frequency / cornerHertz
            let eighthPower = ratio * ratio * ratio * ratio * ratio * ratio * ratio * ratio
            let angle = 2 * Double.pi * frequency * Double(sample) / samplingRate
            sum += FilterDesign.cosine(angle) / (1 + eighthPower).squareRoot()
        }
        return sum / Double(designPoints)
    }

    /// The instants to keep of a stretch of the ring, of one quad of channels.
    ///
    /// All of a stretch at once, so that the processor works on the next instant while the sums of this one are still
    /// waiting for each other. Before the recording's start its first instant stands.
    ///
    /// - Parameters:
    ///   - count: how many instants are kept.
    ///   - end: where the ring ended when the first of them could be kept; the others follow at ``decimation``.
    ///   - take: is given the number of the kept instant and its millivolts.
    @inline(__always)
    func keep(
        _ count: Int, firstAt end: SampleIndex, from ring: SampleRing, quad: Int,
        _ take: (_ index: Int, _ millivolts: SIMD4<Float>) -> Void
    ) {
        let centre = end - 1 - delay
        if isContiguous(around: centre, through: centre + (count - 1) * decimation, in: ring) {
            // The lengths of 250, 500 and 1000 Hz, which the compiler then knows: unrolled, the filter takes two thirds
            // of the instructions.
            switch delay {
            case 5: keepContiguous(count, delay: 5, firstCentre: centre, from: ring, quad: quad, take)
            case 10: keepContiguous(count, delay: 10, firstCentre: centre, from: ring, quad: quad, take)
            case 20: keepContiguous(count, delay: 20, firstCentre: centre, from: ring, quad: quad, take)
            default: keepContiguous(count, delay: delay, firstCentre: centre, from: ring, quad: quad, take)
            }
        } else {
            for index in 0..<count {
                let centre = centre + index * decimation
                if isContiguous(around: centre, through: centre, in: ring) {
                    keepContiguous(1, delay: delay, firstCentre: centre, from: ring, quad: quad) { take(index, $1) }
                } else {
                    take(index, sum(around: centre, in: ring, quad: quad))
                }
            }
        }
    }

    /// Whether all that the filter reaches lies in the ring's memory in one piece.
    @inline(__always)
    private func isContiguous(around first: SampleIndex, through last: SampleIndex, in ring: SampleRing) -> Bool {
        first - delay >= 0 && ring.isContiguous(from: first - delay, through: last + delay)
    }

    @inline(__always)
    private func keepContiguous(
        _ count: Int, delay: Int, firstCentre: SampleIndex, from ring: SampleRing, quad: Int,
        _ take: (_ index: Int, _ millivolts: SIMD4<Float>) -> Void
    ) {
        // Distances in quads.
        let step = SampleRing.quadsPerInstant
        let nextCentre = decimation * step
        ring.withUnsafeQuads { samples in
            taps.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                let taps = QuadMemory(base)
                var centre = samples.from(ring.slot(of: firstCentre) &* step &+ quad)
                for index in 0..<count {
                    // Two sums side by side: one would wait for each of its additions.
                    var even = centre[0] * taps[0]
                    var odd = SIMD4<Float>.zero
                    for pair in 0..<delay / 2 {
                        let near = (2 &* pair &+ 1) &* step
                        let far = near &+ step
                        odd += (centre[0 &- near] + centre[near]) * taps[2 &* pair &+ 1]
                        even += (centre[0 &- far] + centre[far]) * taps[2 &* pair &+ 2]
                    }
                    if delay & 1 == 1 { odd += (centre[0 &- delay &* step] + centre[delay &* step]) * taps[delay] }
                    take(index, even + odd)
                    centre = centre.from(nextCentre)
                }
            }
        }
    }

    /// The same wherever the ring begins a new lap, and at the recording's start.
    private func sum(around centre: SampleIndex, in ring: SampleRing, quad: Int) -> SIMD4<Float> {
        ring.withView { ring in
            func level(_ i: SampleIndex) -> SIMD4<Float> { ring[max(0, i), quad: quad] }
            var sum = level(centre) * taps[0]
            for k in 1...delay { sum += (level(centre - k) + level(centre + k)) * taps[k] }
            return sum
        }
    }
}
