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
