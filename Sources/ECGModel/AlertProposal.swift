/// What triage asks the hospital to look at. The store makes it an ``Alert``, or finds that it already is one.
public struct AlertProposal: Hashable, Sendable, Codable {
    public var finding: Finding
    public var priority: AlarmPriority
    /// The number of samples that had been analysed when the proposal was made.
    public var atSample: SampleIndex
    /// Whether the clinic has to be told in person; see ``CriticalValue``.
    public var isCriticalValue: Bool

    public init(
        finding: Finding, priority: AlarmPriority, atSample: SampleIndex, isCriticalValue: Bool = false
    ) {
        self.finding = finding
        self.priority = priority
        self.atSample = atSample
        self.isCriticalValue = isCriticalValue
    }

    public var code: String { finding.code }

    /// How long a condition has to be absent before its return is proposed anew, as another episode: what somebody dismissed
    /// as an artefact in the first hour must not mask what comes in the second, and what flickers must not page twice. Our own
    /// choice; the episodes of an electrical storm are commonly told apart by 5 minutes, too (not verified against a consensus
    /// document).
    public static let absenceBetweenEpisodes = Milliseconds(300_000)
}
