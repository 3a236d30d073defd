import ECGModel

/// Judges every channel once a second on its raw samples.
struct QualityTracker: Sendable {
    /// A channel that moves less than this in a second, in millivolts, is not connected: converters show noise of at
    /// least their own step, and 0.1 µV is below any step in use.
    private static let constantMillivolts: Float = 0.0001
    /// A second in which this part of a channel's samples is missing has no signal.
    private static let missingPart: Float = 0.5
    /// A rail is where a channel rests at its extreme for this part of a second…
    private static let railPart: Float = 0.08
    /// … and the signal is larger than this: small quantised signals often repeat their extremes.
    private static let railRangeMillivolts: Float = 2
    /// Hum of this amplitude (0.05 mV, half of the smallest ST change that counts) disturbs ST levels.
    private static let mainsMillivolts: Float = 0.05
    /// Root mean square of what is above the hum and the QRS band that disturbs like it.
    private static let muscleMillivolts: Float = 0.05
    /// Movement of the mean level from second to second that an averaged beat does not remove.
    private static let baselineMillivolts: Float = 1
    /// Share of a new second in the running noise measures: memory of about four seconds.
    private static let share: Float = 0.25

    private let rate: Double
    private let channelCount: Int
    private let samplesPerSecond: Int
    private var missingInSecond = SIMD16<Float>.zero
    private var seconds = 0
    private var previousMean = SIMD16<Float>.zero
    private var hum = SIMD16<Float>.zero
    private var muscle = SIMD16<Float>.zero
    private var drift = SIMD16<Float>.zero
    /// By channel, of the last second.
    private(set) var isOff: SIMDMask<SIMD16<Int32>> = SIMDMask(repeating: false)
    private(set) var isSaturated: SIMDMask<SIMD16<Int32>> = SIMDMask(repeating: false)

    init(channelCount: Int, samplingRate: Hertz) {
        rate = samplingRate.value
        self.channelCount = channelCount
        samplesPerSecond = Int(samplingRate.value.rounded())
    }

    @inline(__always)
    mutating func note(missing: SIMDMask<SIMD16<Int32>>) {
        missingInSecond.replace(with: missingInSecond + 1, where: missing)
    }

    /// Whether at least one channel of the last second shows a patient.
    var isConnected: Bool {
        for lane in 0..<channelCount where !isOff[lane] && !isSaturated[lane] { return true }
        return false
    }

    /// Judges the last `count` instants of the ring, a second or what is left of it at the end.
    mutating func assess(_ ring: SampleRing, count: Int) {
        let end = ring.endSample
        let start = max(ring.startSample, end - count)
        guard end - start > 2 else { return }
        let n = Float(end - start)
        var low = ring[start]
        var high = low
        var sum = SIMD16<Float>.zero
        var roughness = SIMD16<Float>.zero
        for i in start..<end {
            let x = ring[i]
            low.replace(with: x, where: x .< low)
            high.replace(with: x, where: x .> high)
            sum += x
            if i >= start + 2 {
                let second = x - 2 * ring[i - 1] + ring[i - 2]
                roughness += second * second
            }
        }
        let range = high - low
        let mean = sum / n
        var atRail = SIMD16<Float>.zero
        let margin = range * 0.002
        for i in start..<end {
            let x = ring[i]
            let rests = (x .>= high - margin) .| (x .<= low + margin)
            atRail.replace(with: atRail + 1, where: rests)
        }
        isOff = (range .< Self.constantMillivolts) .| (missingInSecond .> n * Self.missingPart)
        isSaturated = (range .> Self.railRangeMillivolts) .& (atRail .> n * Self.railPart)
        let humNow = max(amplitude(of: 50, ring, start, end, mean), amplitude(of: 60, ring, start, end, mean))
        // White noise of variance v has second differences of variance 6 v.
        let roughNow = (roughness / (6 * n)).squareRoot()
        let driftNow = seconds == 0 ? .zero : absolute(mean - previousMean)
        let share: Float = seconds == 0 ? 1 : Self.share
        hum += (humNow - hum) * share
        muscle += (roughNow - muscle) * share
        drift += (driftNow - drift) * share
        previousMean = mean
        missingInSecond = .zero
        seconds += 1
    }

    func write(into measurements: inout Measurements) {
        var usable = 0
        for lane in 0..<channelCount {
            var problems: SignalProblems = []
            if isOff[lane] { problems.insert(.leadOff) }
            if isSaturated[lane] { problems.insert(.saturated) }
            if hum[lane] > Self.mainsMillivolts { problems.insert(.mains) }
            if muscle[lane] > Self.muscleMillivolts, !problems.contains(.mains) { problems.insert(.muscle) }
            if drift[lane] > Self.baselineMillivolts { problems.insert(.baseline) }
            measurements.quality[lane].problems = problems
            measurements.quality[lane].score = score(lane)
            if measurements.quality[lane].isUsable { usable += 1 }
        }
        measurements.recordingQuality.verdict =
            usable == channelCount ? .good : usable * 2 >= channelCount && usable > 0 ? .doubtful : .unusable
    }

    /// 1 without noise; 0.5 where one of the disturbances reaches twice its limit, an ST error of about 0.1 mV.
    private func score(_ lane: Int) -> Double {
        guard !isOff[lane], !isSaturated[lane] else { return 0 }
        let worst = max(
            hum[lane] / Self.mainsMillivolts, muscle[lane] / Self.muscleMillivolts,
            drift[lane] / Self.baselineMillivolts)
        let relative = Double(worst) / 2
        return 1 / (1 + relative * relative)
    }

    /// The amplitude of a frequency over the stretch (Goertzel 1958).
    private func amplitude(
        of hertz: Double, _ ring: SampleRing, _ start: Int, _ end: Int, _ mean: SIMD16<Float>
    ) -> SIMD16<Float> {
        guard hertz < 0.45 * rate else { return .zero }
        let omega = 2 * Double.pi * hertz / rate
        let c = Float(2 * FilterDesign.cosine(omega))
        var s1 = SIMD16<Float>.zero
        var s2 = SIMD16<Float>.zero
        for i in start..<end {
            let s = (ring[i] - mean) + s1 * c - s2
            s2 = s1
            s1 = s
        }
        var power = s1 * s1 + s2 * s2 - s1 * s2 * c
        power.replace(with: SIMD16<Float>.zero, where: power .< 0)
        return power.squareRoot() * (2 / Float(end - start))
    }

    private func max(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> { a.replacing(with: b, where: b .> a) }
    private func max(_ a: Int, _ b: Int) -> Int { Swift.max(a, b) }
    private func max(_ a: Float, _ b: Float, _ c: Float) -> Float { Swift.max(a, b, c) }
    private func absolute(_ a: SIMD16<Float>) -> SIMD16<Float> { a.replacing(with: -a, where: a .< 0) }
}
