/// Alarm priorities of IEC 60601-1-8: how soon a person must respond.
public enum AlarmPriority: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Awareness.
    case low
    /// Prompt response.
    case medium
    /// Immediate response.
    case high

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        }
    }
    public static func < (a: AlarmPriority, b: AlarmPriority) -> Bool { a.rank < b.rank }
}
