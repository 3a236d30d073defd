import ECGModel

/// PR, QRS and QT of the averaged beat against hand-marked beats, one pair a record.
///
/// ludb: the measurements at the end against the mean of the record's fused beats (``FusedBeat``). qtdb: the mean of the
/// measurements of the seconds from the first to the last beat marked in q1c, against the mean of those beats.
public struct IntervalTable: AccuracyTable {
    public let name = "intervals"
    public let sets = ["ludb", "qtdb"]

    private static let marginMilliseconds = 1.0
    private static let reachMilliseconds = 15.0

    private struct Row {
        var set: String
        var interval: String
        var records: [(name: String, error: Double)] = []
        var unmeasured = 0
    }
    private var rows = ["ludb", "qtdb"].flatMap { set in
        ["PR", "QRS", "QT"].map { Row(set: set, interval: $0) }
    }

    /// QT of qtdb: errors by lead alone in the order of the records, and the spread of each record's hand-marked beats.
    private var leadErrors: [[String: Double]] = [[:], [:]]
    private var handMarked: [Spread] = []

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        sets.flatMap { recordings.subjects(of: $0) }
            + leadErrors.indices.flatMap { recordings.subjects(of: "qtdb", altered: .onlyLead($0)) }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        let beats: [FusedBeat]
        let measured: [Intervals]
        if analysed.subject.set == "ludb" {
            beats = try recordings.fusedBeats(of: analysed)
            measured = [analysed.last.intervals]
        } else {
            beats = Self.beats(of: MarkedWave.waves(in: try recordings.annotations("q1c", of: analysed) ?? []))
            guard let first = beats.first?.peak, let last = beats.last?.peak else { return }
            measured = analysed.measurements.filter { (first...last).contains($0.sampleCount) }.map(\.intervals)
        }
        let perSample = 1000 / analysed.samplingRate.value
        let markedQT = beats.compactMap { beat in beat.tEnd.map { Double($0 - beat.qrsOnset) * perSample } }
        if case .onlyLead(let place) = analysed.subject.alteration {
            if let truth = Spread(markedQT).mean, let value = Spread(measured.compactMap(\.qt?.value)).mean {
                leadErrors[place][analysed.subject.name] = value - truth
            }
            return
        }
        if analysed.subject.set == "qtdb" { handMarked.append(Spread(markedQT)) }
        add(
            "PR", beats.compactMap { beat in beat.pOnset.map { Double(beat.qrsOnset - $0) * perSample } },
            measured.compactMap(\.pr), analysed)
        add(
            "QRS", beats.map { Double($0.jPoint - $0.qrsOnset) * perSample }, measured.compactMap(\.qrs), analysed)
        add("QT", markedQT, measured.compactMap(\.qt), analysed)
    }

    private mutating func add(
        _ interval: String, _ marked: [Double], _ measured: [Milliseconds], _ analysed: AnalysedSubject
    ) {
        guard let truth = Spread(marked).mean,
            let row = rows.firstIndex(where: { $0.set == analysed.subject.set && $0.interval == interval })
        else { return }
        guard let value = Spread(measured.map(\.value)).mean else {
            rows[row].unmeasured += 1
            return
        }
        rows[row].records.append((analysed.subject.name, value - truth))
    }

    /// The beats of one series of marks, each with the P wave before and the T wave after its QRS complex.
    static func beats(of waves: [MarkedWave]) -> [FusedBeat] {
        var beats: [FusedBeat] = []
        var atrial: MarkedWave?
        for wave in waves {
            switch wave.kind {
            case .p: atrial = wave
            case .qrs:
                if let onset = wave.onset, let end = wave.end {
                    beats.append(
                        FusedBeat(peak: wave.peak, qrsOnset: onset, jPoint: end, pOnset: atrial?.onset, tEnd: nil))
                }
                atrial = nil
            case .t:
                if let last = beats.last, last.tEnd == nil { beats[beats.count - 1].tEnd = wave.end }
            }
        }
        return beats
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Intervals",
            definition: """
                Error of the averaged beat's intervals in ms, one a record, positive where the machine's is longer. ludb: \
                at the end of the record, against the mean of its fused hand-marked beats. qtdb: mean over the stretch \
                marked in q1c, against the mean of the beats marked there.
                """,
            columns: [
                "set", "interval", "records", "not measured", "mean ± SD ms",
                "within \(Int(Self.reachMilliseconds)) ms %", "farthest off",
            ])
        for row in rows where !row.records.isEmpty {
            let errors = Spread(row.records.map(\.error))
            let worst = row.records.max { $0.error.magnitude < $1.error.magnitude }
            let name = "intervals/\(row.set)/\(row.interval)"
            report.append(
                [
                    row.set, row.interval, "\(errors.count)", "\(row.unmeasured)", Printed.spread(errors),
                    Printed.percent(errors.share(within: Self.reachMilliseconds)),
                    worst.map { "\($0.name) \(Printed.number($0.error, digits: 0, sign: true))" } ?? Printed.none,
                ],
                errors.mean.map {
                    Figure(
                        "\(name)/mean", $0.magnitude, unit: "ms", better: .low, margin: Self.marginMilliseconds)
                },
                errors.standardDeviation.map {
                    Figure("\(name)/SD", $0, unit: "ms", better: .low, margin: Self.marginMilliseconds)
                })
        }
        if let note = noteOnQT { report.notes.append(note) }
        return report
    }

    /// The farthest records that the note leaves out.
    private static let leftOut = [3, 5]

    /// What bounds the QT of qtdb: a few records, the choice of the lead, the marks themselves.
    private var noteOnQT: String? {
        guard let row = rows.first(where: { $0.set == "qtdb" && $0.interval == "QT" }), !row.records.isEmpty else {
            return nil
        }
        let sorted = row.records.sorted { $0.error.magnitude < $1.error.magnitude }.map(\.error)
        let without = Self.leftOut.map { "\($0): \(Printed.spread(Spread(sorted.dropLast($0))))" }
        let alone = leadErrors.map { Printed.spread(Spread($0.sorted { $0.key < $1.key }.map(\.value))) }
        let nearer = leadErrors[0].sorted { $0.key < $1.key }.compactMap { name, first in
            leadErrors[1][name].map { $0.magnitude < first.magnitude ? $0 : first }
        }
        let within = Spread(handMarked.compactMap(\.standardDeviation)).mean
        return """
            qtdb QT without as many of the farthest records, \(without.joined(separator: ", ")); of the first lead alone \
            \(alone[0]), of the second \(alone[1]), of whichever is nearer the marks in each record \
            \(Printed.spread(Spread(nearer))). The hand-marked QT of a record's beats has a standard deviation of \
            \(within.map { Printed.number($0, digits: 1) } ?? Printed.none) ms, mean over the records.
            """
    }
}
