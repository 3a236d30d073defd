public import ECGModel

/// How the beats found in one or more recordings agree with the reference.
public struct BeatScore: Sendable, Hashable {
    public var truePositives = 0
    public var falseNegatives = 0
    public var falsePositives = 0
    /// How far the R peaks of paired beats are apart.
    public var errorsMilliseconds = Spread()

    public init() {}

    public init(_ pairing: BeatPairing, samplingRate: Hertz) {
        truePositives = pairing.pairs.count
        falseNegatives = pairing.missed.count
        falsePositives = pairing.extra.count
        errorsMilliseconds = Spread(pairing.pairs.map { Double($0.error) * 1000 / samplingRate.value })
    }

    public var sensitivity: Share { Share(hits: truePositives, of: truePositives + falseNegatives) }
    public var positivePredictivity: Share { Share(hits: truePositives, of: truePositives + falsePositives) }
    /// The harmonic mean of both in per cent; nil where there are no beats at all.
    public var f1: Double? {
        let all = 2 * truePositives + falseNegatives + falsePositives
        return all == 0 ? nil : 200 * Double(truePositives) / Double(all)
    }
    public var mistakes: Int { falseNegatives + falsePositives }

    public static func += (a: inout BeatScore, b: BeatScore) {
        a.truePositives += b.truePositives
        a.falseNegatives += b.falseNegatives
        a.falsePositives += b.falsePositives
        a.errorsMilliseconds = Spread(a.errorsMilliseconds.values + b.errorsMilliseconds.values)
    }
}
