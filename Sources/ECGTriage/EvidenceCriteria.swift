public import ECGModel

/// How much signal an alert needs: what keeps noise and accident from paging somebody.
public struct EvidenceCriteria: Hashable, Sendable, Codable {
    /// How many assessments in a row, one a second, must agree before a pattern of the averaged beat alerts. The last
    /// assessment of a recording decides alone.
    public var assessmentsToHold: Int
    /// Beats in the averaged beat, while the recording goes on and when it has ended.
    public var fewestBeats: Int
    public var fewestBeatsWhenEnded: Int
    /// Usable leads of the conventional twelve and their extensions: fewer are a monitor, which cannot show contiguity.
    public var fewestLeads: Int
    /// A level must pass its limit by this many standard errors: the lead's noise divided by the root of the number of
    /// averaged beats.
    public var standardErrors: Double
    /// The highest priority that any alert gets while the recording as a whole is unusable.
    public var priorityOnUnusableSignal: AlarmPriority
    /// The recording can, as a whole, not be read. Alerts once it has ended; the clinic's advice does not wait.
    public var unusableSignal: TriageRule
    public var limbReversal: TriageRule
}
