public import ECGSimulator

/// One thing to analyse: a recording of a set or a simulated patient, as it is or altered.
public struct Subject: Sendable, Hashable {
    public enum Source: Sendable, Hashable {
        /// A record in the folder of its set.
        case record(set: String, name: String)
        case simulated(Scenario, seed: UInt64, seconds: Int)
    }

    public var source: Source
    /// What is done to the samples before they are analysed; nil for nothing.
    public var alteration: Alteration?

    public init(_ source: Source, altered alteration: Alteration? = nil) {
        self.source = source
        self.alteration = alteration
    }

    /// The set of a recording; nil for a simulated patient.
    public var set: String? {
        if case .record(let set, _) = source { set } else { nil }
    }

    /// How messages and lists of the worst name it.
    public var name: String {
        switch source {
        case .record(_, let name): name
        case .simulated(let scenario, let seed, _): "\(scenario.name) \(seed)"
        }
    }
}
