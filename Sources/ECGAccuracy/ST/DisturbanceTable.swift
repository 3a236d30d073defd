import ECGModel
import ECGSimulator

/// How much a disturbance of known size moves the ST levels: each recording with and without it.
public struct DisturbanceTable: AccuracyTable {
    public let name = "disturbance"
    public let sets = ["ludb", "ptbxl", "ptbdb"]

    private struct Disturbance {
        var label: String
        var alteration: Alteration
        /// What it may move a level by, in microvolts.
        var limit: Double
    }
    private static let wanderLimit = 25.0
    private static let mainsLimit = 10.0
    private static let disturbances = [
        Disturbance(
            label: "wander 1 mV peak to peak, 0.3 Hz", alteration: .sineWave(peak: 0.5, frequency: 0.3),
            limit: wanderLimit),
        Disturbance(
            label: "wander of 1 mV peak, 0.3 Hz", alteration: .sineWave(peak: 1, frequency: 0.3), limit: wanderLimit),
        Disturbance(
            label: "mains 0.5 mV peak, 50 Hz", alteration: .sineWave(peak: 0.5, frequency: 50),
            limit: mainsLimit),
        Disturbance(
            label: "mains 0.5 mV peak, 60 Hz", alteration: .sineWave(peak: 0.5, frequency: 60),
            limit: mainsLimit),
    ]
    private static let marginMicrovolts = 2.0

    private struct Row {
        var source: String
        var disturbance: Disturbance
        var changes = Spread()
        var farthest = Farthest()
        var lost = 0
        var beyond = 0
    }
    private var rows = ["ludb", "ptbxl", "ptbdb", "simulator"].flatMap { source in
        disturbances.map { Row(source: source, disturbance: $0) }
    }
    /// What was measured without a disturbance.
    private var undisturbed: [Subject: [LeadWaves]] = [:]

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        let plain =
            sets.flatMap { recordings.subjects(of: $0) } + SimulatedPatients.ofEveryWall.map { Subject($0.quiet) }
        return plain
            + Self.disturbances.flatMap { disturbance in
                plain.map { Subject($0.source, altered: disturbance.alteration) }
            }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        let subject = analysed.subject
        guard let alteration = subject.alteration else {
            undisturbed[subject] = analysed.last.waves
            return
        }
        let source = subject.set ?? "simulator"
        guard let plain = undisturbed[Subject(subject.source)],
            let row = rows.firstIndex(where: { $0.source == source && $0.disturbance.alteration == alteration })
        else { return }
        for (channel, (before, after)) in zip(plain, analysed.last.waves).enumerated() {
            for (before, after) in zip(before.stLevels, after.stLevels) {
                guard let before else { continue }
                if let after {
                    let change = Microvolts(after - before).value
                    rows[row].changes.add(change)
                    if change.magnitude > rows[row].disturbance.limit { rows[row].beyond += 1 }
                    rows[row].farthest.note(
                        change, at: "\(subject.name) \(analysed.header.channels[channel].lead)")
                } else {
                    rows[row].lost += 1
                }
            }
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Disturbances and ST",
            definition: """
                Change of the ST levels (J to J+80 ms, all leads, at the end of each recording) when a sine wave is added \
                to every lead, in µV; beyond: levels that move by more than 25 µV with wander, 10 µV with mains.
                """,
            columns: ["recordings", "disturbance", "levels", "lost", "mean", "SD", "95 % within", "beyond", "largest"])
        for row in rows where row.changes.count > 0 {
            let name = "disturbance/\(row.source)/\(row.disturbance.label)"
            report.append(
                [
                    row.source, row.disturbance.label, "\(row.changes.count)", "\(row.lost)",
                    Printed.number(row.changes.meanMagnitude), Printed.number(row.changes.standardDeviation),
                    Printed.number(row.changes.magnitude(ofShare: 0.95)),
                    "\(row.beyond)", row.farthest.text,
                ],
                row.changes.meanMagnitude.map {
                    Figure("\(name)/mean", $0, unit: "uV", better: .low, margin: Self.marginMicrovolts)
                },
                row.changes.magnitude(ofShare: 0.95).map {
                    Figure("\(name)/95%", $0, unit: "uV", better: .low, margin: Self.marginMicrovolts)
                })
        }
        return report
    }
}
