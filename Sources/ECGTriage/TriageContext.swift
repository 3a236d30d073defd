import ECGModel

/// Everything a rule may look at: the patient's rules and what was last measured.
///
/// Kept from one assessment to the next and read anew into the same memory.
struct TriageContext {
    let rules: PatientRules
    private(set) var beat = BeatReading()
    private(set) var intervals = Intervals()
    private(set) var conduction = Conduction()
    private(set) var rhythm = RhythmMeasurements()
    private(set) var recordingQuality = RecordingQuality()
    private(set) var voltages = HypertrophyVoltages()
    /// Of the rhythm, over the stretch that is looked at.
    private(set) var extremes = RhythmExtremes()
    /// The leads whose ST level has changed within the stretch that is looked at; mostly none.
    private(set) var changes: [LeadChange] = []
    /// The same of the whole recording.
    private var allChanges: [LeadChange] = []
    private(set) var averagedBeatCount = 0
    private(set) var usableLeadCount = 0
    private(set) var recorded = Milliseconds(0)
    private(set) var isFinal = false
    /// Whether the voltages of left ventricular hypertrophy are there.
    private(set) var hasHypertrophy = false

    init(rules: PatientRules) { self.rules = rules }

    mutating func read(_ measurements: Measurements) {
        beat.read(measurements)
        intervals = measurements.intervals.keepingMeasuredValues()
        conduction = measurements.conduction
        rhythm = measurements.rhythm.keepingMeasuredValues()
        extremes = rhythm.recent
        recordingQuality = measurements.recordingQuality
        averagedBeatCount = measurements.averagedBeatCount
        usableLeadCount = 0
        for index in measurements.quality.indices where measurements.quality[index].isUsable { usableLeadCount += 1 }
        recorded = Milliseconds(samples: measurements.sampleCount, at: measurements.samplingRate)
        isFinal = measurements.isFinal
        voltages.read(measurements)
        if !placedLeads.contains(.limb) { voltages.leaveOutLimbLeads() }
        readChanges(measurements)
        hasHypertrophy = HypertrophyRule.isMet(voltages, conduction, rules)
    }

    private mutating func readChanges(_ measurements: Measurements) {
        changes.removeAll(keepingCapacity: true)
        allChanges.removeAll(keepingCapacity: true)
        let recently =
            measurements.sampleCount - Int(Double(RhythmExtremes.recentSeconds) * measurements.samplingRate.value)
        for index in measurements.stChanges.indices {
            guard let episode = measurements.stChanges[index].episode, episode.peakDeviation.value.isFinite,
                let position = PageLeads.position(of: measurements.leads[index]),
                placedLeads.contains(PageLeads(at: position))
            else { continue }
            let change = LeadChange(lead: measurements.leads[index], position: position, episode: episode)
            allChanges.append(change)
            if episode.end.map({ $0 >= recently }) ?? true { changes.append(change) }
        }
    }

    /// What the whole recording has shown so far, beside what goes on: what its reading tells, and no alert is raised for.
    var ofTheWholeRecording: TriageContext {
        var whole = self
        whole.extremes = rhythm.worst
        whole.changes = allChanges
        return whole
    }

    /// The leads whose electrodes are where they belong: not the limb leads while an exchange of their electrodes is found.
    var placedLeads: PageLeads { recordingQuality.limbReversal == nil ? .all : PageLeads.all.subtracting(.limb) }

    /// The readings of those of `leads` that are where they belong and meet the condition, in the order of the page.
    func readings(of leads: PageLeads, where isIncluded: (LeadReading) -> Bool = { _ in true }) -> [LeadReading] {
        beat.readings(of: leads.intersection(placedLeads), where: isIncluded)
    }

    /// The reading of a lead, or nil where it is not to be read or its electrodes are not where they belong.
    func reading(of lead: Lead) -> LeadReading? {
        beat[lead].flatMap { placedLeads.contains(PageLeads(at: $0.position)) ? $0 : nil }
    }

    /// Left bundle-branch block or pacing: repolarisation follows the abnormal activation, and the table of ST elevation
    /// does not apply.
    var needsSgarbossa: Bool { conduction.isLeftBundleBranchBlock || conduction.isPaced }
    /// A QRS complex of 120 ms or more that the table of ST elevation still reads: its last part hides where J is, and ST
    /// and T follow from it.
    var hasWideComplex: Bool { conduction.isRightBundleBranchBlock || conduction.isNonspecificBlock }
    var isTachycardic: Bool { (intervals.heartRate ?? 0) > rules.table.mimics.tachycardia }

    /// Whether there is enough signal for a judgement of the averaged beat.
    var hasEnoughSignal: Bool { hasEnoughBeats && beat.count >= rules.table.evidence.fewestLeads }

    /// Whether enough beats were averaged.
    var hasEnoughBeats: Bool {
        let evidence = rules.table.evidence
        return averagedBeatCount >= (isFinal ? evidence.fewestBeatsWhenEnded : evidence.fewestBeats)
    }

    func finding(_ rule: TriageRule, _ text: String, leads: [Lead] = [], evidence: [Evidence] = []) -> Finding {
        Finding(
            code: rule.id, text: text, leads: leads, evidence: evidence,
            rule: RuleReference(
                rule: rule.id, tableVersion: rules.table.version, source: rule.source, isVerified: rule.isVerified))
    }

    /// Whether the ST segment and T wave of a lead follow from the QRS complex and are no sign of ischaemia: under the tall
    /// R waves of hypertrophy, down to the depression that strain makes, and in the right chest leads of right
    /// bundle-branch block, where they point away from the complex's last forces.
    func isSecondary(_ reading: LeadReading) -> Bool {
        let beyondStrain = rules.table.diffuseIschaemia.depressionBeyondStrain
        if hasHypertrophy, reading.isUpright, reading.stJ > -beyondStrain { return true }
        return conduction.isRightBundleBranchBlock && PageLeads.v1ToV3.contains(PageLeads(at: reading.position))
            && (reading.terminalQRS ?? 0) >= 0
    }
}

/// A rule that spoke: the finding, and how soon somebody must respond; nil where nobody must.
struct Verdict: Hashable {
    var finding: Finding
    var priority: AlarmPriority?
    /// Whether the reading of an acute coronary syndrome is what the rule spoke of.
    var isCoronary = true

    mutating func limitPriority(to highest: AlarmPriority) { priority = priority.map { min($0, highest) } }
}
