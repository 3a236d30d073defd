/// The analyser's and triage's last word on a recording, for the clinic and the reader: a machine reading that a
/// physician has to confirm. Encodes to the object that `ecgnet analyze --json` prints and the store keeps.
public struct MachineReading: Hashable, Sendable, Codable {
    /// Stands on every output that a person reads.
    public static let disclaimer = "Machine reading, not confirmed: to be confirmed by a physician."

    public struct Intervals: Hashable, Sendable, Codable {
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

    public struct LeadLevels: Hashable, Sendable, Codable {
        public var stJ: Millivolts?
        public var st20: Millivolts?
        public var st40: Millivolts?
        public var st60: Millivolts?
        public var st80: Millivolts?
    }

    public struct Quality: Hashable, Sendable, Codable {
        public var verdict: RecordingQuality.Verdict
        /// One sentence for the clinic: which electrode to check. Nil when nothing is to be done.
        public var advice: String?
        /// Per lead, by name: score from 0 to 1 and problems.
        public var leads: [String: LeadScore]

        public struct LeadScore: Hashable, Sendable, Codable {
            public var score: Double
            public var problems: [String]
        }
    }

    public struct AlertSummary: Hashable, Sendable, Codable {
        public var priority: AlarmPriority
        public var code: String
        public var text: String
        public var leads: [Lead]
        public var evidence: [Evidence]
        public var rule: RuleReference
    }

    public var heartRate: BeatsPerMinute?
    public var rhythm: Rhythm
    public var intervals: Intervals
    /// By lead name.
    public var leads: [String: LeadLevels]
    public var quality: Quality
    public var findings: [Finding]
    public var alerts: [AlertSummary]
    public var note = MachineReading.disclaimer

    /// Condenses what the analyser measured and triage concluded.
    ///
    /// Leads that a recording holds more than once under no name are listed as `ECG`, `ECG 2`, …
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
