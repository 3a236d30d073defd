import ECGModel

/// Recognises ventricular fibrillation and flutter: for seconds the signal swings to and fro without rest, nearly as a
/// sine, and shows no QRS complexes.
///
/// Two measures over four seconds, judged each second: the part of the samples far from zero (threshold crossing sample
/// count, Arafat et al. 2011) and the VF filter's leakage (Kuo & Dillman 1978).
struct FibrillationDetector: Sendable {
    private static let windowSeconds = 4.0
    /// Of the largest swing in the window: what counts as far from zero.
    private static let restPart: Float = 0.2
    private static let leastActivePart: Float = 0.62
    private static let greatestLeakage: Float = 0.45
    /// Peak amplitude: below it is asystole or noise.
    private static let leastMillivolts: Float = 0.15
    /// Frequency of the swings, per second: fibrillation and flutter have 2 to 9.
    private static let frequencies: ClosedRange<Float> = 2...9.5
    private static let secondsToStart = 3

    private let rate: Double
    private var ring: [SIMD16<Float>]
    private var window: [Float]
    private var end = 0
    private var ticks = 0
    private let tickStep: Int
    private var positiveSeconds = 0
    private var negativeSeconds = 0
    private(set) var isActive = false
    private(set) var duration = Milliseconds(0)
    private(set) var activePart: Float = 0
    private(set) var leakage: Float = 1
    private(set) var frequency: Float = 0

    /// - Parameter rate: ticks per second of the detection signal; every second one is enough here.
    init(rate: Double) {
        tickStep = 2
        self.rate = rate / 2
        ring = Array(repeating: .zero, count: 512)
        window = Array(repeating: 0, count: 512)
    }

    mutating func push(_ wide: SIMD16<Float>) {
        ticks += 1
        guard ticks % tickStep == 0 else { return }
        ring[end & 511] = wide
        end += 1
    }

    mutating func endSecond(gain: SIMD16<Float>, isTrusted: Bool) {
        let n = Int(Self.windowSeconds * rate)
        guard end >= n else { return }
        var lane = 0
        for l in 1..<16 where gain[l] > gain[lane] { lane = l }
        measure(lane, n)
    }

    private mutating func measure(_ lane: Int, _ n: Int) {
        // To be tuned on recordings.
        _ = n
    }
}
