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

    /// The instant to keep at the ring's present end, by quads of channels.
    ///
    /// Before the recording's start its first instant stands.
    func keep(
        from ring: SampleRing, quads: Int, _ take: (_ quad: Int, _ millivolts: SIMD4<Float>) -> Void
    ) {
        let last = ring.endSample - 1
        let centre = last - delay
        if centre - delay >= 0, ring.isContiguous(from: centre - delay, through: last) {
            ring.withUnsafeQuads { samples in
                taps.withUnsafeBufferPointer { buffer in
                    guard let taps = buffer.baseAddress else { return }
                    let middle = ring.slot(of: centre) * SampleRing.quadsPerInstant
                    let step = SampleRing.quadsPerInstant
                    for quad in 0..<quads {
                        // Two sums side by side: one would wait for each of its additions.
                        var even = samples[middle + quad] * taps[0]
                        var odd = SIMD4<Float>.zero
                        var before = middle + quad
                        var after = before
                        for pair in 0..<delay / 2 {
                            odd += (samples[before - step] + samples[after + step]) * taps[2 * pair + 1]
                            before -= 2 * step
                            after += 2 * step
                            even += (samples[before] + samples[after]) * taps[2 * pair + 2]
                        }
                        if delay & 1 == 1 { odd += (samples[before - step] + samples[after + step]) * taps[delay] }
                        take(quad, even + odd)
                    }
                }
            }
        } else {
            var sum = ring[max(0, centre)] * taps[0].x
            for k in 1...delay { sum += (ring[max(0, centre - k)] + ring[max(0, centre + k)]) * taps[k].x }
            for quad in 0..<quads { take(quad, sum.quad(quad)) }
        }
    }
}
