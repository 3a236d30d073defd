/// Tells complexes that the ventricles may have made from what is left where they stand still, by size alone: the noise of
/// the amplifier, P waves and bumps of the baseline.
///
/// The detector judges by shape and in proportion to what was usual in the last seconds, so that small complexes are found
/// at any gain; on a line that has gone flat it therefore takes noise for beats sooner or later. This is measured in
/// millivolts.
struct ComplexSize: Sendable {
    /// Monitors must not take a complex of up to 0.15 mV for one of the ventricles (IEC 60601-2-27).
    private static let smallMillivolts: Float = 0.15
    /// Complexes that have always been small are not meant: a small one has less than this part of the usual size. Of 153,000
    /// annotated beats that are found in eight open sets 81 are small by both limits, all in cinc2014x and cpsc2019, where a
    /// gain is wrong or a lead is loose. Any part from 0.25 to 0.5 finds the same asystoles of vfdb 430.
    private static let smallPart: Float = 0.5
    /// From these odds on, as a natural logarithm, a small complex is a beat whatever its size. What is taken for beats in
    /// the asystoles of vfdb has up to 1.8; any limit from 1.5 to 2.5 gives the same alarms.
    private static let sureLogOdds: Float = 2
    /// How far a complex reaches to both sides of its middle.
    private static let reachMilliseconds = 64.0
    /// Share of a new beat in the usual size, and how many times that it may count for: an artefact is not the new size.
    private static let share: Float = 0.1
    private static let greatestPart: Float = 2

    private let reach: Int
    /// The size of the beats so far, in millivolts; nil before the first.
    private var usual: Float?

    /// - Parameter rate: ticks per second.
    init(rate: Double) { reach = Int((Self.reachMilliseconds / 1000 * rate).rounded()) }

    /// Takes a beat; says whether it is so small and doubtful that the heart may be standing still.
    ///
    /// - Parameter channels: those to look at, as bits.
    mutating func isDoubtful(_ beat: BeatDetector.Decision, in signal: DetectionSignal, channels: UInt16) -> Bool {
        let size = size(at: beat.tick, in: signal, channels: channels)
        let before = usual ?? size
        usual = before + (min(size, Self.greatestPart * before) - before) * Self.share
        return beat.logOdds < Self.sureLogOdds && isSmall(size, comparedWith: before)
    }

    /// Whether a wave is too small to be a complex of the ventricles.
    func isSmall(_ wave: BeatDetector.Decision, in signal: DetectionSignal, channels: UInt16) -> Bool {
        guard let usual else { return false }
        return isSmall(size(at: wave.tick, in: signal, channels: channels), comparedWith: usual)
    }

    private func isSmall(_ size: Float, comparedWith usual: Float) -> Bool {
        size < Self.smallMillivolts && size < Self.smallPart * usual
    }

    /// From the lowest to the highest point of the channel where that is most, in millivolts, less the straight line through
    /// the ends: the slope of a wandering baseline.
    private func size(at tick: Int, in signal: DetectionSignal, channels: UInt16) -> Float {
        let step = 1 / Float(2 * reach)
        var greatest: Float = 0
        for quad in 0..<signal.quads {
            let start = signal.wide(at: tick - reach, quad: quad)
            let slope = (signal.wide(at: tick + reach, quad: quad) - start) * step
            var low = SIMD4<Float>.zero
            var high = SIMD4<Float>.zero
            var line = start
            for place in tick - reach..<tick + reach {
                let level = signal.wide(at: place, quad: quad) - line
                low = low.lesser(level)
                high = high.greater(level)
                line += slope
            }
            let size = high - low
            for lane in 0..<4 where channels >> UInt16(quad * 4 + lane) & 1 == 1 {
                greatest = max(greatest, size[lane])
            }
        }
        return greatest
    }
}
