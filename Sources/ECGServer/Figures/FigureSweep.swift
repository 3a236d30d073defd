import ECGModel
import ECGStore

/// Takes recordings in the order in which they were opened and counts them by clinic and month.
struct FigureSweep: Sendable {
    struct Key: Hashable {
        var month: Int
        var clinic: String
        var township: String?
    }

    /// How long after a bad recording the next of the same device counts as its repetition: while the patient is there.
    static let repetition = Duration.seconds(900)

    private struct BadRecording {
        var key: Key
        var reference: String?
        var at: Timestamp
    }

    private let months: [Month]
    /// Where each month begins, and where the last one ends.
    private let bounds: [Timestamp]
    private let calendar: SiteCalendar
    private let clinic: String?
    private let township: String?
    private let now: Timestamp
    private var tallies: [Key: Tally] = [:]
    /// The last recording of each device, if it was bad and may still be taken again.
    private var bad: [String: BadRecording] = [:]

    /// - Parameters:
    ///   - clinic: Only this one, if given.
    ///   - township: Only clinics of this one, if given.
    init(
        from: Month, to: Month, calendar: SiteCalendar, clinic: String? = nil, township: String? = nil, now: Timestamp
    ) {
        months = from.months(through: to)
        bounds = from.months(through: to.adding(1)).map(calendar.start)
        self.calendar = calendar
        self.clinic = clinic
        self.township = township
        self.now = now
    }

    /// The recordings to take: beyond the last month for a while, for what is taken again.
    var span: (start: Timestamp, end: Timestamp) { (bounds[0], bounds[months.count] + Self.repetition) }

    mutating func take(_ course: RecordingCourse) {
        guard clinic == nil || course.clinic == clinic, township == nil || course.township == township else { return }
        noteRepetition(course)
        guard course.openedAt >= bounds[0], course.openedAt < bounds[months.count] else { return }
        let month = bounds.partitioningIndex { $0 > course.openedAt } - 1
        let key = Key(month: month, clinic: course.clinic, township: course.township)
        tallies[key, default: Tally()].add(course, at: now)
        if course.quality == .unusable {
            bad[course.device] = BadRecording(key: key, reference: course.reference, at: course.openedAt)
        }
    }

    /// Whatever the device records next, of the same patient as far as anybody said, is the bad recording taken again.
    private mutating func noteRepetition(_ course: RecordingCourse) {
        guard let before = bad.removeValue(forKey: course.device) else { return }
        let isSamePatient =
            before.reference == nil || course.reference == nil || before.reference == course.reference
        guard isSamePatient, course.openedAt - before.at <= Self.repetition else { return }
        tallies[before.key]?.addRepetition()
    }

    func report(withCells: Bool) -> FigureReport {
        func sums<Group: Hashable>(by group: (Key) -> Group) -> [Group: Tally] {
            tallies.reduce(into: [:]) { $0[group($1.key), default: Tally()].add($1.value) }
        }
        struct Clinic: Hashable {
            var clinic: String
            var township: String?
        }
        let clinics = sums { Clinic(clinic: $0.clinic, township: $0.township) }
            .sorted { ($0.key.township ?? "", $0.key.clinic) < ($1.key.township ?? "", $1.key.clinic) }
        let townships = sums(by: \.township).sorted { ($0.key ?? "") < ($1.key ?? "") }
        let byMonth = sums(by: \.month)
        let cells = tallies.keys.sorted { a, b in
            (a.month, a.township ?? "", a.clinic) < (b.month, b.township ?? "", b.clinic)
        }
        let total = sums { _ in 0 }[0, default: Tally()]
        return FigureReport(
            from: months[0], to: months[months.count - 1], timeZone: calendar.timeZone, targets: FigureTarget.all,
            total: total.figures,
            months: months.enumerated().map { index, month in
                FigureReport.OfMonth(month: month, figures: byMonth[index, default: Tally()].figures)
            },
            townships: townships.map { FigureReport.OfTownship(township: $0.key, figures: $0.value.figures) },
            clinics: clinics.map {
                FigureReport.OfClinic(
                    clinic: $0.key.clinic, township: $0.key.township, figures: $0.value.figures)
            },
            rules: total.verdictsByRule.map { FigureReport.OfRule($0.key, $0.value) }
                .sorted { ($1.high, $0.rule) < ($0.high, $1.rule) },
            cells: withCells
                ? cells.map { key in
                    FigureReport.Cell(
                        month: months[key.month], clinic: key.clinic, township: key.township,
                        figures: tallies[key]?.figures ?? Tally().figures)
                } : nil,
            ruleCells: withCells
                ? byMonth.sorted { $0.key < $1.key }.flatMap { index, tally in
                    tally.verdictsByRule.sorted { $0.key < $1.key }.map {
                        FigureReport.OfRule($0.key, $0.value, month: months[index])
                    }
                } : nil)
    }
}

extension [Timestamp] {
    /// The first index whose element fulfils a condition that all elements after it fulfil too.
    fileprivate func partitioningIndex(where isBeyond: (Timestamp) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
