public import ECGFormats
public import ECGModel

/// The beats of one recording beside the reference's, both without those that are out of play.
public struct BeatComparison: Sendable {
    public struct Mark: Sendable, Hashable {
        public var sample: SampleIndex
        public var beatClass: BeatClass
        /// A fusion of a ventricular and a normal beat, which EC57 neither counts for a class nor against one.
        public var isVentricularFusion = false
    }

    public let reference: [Mark]
    public let found: [Mark]
    public let pairing: BeatPairing

    /// - Parameters:
    ///   - reference: all annotations; those that mark beats count.
    ///   - artefactMask: stretches between `MASK` and `END` are out of play, as is annotated ventricular flutter.
    ///   - skipSeconds: what is left out at the beginning.
    public init(
        _ analysed: AnalysedSubject, reference: [Annotation], artefactMask: [Annotation] = [], skipSeconds: Double = 0
    ) {
        let count = analysed.samples.count
        let outOfPlay =
            SampleSpans.flutter(in: reference, sampleCount: count)
            + SampleSpans.artefacts(in: artefactMask, sampleCount: count)
        let first = skipSeconds * analysed.samplingRate.value
        /// In order, one mark a sample.
        func inPlay(_ marks: [Mark]) -> [Mark] {
            var kept: [Mark] = []
            for mark in marks.sorted(by: { $0.sample < $1.sample })
            where Double(mark.sample) >= first && mark.sample < count && !outOfPlay.contains(mark.sample)
                && mark.sample != kept.last?.sample
            {
                kept.append(mark)
            }
            return kept
        }
        self.reference = inPlay(
            reference.compactMap { mark in
                mark.code.beatClass.map {
                    Mark(sample: mark.sample, beatClass: $0, isVentricularFusion: mark.code == .ventricularFusion)
                }
            })
        found = inPlay(analysed.beats.map { Mark(sample: $0.beat.rPeak, beatClass: $0.beat.beatClass) })
        pairing = BeatPairing(
            reference: self.reference.map(\.sample), test: found.map(\.sample),
            window: BeatPairing.window(at: analysed.samplingRate))
    }
}
