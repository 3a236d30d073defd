import ECGModel

/// A heart for the tests: gaussian waves at given times, projected on any number of leads.
struct SyntheticHeart {
    struct Wave {
        var delaySeconds: Double
        var widthSeconds: Double
        var millivolts: Double
    }
    static let narrow = [
        Wave(delaySeconds: -0.16, widthSeconds: 0.02, millivolts: 0.12),
        Wave(delaySeconds: -0.025, widthSeconds: 0.008, millivolts: -0.12),
        Wave(delaySeconds: 0, widthSeconds: 0.012, millivolts: 1.1),
        Wave(delaySeconds: 0.028, widthSeconds: 0.01, millivolts: -0.25),
        Wave(delaySeconds: 0.28, widthSeconds: 0.045, millivolts: 0.28),
    ]
    static let wide = [
        Wave(delaySeconds: 0, widthSeconds: 0.04, millivolts: 1.5),
        Wave(delaySeconds: 0.09, widthSeconds: 0.035, millivolts: -0.7),
        Wave(delaySeconds: 0.3, widthSeconds: 0.06, millivolts: -0.5),
    ]

    var rate: Double
    var leads: Int
    var seconds: Double
    var nanovoltsPerCount = 2500.0
    /// Lead, sample → millivolts.
    private(set) var millivolts: [[Double]]

    init(rate: Double = 500, leads: Int = 1, seconds: Double) {
        self.rate = rate
        self.leads = leads
        self.seconds = seconds
        millivolts = Array(repeating: Array(repeating: 0, count: Int(seconds * rate)), count: leads)
    }

    var sampleCount: Int { Int(seconds * rate) }
    private func projection(_ lead: Int) -> Double { [1, 0.7, -0.5, 0.4, 1.2, 0.9, -0.8, 0.6][lead % 8] }

    mutating func beat(at time: Double, waves: [Wave] = narrow, scale: Double = 1) {
        for lead in 0..<leads {
            for wave in waves {
                let centre = (time + wave.delaySeconds) * rate
                let width = wave.widthSeconds * rate
                let first = max(0, Int(centre - 5 * width))
                let last = min(sampleCount - 1, Int(centre + 5 * width))
                guard first <= last else { continue }
                for i in first...last {
                    let d = (Double(i) - centre) / width
                    millivolts[lead][i] += projection(lead) * scale * wave.millivolts * Self.exponential(-0.5 * d * d)
                }
            }
        }
    }

    /// Regular beats; returns their times.
    mutating func rhythm(from start: Double, to end: Double, interval: Double, waves: [Wave] = narrow) -> [Double] {
        var times: [Double] = []
        var t = start
        while t < end {
            beat(at: t, waves: waves)
            times.append(t)
            t += interval
        }
        return times
    }

    mutating func sine(
        hertz: Double, millivolts amplitude: Double, from start: Double = 0, to end: Double = .infinity,
        lead only: Int? = nil
    ) {
        for lead in 0..<leads where only == nil || only == lead {
            for i in 0..<sampleCount where Double(i) / rate >= start && Double(i) / rate < end {
                millivolts[lead][i] += amplitude * Self.sine(2 * Double.pi * hertz * Double(i) / rate)
            }
        }
    }

    /// Uniform noise from a fixed seed.
    mutating func noise(millivolts amplitude: Double, seed: UInt64 = 1) {
        var state = seed
        for lead in 0..<leads {
            for i in 0..<sampleCount {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                millivolts[lead][i] += amplitude * (Double(state >> 11) / Double(1 << 52) - 1)
            }
        }
    }

    mutating func set(lead: Int, from start: Double, to end: Double, _ value: (Int) -> Double) {
        for i in Int(start * rate)..<min(sampleCount, Int(end * rate)) { millivolts[lead][i] = value(i) }
    }

    var channels: [Channel] {
        (0..<leads).map { _ in Channel(lead: .unspecified, nanovoltsPerCount: nanovoltsPerCount) }
    }

    var samples: Samples {
        var counts: [Int32] = []
        counts.reserveCapacity(sampleCount * leads)
        for i in 0..<sampleCount {
            for lead in 0..<leads {
                counts.append(Int32((millivolts[lead][i] * 1e6 / nanovoltsPerCount).rounded()))
            }
        }
        return Samples(channelCount: leads, counts: counts)
    }

    static func exponential(_ x: Double) -> Double {
        var y = 1 + x / 4096
        for _ in 0..<12 { y *= y }
        return max(0, y)
    }
    static func sine(_ angle: Double) -> Double {
        var x = angle.truncatingRemainder(dividingBy: 2 * Double.pi)
        if x > Double.pi { x -= 2 * Double.pi }
        var term = x
        var sum = x
        for k in 1...14 {
            term *= -x * x / Double((2 * k) * (2 * k + 1))
            sum += term
        }
        return sum
    }
}
