import ECGModel

/// The electrical rest between the T wave and the next P wave: where it is looked for, after a beat at the usual rate.
///
/// It is placed by the cycle's length alone, in every beat alike: were it moved with T and P waves as they are found, the level
/// would jump with them.
struct RestStretch: Sendable {
    /// One period of 10 Hz, so five of 50 and six of 60 Hz: hum averages out.
    static let length = Milliseconds(100)
    /// T waves end so long after the R peak at one beat a second, and by Bazett's root of the cycle at others: a QTc of 450 ms,
    /// which is the upper limit, less the way from QRS onset to R peak.
    static let tWaveEnd = Milliseconds(410)
    /// P waves begin at most this long before the R peak: a PR interval of 200 ms and the way from QRS onset to R peak.
    static let pWaveOnset = Milliseconds(240)
    /// What is kept of the signal reaches back from an R peak, when its beat comes, by this much for certain.
    static let lookBack = Milliseconds(600)

    private let window: BeatWindow
    /// From the R peak to the middle of the stretch, in samples; nil where the rate leaves no rest.
    private var delay: Int?

    init(window: BeatWindow) { self.window = window }

    /// Places the stretch in cycles of this mean length.
    mutating func place(in cycle: Milliseconds) {
        let begin = Self.tWaveEnd.value * (cycle.value / 1000).squareRoot() + Self.length.value / 2
        let end = cycle.value - Self.pWaveOnset.value - Self.length.value / 2
        let earliest = cycle.value - Self.lookBack.value + Self.length.value / 2
        delay = begin < end ? window.samples(Milliseconds(min(end, max((begin + end) / 2, earliest)))) : nil
    }

    /// The baseline at rest after a beat's R peak, if the ring holds it yet.
    /// - Parameter next: the next beat's R peak; the stretch ends before its P wave, or there was no rest.
    func knot(after peak: SampleIndex, before next: SampleIndex? = nil, of source: RingBeat) -> BaselineKnot? {
        guard let delay else { return nil }
        let half = window.samples(Self.length) / 2
        let middle = peak + delay
        if let next, middle + half > next - window.samples(Self.pWaveOnset) { return nil }
        let position = middle - source.start
        guard half > 0, source.isHeld(position - half..<position + half) else { return nil }
        return BaselineKnot(sample: middle, level: source.meanWithHum(over: position - half..<position + half))
    }
}
