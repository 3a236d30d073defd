/// The stretches of a patient's way that are timed, in their order; FIGURES.md says from which time stamps.
public enum TimedStretch: String, Hashable, Sendable, Codable, CaseIterable {
    /// First medical contact → the first ECG completed.
    case contactToECG
    /// The ECG's last sample → all of it durable on the server.
    case ecgToStored
    /// A high alert and what raised it durable → opened by a reader.
    case storedToSeen
    /// Opened → acknowledged.
    case seenToAcknowledged
    /// Acknowledged → the first report, preliminary or final.
    case acknowledgedToReport
    /// The ECG completed → the first report.
    case ecgToReport
}

/// What a stretch should take, and who says so.
public struct FigureTarget: Hashable, Sendable, Codable {
    public enum Origin: String, Hashable, Sendable, Codable {
        /// The certification rules for China's chest-pain centres, standard edition.
        case chestPainCentre
        /// A goal of this software: no norm names one.
        case own
    }

    public var stretch: TimedStretch
    public var seconds: Int
    /// The share of cases within the target that is asked for, where the source names one.
    public var share: Double?
    public var origin: Origin

    public static func of(_ stretch: TimedStretch) -> FigureTarget {
        switch stretch {
        // Indicator 1: monthly mean below 10 min, at least 75 % of cases within it.
        case .contactToECG: FigureTarget(stretch: stretch, seconds: 600, share: 0.75, origin: .chestPainCentre)
        // Indicator 3: first ECG to ECG diagnosis, monthly mean below 10 min.
        case .ecgToReport: FigureTarget(stretch: stretch, seconds: 600, share: nil, origin: .chestPainCentre)
        case .ecgToStored: FigureTarget(stretch: stretch, seconds: 60, share: nil, origin: .own)
        // Together three minutes from the alert to somebody who has taken it, in which the ladder has called twice.
        case .storedToSeen: FigureTarget(stretch: stretch, seconds: 60, share: nil, origin: .own)
        case .seenToAcknowledged: FigureTarget(stretch: stretch, seconds: 120, share: nil, origin: .own)
        case .acknowledgedToReport: FigureTarget(stretch: stretch, seconds: 300, share: nil, origin: .own)
        }
    }

    public static let all = TimedStretch.allCases.map(of)
}
