public import ECGFormats
public import ECGModel

/// A wave that a person marked: its onset, its peak and its end.
public struct MarkedWave: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case p, qrs, t }

    public var kind: Kind
    /// Some T waves have no marked onset.
    public var onset: SampleIndex?
    public var peak: SampleIndex
    public var end: SampleIndex?

    /// The waves of an annotation file: `(`, the peak (`p`, a beat, `t`) and `)` in a row, as the annotators of LUDB and of
    /// the QT database wrote them. A boundary belongs to the peak beside it.
    public static func waves(in annotations: [Annotation]) -> [MarkedWave] {
        annotations.indices.compactMap { place in
            let kind: Kind
            switch annotations[place].code {
            case .pWavePeak: kind = .p
            case .tWavePeak: kind = .t
            default:
                guard annotations[place].code.beatClass != nil else { return nil }
                kind = .qrs
            }
            let before = place > 0 ? annotations[place - 1] : nil
            let after = place + 1 < annotations.count ? annotations[place + 1] : nil
            return MarkedWave(
                kind: kind, onset: before.flatMap { $0.code == .waveOnset ? $0.sample : nil },
                peak: annotations[place].sample, end: after.flatMap { $0.code == .waveEnd ? $0.sample : nil })
        }
    }
}
