import ECGFormats
import ECGModel

/// Ventricular fibrillation, flutter and tachycardia on vfdb, and false alarms there and on mitdb.
///
/// Reference episodes of the kind, those less than ``gapSeconds`` apart made one, count from ``leastSeconds`` on. One is
/// found if the analyser's rhythm is fibrillation or wide-complex tachycardia at the end of a second within it or up to
/// ``graceSeconds`` after it: both alarms call the same people. A false alarm is an episode of the rhythm told by the
/// analyser, of at least ``leastAlarmSeconds``, that touches no reference episode of either kind, however short; it
/// counts per hour outside those.
public struct VentricularArrhythmiaTable: AccuracyTable {
    public let name = "ventricular"
    public let sets = ["vfdb", "mitdb"]

    private static let gapSeconds = 2.5
    private static let leastSeconds = 4.0
    private static let graceSeconds = 5.0
    /// The shortest for which the table that ships raises more than a note: 3 s, of fibrillation and of a run.
    private static let leastAlarmSeconds = 3.0
    /// Se may lose what one episode makes of about fifty; false alarms what one makes of twenty hours.
    private static let marginPoints = 2.0
    private static let marginPerHour = 0.1

    private static let kinds: [(label: String, labels: Set<String>)] = [
        ("fibrillation, flutter", RhythmReference.ventricularFibrillation),
        ("tachycardia", RhythmReference.ventricularTachycardia),
        ("all", RhythmReference.ventricularFibrillation.union(RhythmReference.ventricularTachycardia)),
    ]
    private static let told: [(label: String, rhythms: Set<Rhythm>)] = [
        ("fibrillation, flutter", [.ventricularFibrillation]), ("tachycardia", [.wideComplexTachycardia]),
        ("all", [.ventricularFibrillation, .wideComplexTachycardia]),
    ]

    private var found = kinds.map { _ in Share() }
    private var latencies = kinds.map { _ in Spread() }
    private var missed: [String] = []
    /// By record, and by the reference's rhythm in which they began.
    private var falseByRecord: [String: Int] = [:]
    private var falseWithin: [String: Int] = [:]
    private var falseAlarms = told.map { _ in [String: Int]() }
    private var otherSeconds: [String: Double] = [:]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let set = analysed.subject.set, let annotations = try recordings.annotations("atr", of: analysed)
        else { return }
        let rate = analysed.samplingRate.value
        let reference = RhythmReference(annotations, sampleCount: analysed.samples.count)
        let alarm = Self.told[Self.told.count - 1].rhythms
        if set == "vfdb" {
            for (place, kind) in Self.kinds.enumerated() {
                let episodes = reference.episodes(of: kind.labels, closerThan: Int(Self.gapSeconds * rate))
                for episode in episodes where Double(episode.length) >= Self.leastSeconds * rate {
                    let latest = episode.end + Int(Self.graceSeconds * rate)
                    let first = analysed.measurements.first {
                        $0.sampleCount > episode.start && $0.sampleCount <= latest && alarm.contains($0.rhythm.current)
                    }
                    found[place].add(first != nil)
                    if let first {
                        latencies[place].add(Double(first.sampleCount - episode.start) / rate)
                    } else if place == Self.kinds.count - 1 {
                        missed.append(
                            "\(analysed.subject.name) \(Int(Double(episode.start) / rate)) s for "
                                + "\(Int(Double(episode.length) / rate)) s")
                    }
                }
            }
        }
        let malignant = reference.episodes(of: Self.kinds[Self.kinds.count - 1].labels)
        otherSeconds[set, default: 0] += analysed.seconds - Double(malignant.reduce(0) { $0 + $1.length }) / rate
        for (place, told) in Self.told.enumerated() {
            let alarms = analysed.episodes(of: told.rhythms)
                .filter { Double($0.length) >= Self.leastAlarmSeconds * rate }
                .filter { alarm in !malignant.contains { $0.overlaps(alarm) } }
            falseAlarms[place][set, default: 0] += alarms.count
            guard place == Self.told.count - 1 else { continue }
            if !alarms.isEmpty { falseByRecord["\(set) \(analysed.subject.name)"] = alarms.count }
            for alarm in alarms {
                let rhythm = reference.stretches.last { $0.start <= alarm.start }?.label ?? "before any"
                falseWithin["\(set) \(rhythm)", default: 0] += 1
            }
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Ventricular fibrillation and tachycardia",
            definition: """
                vfdb's episodes of at least \(Int(Self.leastSeconds)) s (closer than \(Self.gapSeconds) s: one), found if \
                either rhythm is told within them or \(Int(Self.graceSeconds)) s after; seconds from the episode's start \
                to the alarm. False: told episodes of at least \(Int(Self.leastAlarmSeconds)) s that touch no VF, VFL or VT \
                annotation, per hour of all other rhythms, noise included.
                """,
            columns: [
                "rhythm", "episodes", "Se %", "median delay s", "90 % within s", "false/h vfdb", "false/h mitdb",
                "false/h both",
            ])
        guard !otherSeconds.isEmpty else { return report }
        for (place, kind) in Self.kinds.enumerated() {
            let alarms = falseAlarms[place]
            func perHour(_ sets: [String]) -> Double? {
                let hours = sets.reduce(0) { $0 + (otherSeconds[$1] ?? 0) } / 3600
                return hours > 0 ? Double(sets.reduce(0) { $0 + (alarms[$1] ?? 0) }) / hours : nil
            }
            report.append(
                [
                    kind.label, "\(found[place].cases)", Printed.percent(found[place]),
                    Printed.number(latencies[place].median), Printed.number(latencies[place].magnitude(ofShare: 0.9)),
                    Printed.number(perHour(["vfdb"]), digits: 2), Printed.number(perHour(["mitdb"]), digits: 2),
                    Printed.number(perHour(sets), digits: 2),
                ],
                found[place].percent.map {
                    Figure("ventricular/\(kind.label)/Se", $0, unit: "%", better: .high, margin: Self.marginPoints)
                },
                perHour(sets).map {
                    Figure(
                        "ventricular/\(kind.label)/false", $0, unit: "/h", better: .low, margin: Self.marginPerHour)
                })
        }
        if !missed.isEmpty { report.notes.append("missed: \(missed.joined(separator: ", "))") }
        for (label, counts) in [("by the annotated rhythm", falseWithin), ("by record", falseByRecord)]
        where !counts.isEmpty {
            let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            report.notes.append("false, \(label): \(sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", "))")
        }
        return report
    }
}
