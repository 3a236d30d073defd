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
    /// A wall in which no infarction would be seen, since its leads were not recorded, not named or not to be read.
    public var unjudgedWalls: TriageRule
}

extension EvidenceCriteria {
    /// The rule of walls that cannot be judged came into the table later than the rest: where it is missing it is
    /// ``countyDefault``'s.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            assessmentsToHold: try values.decode(Int.self, forKey: .assessmentsToHold),
            fewestBeats: try values.decode(Int.self, forKey: .fewestBeats),
            fewestBeatsWhenEnded: try values.decode(Int.self, forKey: .fewestBeatsWhenEnded),
            fewestLeads: try values.decode(Int.self, forKey: .fewestLeads),
            standardErrors: try values.decode(Double.self, forKey: .standardErrors),
            priorityOnUnusableSignal: try values.decode(AlarmPriority.self, forKey: .priorityOnUnusableSignal),
            unusableSignal: try values.decode(TriageRule.self, forKey: .unusableSignal),
            limbReversal: try values.decode(TriageRule.self, forKey: .limbReversal),
            unjudgedWalls: try values.decodeIfPresent(TriageRule.self, forKey: .unjudgedWalls)
                ?? EvidenceCriteria.countyDefault.unjudgedWalls)
    }
}
