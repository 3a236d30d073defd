import ECGModel
import Testing

@Suite("Quantities")
struct UnitsTests {
    @Test("one millivolt is a thousand microvolts, both ways")
    func voltage() {
        #expect(Microvolts(Millivolts(0.1)) == 100)
        #expect(Millivolts(Microvolts(250)) == 0.25)
        #expect(Millivolts(-0.3).magnitude == 0.3)
        #expect(Millivolts(0.2) - 0.05 < Millivolts(0.16))
    }

    @Test(
        "durations become the nearest number of samples",
        arguments: [(80.0, 500.0, 40), (80, 360, 29), (0, 500, 0), (1000, 250, 250), (3, 250, 1), (1.9, 250, 0)])
    func samples(milliseconds: Double, rate: Double, samples: Int) {
        #expect(Milliseconds(milliseconds).samples(at: Hertz(rate)) == samples)
    }

    @Test("a sample count and its duration agree at every accepted rate")
    func roundTrip() {
        for rate in stride(from: 100.0, through: 1000, by: 37) {
            for count in stride(from: 0, to: 5000, by: 321) {
                #expect(Milliseconds(samples: count, at: Hertz(rate)).samples(at: Hertz(rate)) == count)
            }
        }
    }

    @Test("nothing compares with what is not a number")
    func notANumber() {
        let nothing = Millivolts(.nan)
        #expect(!(nothing < 0) && !(nothing <= 0) && !(nothing > 0) && !(nothing >= 0))
    }

    @Test("60 beats a minute are one second apart")
    func heartRate() {
        #expect(BeatsPerMinute(interval: 1000) == 60)
        #expect(BeatsPerMinute(interval: 250) == 240)
    }
}
