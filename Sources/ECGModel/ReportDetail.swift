/// What a final report says of the machine's suspicion.
public enum ReportConclusion: String, Hashable, Sendable, Codable, CaseIterable {
    case confirmed
    case notConfirmed = "not-confirmed"
}

/// How far a report has come: later ones replace earlier ones, which are kept.
public enum ReportStage: String, Hashable, Sendable, Codable, CaseIterable {
    /// The clinic acts on it while the final one is written.
    case preliminary
    case final
    /// A final report that was changed, with a reason.
    case amended
}

/// What goes with a report's text.
public struct ReportDetail: Hashable, Sendable, Codable {
    /// Who wrote it, where somebody else signed it.
    public var author: String?
    /// Why a final report was changed.
    public var reason: String?
    public var conclusion: ReportConclusion?

    public init(author: String? = nil, reason: String? = nil, conclusion: ReportConclusion? = nil) {
        self.author = author
        self.reason = reason
        self.conclusion = conclusion
    }

    public var isEmpty: Bool { author == nil && reason == nil && conclusion == nil }
}
