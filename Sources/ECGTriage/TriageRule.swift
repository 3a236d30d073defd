public import ECGModel

/// What every row of the table says of itself: its name, how urgent it is, and what it rests on.
public struct TriageRule: Hashable, Sendable, Codable {
    /// Stable name in kebab case; findings and alerts carry it.
    public var id: String
    /// How soon somebody must respond when the rule speaks; nil makes it a finding that alerts nobody.
    public var priority: AlarmPriority?
    /// The paper, definition or consensus that the criterion comes from, and what was chosen by this table.
    public var source: String
    /// Whether the digits that the source prints were checked against its text. False means that they are reproduced from
    /// memory, or that the source prints none: to be checked before anybody relies on them. What the table chose beside
    /// printed digits is not meant: the source says that there is such a number, and ``TriageTable/origins`` which.
    public var isVerified: Bool

    public init(_ id: String, _ priority: AlarmPriority?, source: String, isVerified: Bool) {
        self.id = id
        self.priority = priority
        self.source = source
        self.isVerified = isVerified
    }
}
