/// The analyser's and triage's last word on a recording, for the clinic and the reader: a machine reading that a
/// physician has to confirm. Encodes to the object that `ecgnet analyze --json` prints and the store keeps.
public struct MachineReading: Hashable, Sendable, Codable {
    /// Stands on every output that a person reads.
    public static let disclaimer = "Machine reading, not confirmed: to be confirmed by a physician."

    /// Intervals of the averaged beat; nil where they could not be measured.
    public struct Intervals: Hashable, Sendable, Codable {
        /// From the onset of P to the onset of QRS.
        public var pr: Milliseconds?
        public var qrs: Milliseconds?
        public var qt: Milliseconds?
        /// By Bazett.
        public var qtc: Milliseconds?

        enum CodingKeys: String, CodingKey {
            case pr = "PR"
            case qrs = "QRS"
            case qt = "QT"
            case qtc = "QTc"
        }
    }

    /// ST levels of one lead of the averaged beat at the J point and 20, 40, 60 and 80 ms after it, against the PQ level.
    public struct LeadLevels: Hashable, Sendable, Codable {
        public var stJ: Millivolts?
        public var st20: Millivolts?
        public var st40: Millivolts?
        public var st60: Millivolts?
        public var st80: Millivolts?
    }

    /// How far the recording can be trusted.
    public struct Quality: Hashable, Sendable, Codable {
        public var verdict: RecordingQuality.Verdict
        /// One sentence for the clinic: which electrode to check, or how much of what was stored cannot be read. Nil where there is
        /// nothing to say.
        public var advice: String?
        /// By the names under which ``MachineReading/leads`` lists them.
        public var leads: [String: LeadScore]

        /// How far one lead can be trusted.
        public struct LeadScore: Hashable, Sendable, Codable {
            /// From 0, useless, to 1, clean.
            public var score: Double
            /// By ``SignalProblems/names``.
            public var problems: [String]
        }
    }

    /// An alert that the recording raised, without what became of it.
    public struct AlertSummary: Hashable, Sendable, Codable {
        public var priority: AlarmPriority
        public var code: String
        /// One sentence for people.
        public var text: String
        public var leads: [Lead]
        public var evidence: [Evidence]
        public var rule: RuleReference
    }

    /// Of the last ten seconds.
    public var heartRate: BeatsPerMinute?
    /// At the recording's end.
    public var rhythm: Rhythm
    public var intervals: Intervals
    /// By lead name. A name that the recording has twice, as of leads whose placement is not known, is followed by the
    /// channel's number: `ECG`, `ECG 2`.
    public var leads: [String: LeadLevels]
    public var quality: Quality
    public var findings: [Finding]
    public var alerts: [AlertSummary]
    public var note = MachineReading.disclaimer

    /// Condenses what the analyser measured and triage concluded.
    public init(
        of measurements: Measurements, findings: [Finding], alerts: [AlertProposal], qualityAdvice: String?
    ) {
        let intervals = measurements.intervals
        heartRate = intervals.heartRate
        rhythm = measurements.rhythm.current
        self.intervals = Intervals(
            pr: intervals.pr, qrs: intervals.qrs, qt: intervals.qt, qtc: intervals.qtcBazett)
        var names: [String] = []
        for (index, lead) in measurements.leads.enumerated() {
            let name = names.contains(lead.name) ? "\(lead.name) \(index + 1)" : lead.name
            names.append(name)
        }
        leads = Dictionary(
            uniqueKeysWithValues: zip(names, measurements.waves).map { name, waves in
                (
                    name,
                    LeadLevels(
                        stJ: waves.stJ, st20: waves.st20, st40: waves.st40, st60: waves.st60, st80: waves.st80)
                )
            })
        quality = Quality(
            verdict: measurements.recordingQuality.verdict, advice: qualityAdvice,
            leads: Dictionary(
                uniqueKeysWithValues: zip(names, measurements.quality).map { name, quality in
                    (name, Quality.LeadScore(score: quality.score, problems: quality.problems.names))
                }))
        self.findings = findings
        self.alerts = alerts.map {
            AlertSummary(
                priority: $0.priority, code: $0.code, text: $0.finding.text, leads: $0.finding.leads,
                evidence: $0.finding.evidence, rule: $0.finding.rule)
        }
    }
}
