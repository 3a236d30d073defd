import ECGModel
import ECGStore

/// The chest-pain centre's figures of a clinic, a township, a month or all of them; FIGURES.md defines each. Times are in
/// seconds; what cannot be computed is nil.
public struct ClinicFigures: Hashable, Sendable, Codable {
    /// Alerts by priority, and how many they are among the recordings.
    public struct Alerts: Hashable, Sendable, Codable {
        public var high: Int
        public var medium: Int
        public var low: Int
        /// All of them in 1000 recordings.
        public var perThousand: Double?
        /// Those of high priority in 1000 recordings.
        public var highPerThousand: Double?
        /// What became of the high ones.
        public var verdicts: Verdicts
        /// Of the high alerts of which somebody has said whether they were right, the share that was.
        public var predictiveValue: Double?
    }

    /// What people concluded of high alerts.
    public struct Verdicts: Hashable, Sendable, Codable {
        /// The final report confirms the suspicion.
        public var confirmed = 0
        /// The final report does not.
        public var notConfirmed = 0
        /// Closed with a reason and without a report.
        public var dismissed = 0
        /// Reported, and the report does not say.
        public var unstated = 0
        /// Open.
        public var undecided = 0

        public init() {}

        var count: Int { confirmed + notConfirmed + dismissed + unstated + undecided }

        var predictiveValue: Double? {
            let decided = confirmed + notConfirmed + dismissed
            return decided == 0 ? nil : Double(confirmed) / Double(decided)
        }

        mutating func add(_ other: Verdicts) {
            confirmed += other.confirmed
            notConfirmed += other.notConfirmed
            dismissed += other.dismissed
            unstated += other.unstated
            undecided += other.undecided
        }

        mutating func add(_ alert: AlertCourse) {
            switch (alert.state, alert.conclusion) {
            case (.reported, .confirmed): confirmed += 1
            case (.reported, .notConfirmed): notConfirmed += 1
            case (.reported, nil): unstated += 1
            case (.dismissed, _): dismissed += 1
            default: undecided += 1
            }
        }
    }

    /// Recordings that could not be read.
    public struct Quality: Hashable, Sendable, Codable {
        public var unusable: Int
        /// Of these, how many were taken again within the time that counts.
        public var repeated: Int
        public var shareRepeated: Double?
    }

    /// How far the devices' clocks are from the server's.
    public struct Clock: Hashable, Sendable, Codable {
        /// Recordings whose device told its time.
        public var cases: Int
        public var median: Double?
        public var p95: Double?
        public var withinMinute: Int
    }

    public var recordings: Int
    /// By the raw values of ``TimedStretch``.
    public var stretches: [String: StretchFigure]
    public var alerts: Alerts
    public var quality: Quality
    public var clock: Clock

    public subscript(stretch: TimedStretch) -> StretchFigure? { stretches[stretch.rawValue] }
}

/// How long a stretch took.
public struct StretchFigure: Hashable, Sendable, Codable {
    /// Cases that are over and whose times are plausible: what mean, median and p95 are of.
    public var cases: Int
    public var mean: Double?
    public var median: Double?
    public var p95: Double?
    public var withinTarget: Int
    /// ``cases``, and those that are not over and have taken longer than the target already.
    public var judged: Int
    public var shareWithinTarget: Double?
    public var missing: Int
    public var implausible: Int
    public var pending: Int
}

/// Figures of a span of months, grouped.
public struct FigureReport: Hashable, Sendable, Codable {
    public struct OfMonth: Hashable, Sendable, Codable {
        public var month: Month
        public var figures: ClinicFigures
    }
    public struct OfTownship: Hashable, Sendable, Codable {
        /// Nil for clinics whose township the register does not say.
        public var township: String?
        public var figures: ClinicFigures
    }
    public struct OfClinic: Hashable, Sendable, Codable {
        public var clinic: String
        public var township: String?
        public var figures: ClinicFigures
    }
    /// The high alerts that one rule raised.
    public struct OfRule: Hashable, Sendable, Codable {
        /// As the triage table names it.
        public var rule: String
        /// Where it is one month's; the span's otherwise.
        public var month: Month?
        public var high: Int
        public var verdicts: ClinicFigures.Verdicts
        public var predictiveValue: Double?

        init(_ rule: String, _ verdicts: ClinicFigures.Verdicts, month: Month? = nil) {
            self.rule = rule
            self.month = month
            high = verdicts.count
            self.verdicts = verdicts
            predictiveValue = verdicts.predictiveValue
        }
    }
    /// A clinic's month: a row of the table that is kept.
    public struct Cell: Hashable, Sendable, Codable {
        public var month: Month
        public var clinic: String
        public var township: String?
        public var figures: ClinicFigures
    }

    public var from: Month
    public var to: Month
    public var timeZone: String
    public var targets: [FigureTarget]
    public var total: ClinicFigures
    /// Every month of the span.
    public var months: [OfMonth]
    public var townships: [OfTownship]
    public var clinics: [OfClinic]
    /// The rules that raised high alerts, those that raised most first.
    public var rules: [OfRule]
    /// Only for the table: left out where it was not asked for.
    public var cells: [Cell]?
    /// By month and rule; only for the table.
    public var ruleCells: [OfRule]?
}
