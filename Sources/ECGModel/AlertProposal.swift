/// What triage asks the hospital to look at. The store makes it an ``Alert``, or finds that it already is one.
public struct AlertProposal: Hashable, Sendable, Codable {
    public var finding: Finding
    public var priority: AlarmPriority
    /// The number of samples that had been analysed when the proposal was made.
    public var atSample: SampleIndex
    /// Which of the condition's episodes in the recording it is, counted from 1: one that returns after it was absent for
    /// long is another.
    public var episode: Int
    /// Whether the clinic has to be told in person; see ``CriticalValue``.
    public var isCriticalValue: Bool

    public init(
        finding: Finding, priority: AlarmPriority, atSample: SampleIndex, episode: Int = 1,
        isCriticalValue: Bool = false
    ) {
        self.finding = finding
        self.priority = priority
        self.atSample = atSample
        self.episode = episode
        self.isCriticalValue = isCriticalValue
    }

    public var code: String { finding.code }
}
