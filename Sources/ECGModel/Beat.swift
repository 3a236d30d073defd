/// What started a beat, by the classes of ANSI/AAMI EC57 and pacing.
public enum BeatClass: String, Hashable, Sendable, Codable, CaseIterable {
    /// Sinus and other supraventricular conduction with the patient's dominant shape, bundle-branch block included.
    case normal
    /// Premature or escaping beat from above the ventricles.
    case supraventricular
    /// Premature or escaping beat from a ventricle.
    case ventricular
    case paced
    case unclassifiable
}

/// One heartbeat, found in all leads together.
public struct Beat: Hashable, Sendable {
    /// The R peak: the largest deflection of the QRS complex over the leads, weighted by their quality.
    public var rPeak: SampleIndex
    /// The first sample of the QRS complex in any lead.
    public var qrsOnset: SampleIndex?
    /// The end of the QRS complex in all leads, where ST measurement starts.
    public var jPoint: SampleIndex?
    public var beatClass: BeatClass

    public init(
        rPeak: SampleIndex, qrsOnset: SampleIndex? = nil, jPoint: SampleIndex? = nil, beatClass: BeatClass = .normal
    ) {
        self.rPeak = rPeak
        self.qrsOnset = qrsOnset
        self.jPoint = jPoint
        self.beatClass = beatClass
    }
}

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
