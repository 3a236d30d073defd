import ECGModel
import ECGSimulator

/// ST levels of every lead at the end of a recording, against hand marks on ludb and against the truth of simulated
/// patients.
public struct STLevelTable: AccuracyTable {
    public let name = "st"
    public let sets = ["ludb"]

    private static let marginMicrovolts = 1.0
    private static let reachMicrovolts = 25.0

    /// By what is judged, then by instant.
    private var errors: [String: [Spread]] = [:]
    private var farthest: [String: [Farthest]] = [:]
    private var unmeasured: [String: Int] = [:]
    private static let noisy = Set(SimulatedPatients.ofEveryWall.map { Subject($0.noisy) })

    private enum Against {
        static let handMarks = "ludb, hand marks"
        static let quiet = "simulator, quiet"
        static let noisy = "simulator, 20 dB"
        static let all = [handMarks, quiet, noisy]
    }

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        recordings.subjects(of: "ludb") + SimulatedPatients.ofEveryWall.map { Subject($0.quiet) }
            + SimulatedPatients.ofEveryWall.map { Subject($0.noisy) }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        if let truth = analysed.truth {
            let truths = analysed.header.leads.map { truth.st($0)?.levels ?? [] }
            add(truths, analysed, to: Self.noisy.contains(analysed.subject) ? Against.noisy : Against.quiet)
        } else if let average = HandAveragedBeat(try recordings.fusedBeats(of: analysed), in: analysed) {
            add(average.levels, analysed, to: Against.handMarks)
        }
    }

    private mutating func add(_ truths: [[Millivolts]], _ analysed: AnalysedSubject, to row: String) {
        var spreads = errors[row] ?? HandAveragedBeat.instants.map { _ in Spread() }
        var farthest = farthest[row] ?? HandAveragedBeat.instants.map { _ in Farthest() }
        for (channel, (waves, levels)) in zip(analysed.last.waves, truths).enumerated() {
            for (instant, (measured, truth)) in zip(waves.stLevels, levels).enumerated() {
                if let measured {
                    let error = Microvolts(measured - truth).value
                    spreads[instant].add(error)
                    farthest[instant].note(
                        error, at: "\(analysed.subject.name) \(analysed.header.channels[channel].lead)")
                } else {
                    unmeasured[row, default: 0] += 1
                }
            }
        }
        errors[row] = spreads
        self.farthest[row] = farthest
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "ST levels",
            definition: """
                Error of the ST level in µV, over all leads of all records, at the end of each. ludb: against the levels \
                at the hand-marked J point of the averaged hand-marked beats. Simulator: against the truth, \
                \(SimulatedPatients.ofEveryWall.count) patients with infarcts of every wall and without; \
                \(SimulatedPatients.description)
                """,
            columns: [
                "against", "instant", "leads", "mean ± SD µV", "within \(Int(Self.reachMicrovolts)) µV %",
                "farthest off",
            ])
        for row in Against.all {
            for (place, instant) in HandAveragedBeat.instants.enumerated() {
                guard let errors = errors[row]?[place], errors.count > 0 else { continue }
                let label = instant.value == 0 ? "J" : "J+\(Int(instant.value))"
                let name = "st/\(row)/\(label)"
                report.append(
                    [
                        row, label, "\(errors.count)", Printed.spread(errors),
                        Printed.percent(errors.share(within: Self.reachMicrovolts)),
                        farthest[row]?[place].text ?? Printed.none,
                    ],
                    errors.mean.map {
                        Figure("\(name)/mean", $0.magnitude, unit: "uV", better: .low, margin: Self.marginMicrovolts)
                    },
                    errors.standardDeviation.map {
                        Figure("\(name)/SD", $0, unit: "uV", better: .low, margin: Self.marginMicrovolts)
                    })
            }
            if let missing = unmeasured[row] { report.notes.append("\(row): \(missing) levels were not measured.") }
        }
        return report
    }
}
