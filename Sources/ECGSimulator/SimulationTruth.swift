public import ECGModel

/// What really happened in a simulation, for the samples made so far.
public struct SimulationTruth: Sendable, Hashable {
    /// Beats whose R peak has been made. The R peak is where the heart vector is longest within the QRS complex.
    public internal(set) var beats: [Beat] = []
    /// Rhythm episodes without gaps; the last one ends at the number of samples made.
    public internal(set) var rhythms: [RhythmEpisode] = []
    /// ST levels of the dominant beat as the heart model has them, in the conventional twelve leads, before any noise,
    /// reversal or lead fault, with the injury's size at the last beat.
    public internal(set) var st: [STLevel] = []
    public internal(set) var limbReversal: RecordingQuality.LimbReversal?
    /// Spans without contact; a span still open ends at the number of samples made.
    public internal(set) var leadOff: [LeadOffSpan] = []
    public internal(set) var sampleCount = 0

    /// The level of a lead, or nil if it is not one of the conventional twelve.
    public func st(_ lead: Lead) -> STLevel? { st.first { $0.lead == lead } }
}

/// The true ST levels of one lead relative to the PQ level.
public struct STLevel: Sendable, Hashable {
    public var lead: Lead
    public var stJ: Millivolts
    public var st20: Millivolts
    public var st40: Millivolts
    public var st60: Millivolts
    public var st80: Millivolts
}

/// A lead that could not be formed because an electrode had no contact; `end` is the first sample with contact again.
public struct LeadOffSpan: Sendable, Hashable {
    public var lead: Lead
    public var start: SampleIndex
    public var end: SampleIndex

    public init(lead: Lead, start: SampleIndex, end: SampleIndex) {
        self.lead = lead
        self.start = start
        self.end = end
    }
}

extension HeartModel {
    /// ST levels of the twelve leads with an injury of a share of its full size.
    func stLevels(injuryShare: Double) -> [STLevel] {
        Lead.standardTwelve.compactMap { lead in
            guard let leadVector = Torso.leadVector(of: lead) else { return nil }
            let levels = zip(stWithoutInjury, stOfInjury).map { base, injury in
                Millivolts((leadVector * (base.vector + injuryShare * injury.vector)).sum())
            }
            return STLevel(
                lead: lead, stJ: levels[0], st20: levels[1], st40: levels[2], st60: levels[3], st80: levels[4])
        }
    }
}
