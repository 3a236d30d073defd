public import ECGModel

/// What an earlier recording of the same patient showed, as far as a later one is compared with it.
///
/// A value without a clock: whoever reads it from a store says how long before the new recording it was taken.
public struct BaselineReading: Hashable, Sendable {
    /// ST levels of one lead against the PQ level.
    public struct Levels: Hashable, Sendable {
        public var stJ: Millivolts
        public var st40: Millivolts
        public var st60: Millivolts

        public init(stJ: Millivolts, st40: Millivolts, st60: Millivolts) {
            self.stJ = stJ
            self.st40 = st40
            self.st60 = st60
        }
    }

    /// The leads that could be read then.
    public var levels: [Lead: Levels]
    public var qrs: Milliseconds?
    public var conduction: Conduction
    /// How long before the new recording it was taken.
    public var age: Duration

    public init(levels: [Lead: Levels], qrs: Milliseconds?, conduction: Conduction, age: Duration) {
        self.levels = levels
        self.qrs = qrs
        self.conduction = conduction
        self.age = age
    }

    /// What can be compared of an earlier machine reading. Limb leads are left out where its electrodes seemed exchanged, and
    /// computed where the device transmitted I and II alone.
    ///
    /// - Parameter table: the table that the reading's findings are named by.
    public init(of reading: MachineReading, age: Duration, table: TriageTable) {
        let spoken = Set(reading.findings.map(\.rule.rule))
        let isReversed = spoken.contains(table.evidence.limbReversal.id)
        levels = [:]
        for lead in PageLeads.order where !(isReversed && Lead.limb.contains(lead)) {
            levels[lead] =
                reading.leads[lead.name] == nil ? Self.computed(lead, from: levels) : Self.measured(lead, in: reading)
        }
        qrs = reading.intervals.qrs.measured
        conduction = Conduction()
        conduction.isLeftBundleBranchBlock = spoken.contains(table.context.leftBundleBranchBlock.id)
        conduction.isRightBundleBranchBlock = spoken.contains(table.context.rightBundleBranchBlock.id)
        conduction.isNonspecificBlock = spoken.contains(table.context.nonspecificBlock.id)
        conduction.isPaced = spoken.contains(table.context.paced.id)
        conduction.isPreexcited = spoken.contains(table.context.preexcited.id)
        self.age = age
    }

    private static func measured(_ lead: Lead, in reading: MachineReading) -> Levels? {
        guard let now = reading.leads[lead.name], let quality = reading.quality.leads[lead.name], quality.isUsable,
            let stJ = now.stJ.measured, let st40 = now.st40.measured, let st60 = now.st60.measured
        else { return nil }
        return Levels(stJ: stJ, st40: st40, st60: st60)
    }

    /// From I and II, which stand before the other limb leads on the page.
    private static func computed(_ lead: Lead, from levels: [Lead: Levels]) -> Levels? {
        guard let (weightI, weightII) = lead.weightsOfIAndII, let i = levels[.i], let ii = levels[.ii]
        else { return nil }
        return Levels(
            stJ: i.stJ * weightI + ii.stJ * weightII, st40: i.st40 * weightI + ii.st40 * weightII,
            st60: i.st60 * weightI + ii.st60 * weightII)
    }

    /// What can be compared of an earlier recording's last measurements.
    public init(of measurements: Measurements, age: Duration) {
        var beat = BeatReading()
        beat.read(measurements)
        let isReversed = measurements.recordingQuality.limbReversal != nil
        levels = [:]
        for reading in beat.all where !(isReversed && Lead.limb.contains(reading.lead)) {
            levels[reading.lead] = Levels(stJ: reading.stJ, st40: reading.st40, st60: reading.st60)
        }
        qrs = measurements.intervals.qrs.measured
        conduction = measurements.conduction
        self.age = age
    }

    /// Completed days since it was taken.
    var ageDays: Int { Int(age.components.seconds / 86_400) }
}

extension MachineReading.Quality.LeadScore {
    /// As ``LeadQuality/isUsable`` judges it.
    fileprivate var isUsable: Bool {
        score >= LeadQuality.leastUsableScore
            && !problems.contains { SignalProblems([.leadOff, .saturated]).names.contains($0) }
    }
}
