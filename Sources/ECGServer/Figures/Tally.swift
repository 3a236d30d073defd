import ECGModel
import ECGStore

/// The cases of one stretch.
struct StretchTally {
    /// Seconds of the cases that are over; single precision holds a second of a year.
    private(set) var seconds: [Float] = []
    private var missing = 0
    private var implausible = 0
    private var pending = 0
    private var latePending = 0

    mutating func add(_ outcome: StretchOutcome?, target: Double) {
        switch outcome {
        case nil: break
        case .took(let taken): seconds.append(Float(taken))
        case .missing: missing += 1
        case .implausible: implausible += 1
        case .pending(let soFar):
            pending += 1
            if soFar > target { latePending += 1 }
        }
    }

    mutating func add(_ other: StretchTally) {
        seconds += other.seconds
        missing += other.missing
        implausible += other.implausible
        pending += other.pending
        latePending += other.latePending
    }

    func figure(target: Double) -> StretchFigure {
        let sorted = seconds.sorted()
        let within = sorted.count { Double($0) <= target }
        let judged = sorted.count + latePending
        return StretchFigure(
            cases: sorted.count,
            mean: sorted.isEmpty ? nil : sorted.reduce(0) { $0 + Double($1) } / Double(sorted.count),
            median: Quantile.of(sorted, 0.5), p95: Quantile.of(sorted, 0.95), withinTarget: within, judged: judged,
            shareWithinTarget: judged == 0 ? nil : Double(within) / Double(judged), missing: missing,
            implausible: implausible, pending: pending)
    }
}

enum Quantile {
    /// The value below which that share of the sorted values lies, between two neighbours in proportion (type 7 of Hyndman
    /// and Fan 1996, as R and spreadsheets compute it).
    static func of(_ sorted: [Float], _ share: Double) -> Double? {
        guard let last = sorted.indices.last else { return nil }
        let place = share * Double(last)
        let below = Int(place)
        let low = Double(sorted[below])
        return low + (Double(sorted[min(below + 1, last)]) - low) * (place - Double(below))
    }
}

/// Everything that is counted of one clinic in one month.
struct Tally {
    private var recordings = 0
    private var stretches: [StretchTally] = Array(repeating: StretchTally(), count: TimedStretch.allCases.count)
    private var alerts: [AlarmPriority: Int] = [:]
    private var verdicts = ClinicFigures.Verdicts()
    /// Of high alerts, by the rule that raised them.
    private(set) var verdictsByRule: [String: ClinicFigures.Verdicts] = [:]
    private var unusable = 0
    private(set) var repeated = 0
    private var offsets: [Float] = []

    private static let targets = TimedStretch.allCases.map { Double(FigureTarget.of($0).seconds) }
    /// The chest-pain centres' rules ask for one time: clocks that differ by no more than a minute.
    private static let clockTolerance: Float = 60

    mutating func add(_ course: RecordingCourse, at now: Timestamp) {
        recordings += 1
        let times = CourseTimes(course: course, now: now)
        add(times.contactToECG(), to: .contactToECG)
        add(times.ecgToStored(), to: .ecgToStored)
        for alert in course.alerts {
            alerts[alert.priority, default: 0] += 1
            guard alert.priority == .high else { continue }
            verdicts.add(alert)
            verdictsByRule[alert.rule, default: ClinicFigures.Verdicts()].add(alert)
            add(times.storedToSeen(alert), to: .storedToSeen)
            add(times.seenToAcknowledged(alert), to: .seenToAcknowledged)
            add(times.acknowledgedToReport(alert), to: .acknowledgedToReport)
            add(times.ecgToReport(alert), to: .ecgToReport)
        }
        if course.quality == .unusable { unusable += 1 }
        if let offset = course.clockOffset { offsets.append(Float(abs(offset / .seconds(1)))) }
    }

    /// A bad recording of these was taken again.
    mutating func addRepetition() { repeated += 1 }

    mutating func add(_ other: Tally) {
        recordings += other.recordings
        for index in stretches.indices { stretches[index].add(other.stretches[index]) }
        alerts.merge(other.alerts, uniquingKeysWith: +)
        verdicts.add(other.verdicts)
        verdictsByRule.merge(other.verdictsByRule) { mine, others in
            var sum = mine
            sum.add(others)
            return sum
        }
        unusable += other.unusable
        repeated += other.repeated
        offsets += other.offsets
    }

    private mutating func add(_ outcome: StretchOutcome?, to stretch: TimedStretch) {
        guard let index = TimedStretch.allCases.firstIndex(of: stretch) else { return }
        stretches[index].add(outcome, target: Self.targets[index])
    }

    var figures: ClinicFigures {
        let sortedOffsets = offsets.sorted()
        let all = alerts.values.reduce(0, +)
        func perThousand(_ count: Int) -> Double? {
            recordings == 0 ? nil : 1000 * Double(count) / Double(recordings)
        }
        return ClinicFigures(
            recordings: recordings,
            stretches: Dictionary(
                uniqueKeysWithValues: TimedStretch.allCases.enumerated().map { index, stretch in
                    (stretch.rawValue, stretches[index].figure(target: Self.targets[index]))
                }),
            alerts: ClinicFigures.Alerts(
                high: alerts[.high] ?? 0, medium: alerts[.medium] ?? 0, low: alerts[.low] ?? 0,
                perThousand: perThousand(all), highPerThousand: perThousand(alerts[.high] ?? 0), verdicts: verdicts,
                predictiveValue: verdicts.predictiveValue),
            quality: ClinicFigures.Quality(
                unusable: unusable, repeated: repeated,
                shareRepeated: unusable == 0 ? nil : Double(repeated) / Double(unusable)),
            clock: ClinicFigures.Clock(
                cases: sortedOffsets.count, median: Quantile.of(sortedOffsets, 0.5),
                p95: Quantile.of(sortedOffsets, 0.95),
                withinMinute: sortedOffsets.count { $0 <= Self.clockTolerance }))
    }
}
