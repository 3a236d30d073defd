import ECGModel
import Testing

@testable import ECGSignal

@Suite("Hum of the mains in a beat")
struct MainsHumTests {
    /// 50 Hz repeats within the window at 500 Hz, and only after a second at 257 Hz.
    @Test(
        "Hum is off a beat from its first sample on, wherever the beat is moved", arguments: [257.0, 500],
        [-60.0, 0, 60])
    func movedBeat(rate: Double, milliseconds: Double) {
        let window = BeatWindow(samplingRate: Hertz(rate))
        var ring = SampleRing(capacity: 3 * window.count)
        for index in 0..<ring.capacity {
            let turns = 50 * Double(index) / rate
            let (cosine, _) = Trigonometry.cosineAndSine((turns - turns.rounded()) * 2 * .pi)
            ring.append(SIMD16(repeating: Float(0.25 * cosine)))
        }
        let boundaries = QRSBoundaries(
            onset: Float(window.peak) - window.span(Milliseconds(40)),
            jPoint: Float(window.peak) + window.span(Milliseconds(50)))
        let shift = Milliseconds(milliseconds).samples(at: window.samplingRate)
        var mains = MainsHum(window: window)
        let left = ring.withView { view in
            let humming = RingBeat(view, peak: window.count, window: window)
            let beat = humming.removing(mains.hum(in: humming, boundaries: boundaries)).shifted(by: shift)
            var levels = (0..<window.count).map { beat[$0][0] }
            beat.withWalk(from: 0, quad: 0) { walk in
                var walk = walk
                for _ in 0..<window.count { levels.append(walk.next()[0]) }
            }
            return levels
        }
        let most = left.reduce(Float.zero) { max($0, $1.magnitude) }
        #expect(most < 0.001, "of 0.25 mV of hum \(most) mV are left")
    }
}
