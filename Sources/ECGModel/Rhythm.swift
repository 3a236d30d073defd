/// A rhythm that the analyser or a reference annotation tells apart. The raw values are WFDB's rhythm labels where the
/// database has one.
public enum Rhythm: String, Hashable, Sendable, Codable, CaseIterable {
    case regular = "N"
    case bradycardia = "SBR"
    case tachycardia = "SVTA"
    case atrialFibrillation = "AFIB"
    case wideComplexTachycardia = "VT"
    case ventricularFibrillation = "VF"
    case asystole = "ASYS"
    case paced = "P"
    case pause = "PAUSE"
    case atrioventricularBlock = "BII"
    case noise = "NOISE"
    case unknown = "U"
}

/// A span of one rhythm; `end` is the first sample that no longer belongs to it.
public struct RhythmEpisode: Hashable, Sendable, Codable {
    public var rhythm: Rhythm
    public var start: SampleIndex
    public var end: SampleIndex

    public init(rhythm: Rhythm, start: SampleIndex, end: SampleIndex) {
        self.rhythm = rhythm
        self.start = start
        self.end = end
    }
}
