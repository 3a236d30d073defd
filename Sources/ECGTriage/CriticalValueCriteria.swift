public import ECGModel

/// A run of wide complexes, by beats, rate and duration.
public struct WideComplexRunCriterion: Hashable, Sendable, Codable {
    public var rule: TriageRule
    public var fewestBeats: Int
    @InUnit public var rate: BeatsPerMinute
    @InUnit public var duration: Milliseconds
}

/// A rate at or beyond which somebody must be told.
public struct RateCriterion: Hashable, Sendable, Codable {
    public var rule: TriageRule
    @InUnit public var rate: BeatsPerMinute
}

/// A duration at or beyond which somebody must be told.
public struct DurationCriterion: Hashable, Sendable, Codable {
    public var rule: TriageRule
    @InUnit public var duration: Milliseconds
}

/// The critical values beyond suspected infarction (危急值): what a reader notifies at once. Provinces differ, so every
/// limit is the site's to edit.
public struct CriticalValueCriteria: Hashable, Sendable, Codable {
    /// Ventricular fibrillation or flutter, and how long it must last to be told from artefact.
    public var ventricularFibrillation: DurationCriterion
    /// Sustained ventricular tachycardia: as long as this, or the whole of a recording too short to show it. What is only as
    /// fast as ``ventricularSalvo`` asks is sustained by the usual definition too, which names no higher rate; it has the
    /// priority of ``ventricularRun``.
    public var sustainedVentricularTachycardia: WideComplexRunCriterion
    /// The shortest recording of nothing but wide-complex tachycardia that counts as sustained.
    @InUnit public var shortestWhollyTachycardicRecording: Milliseconds
    public var ventricularRun: WideComplexRunCriterion
    public var ventricularSalvo: WideComplexRunCriterion
    /// Supraventricular tachycardia, by ventricular rate.
    public var supraventricularTachycardia: RateCriterion
    /// Atrial fibrillation with pre-excitation, by the shortest RR interval: at or below it.
    public var preexcitedFibrillation: DurationCriterion
    /// Mean ventricular rate at or below it.
    public var bradycardia: RateCriterion
    /// The longest RR interval of a patient with a complaint, and of anybody.
    public var longRRWithSymptoms: DurationCriterion
    public var longRR: DurationCriterion
    /// No beat for this long, while the signal would have shown one.
    public var asystole: DurationCriterion
    /// The usable leads of which asystole is believed. In fewer it asks for a prompt reading only: a single lead's
    /// electrode that hardly touches looks the same.
    public var fewestLeadsOfAsystole: Int
    /// QT corrected by Bazett.
    public var longQTc: DurationCriterion
}
