/// What makes a lead unusable or doubtful.
public struct SignalProblems: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No signal, or a constant: the electrode has no contact.
    public static let leadOff = SignalProblems(rawValue: 1)
    /// The amplifier or converter clips.
    public static let saturated = SignalProblems(rawValue: 2)
    /// 50 or 60 Hz hum that disturbs the waves.
    public static let mains = SignalProblems(rawValue: 4)
    /// Muscle noise.
    public static let muscle = SignalProblems(rawValue: 8)
    /// Baseline wander or steps beyond what ST measurement bears.
    public static let baseline = SignalProblems(rawValue: 16)

    /// Names for JSON and tables, in the order of the bits.
    public var names: [String] {
        [
            (Self.leadOff, "lead-off"), (.saturated, "saturated"), (.mains, "mains"), (.muscle, "muscle"),
            (.baseline, "baseline"),
        ].filter { contains($0.0) }.map(\.1)
    }
}

/// How far one lead can be trusted, in the last second or, in final measurements, in the recording as a whole.
public struct LeadQuality: Hashable, Sendable {
    /// From 0, useless, to 1, clean.
    public var score: Double = 1
    public var problems: SignalProblems = []
    /// Root mean square of what is left of the signal between the averaged beat and the single beats.
    public var noise: Microvolts?

    public init() {}

    /// Whether amplitudes and ST levels of the lead may be used for an alert.
    public var isUsable: Bool { problems.isDisjoint(with: [.leadOff, .saturated]) && score >= Self.leastUsableScore }
    /// Below this score the levels of a lead are not evidence. Half of the scale by convention: the analyser maps its
    /// noise measures so that 0.5 is where ST errors of 0.1 mV begin.
    public static let leastUsableScore = 0.5
}

/// How far the signal can be trusted, and what to tell the clinic: that of the last second while a recording goes on, and
/// of the recording as a whole in its final measurements.
public struct RecordingQuality: Hashable, Sendable {
    /// What a reader may do with the recording: `good` read it, `doubtful` read it with care, `unusable` have it recorded again.
    public enum Verdict: String, Hashable, Sendable, Codable {
        case good, doubtful, unusable
    }
    /// Two limb electrodes that seem to be exchanged, by the letters on them.
    public enum LimbReversal: String, Hashable, Sendable, Codable, CaseIterable {
        case armElectrodes = "LA-RA"
        case leftArmLeftLeg = "LA-LL"
        case rightArmLeftLeg = "RA-LL"
        case rightArmRightLeg = "RA-RL"
    }
    public var verdict: Verdict = .good
    public var limbReversal: LimbReversal?

    public init() {}
}
