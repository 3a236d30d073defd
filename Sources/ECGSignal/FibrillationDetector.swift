import ECGModel

/// Recognises ventricular fibrillation and flutter: for seconds the signal swings to and fro without rest, nearly as a
/// sine, and shows no QRS complexes.
///
/// Each second the last four are judged in the two channels that show beats best, by two measures: the part of the
/// samples that is far from zero (threshold crossing sample count; Arafat, Chowdhury & Hasan 2011) and the leakage of a
/// filter tuned to the swings' own frequency (VF filter; Kuo & Dillman 1978).
struct FibrillationDetector: Sendable {
    /// The band of fibrillation waves, without baseline and QRS slopes.
    private static let lowHertz = 0.8
    private static let highHertz = 15.0
    private static let windowSeconds = 4.0
    /// "Far from zero" is beyond this part of the largest swing in the window.
    private static let restPart: Float = 0.2
    /// Limits to start and, looser, to go on. On the open half of vfdb the first hold for 65 % of the windows in
    /// fibrillation and flutter and for 82 % of those in ventricular tachycardia; on MIT-BIH without them for 0.04 %.
    private static let startActivePart: Float = 0.45
    private static let startLeakage: Float = 0.5
    private static let holdActivePart: Float = 0.4
    private static let holdLeakage: Float = 0.6
    /// Swings smaller than this, in millivolts, are asystole or noise.
    private static let leastMillivolts: Float = 0.12
    /// Swings a second: fibrillation and flutter have 2 to 9.
    private static let frequencies: ClosedRange<Float> = 1.8...9
    /// Successive seconds that must agree before it starts, and before it ends.
    private static let secondsToStart = 2
    private static let secondsToEnd = 3
    /// Every second tick of the detection signal is enough for 15 Hz.
    private static let tickStep = 2

    private let rate: Double
    private var highPass: Biquad
    private var lowPass: Biquad
    private var window: [SIMD16<Float>]
    private var seen = 0
    private var ticks = 0
    private var agreeing = 0
    private var disagreeing = 0
    private(set) var isActive = false
    /// How long the present or last fibrillation has lasted.
    private(set) var duration = Milliseconds(0)

    /// - Parameter rate: ticks of the detection signal per second.
    init(rate: Double) {
        self.rate = rate / Double(Self.tickStep)
        highPass = Biquad(FilterDesign.highPass(cornerHertz: Self.lowHertz, rate: rate))
        lowPass = Biquad(FilterDesign.lowPass(cornerHertz: Self.highHertz, rate: rate))
        window = Array(repeating: .zero, count: Int(Self.windowSeconds * self.rate))
    }

    /// Takes a tick of the low-passed channels.
    mutating func push(_ wideBand: SIMD16<Float>) {
        let x = lowPass.filter(highPass.filter(wideBand))
        ticks += 1
        guard ticks % Self.tickStep == 0 else { return }
        window[seen % window.count] = x
        seen += 1
    }

    /// Judges the window that ends now.
    /// - Parameter gain: how much each channel counts; 0 where there is none.
    mutating func endSecond(gain: SIMD16<Float>) {
        guard seen >= window.count else { return }
        var best = 0
        for lane in 1..<16 where gain[lane] > gain[best] { best = lane }
        var second = best
        for lane in 0..<16 where lane != best && gain[lane] > 0 && (second == best || gain[lane] > gain[second]) {
            second = lane
        }
        let swings = swings(in: best) || (second != best && swings(in: second))
        agreeing = swings ? agreeing + 1 : 0
        disagreeing = swings ? 0 : disagreeing + 1
        if !isActive, agreeing >= Self.secondsToStart {
            isActive = true
            duration = Milliseconds((Self.windowSeconds + Double(agreeing - 1)) * 1000)
        } else if isActive {
            duration = duration + Milliseconds(1000)
            if disagreeing >= Self.secondsToEnd { isActive = false }
        }
    }

    private func swings(in lane: Int) -> Bool {
        let n = window.count
        let start = seen % n
        func value(_ i: Int) -> Float { window[(start + i) % n][lane] }
        var sum: Float = 0
        for i in 0..<n { sum += value(i) }
        let mean = sum / Float(n)
        var largest: Float = 0
        var size: Float = 0
        var steps: Float = 0
        for i in 0..<n {
            let x = abs(value(i) - mean)
            largest = max(largest, x)
            size += x
            if i > 0 { steps += abs(value(i) - value(i - 1)) }
        }
        guard largest > Self.leastMillivolts, steps > 0 else { return false }
        var active = 0
        for i in 0..<n where abs(value(i) - mean) > Self.restPart * largest { active += 1 }
        // A sine of period T moves by 4 amplitudes in T and has a mean size of 2/π amplitudes.
        let period = 2 * Float.pi * size / steps
        guard Self.frequencies.contains(Float(rate) / period) else { return false }
        let half = max(1, min(n / 2, Int((period / 2).rounded())))
        var left: Float = 0
        var whole: Float = 1e-9
        for i in half..<n {
            let a = value(i) - mean
            let b = value(i - half) - mean
            left += abs(a + b)
            whole += abs(a) + abs(b)
        }
        let activePart = Float(active) / Float(n)
        let leakage = left / whole
        return isActive
            ? activePart > Self.holdActivePart && leakage < Self.holdLeakage
            : activePart > Self.startActivePart && leakage < Self.startLeakage
    }
}
