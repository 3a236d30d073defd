import ECGModel
import ECGSimulator

/// Critical rhythms of simulated patients: which alert they raise within half a minute, and whether rhythms that are not
/// critical raise any of them.
public struct SimulatedRhythmTable: AccuracyTable {
    public let name = "rhythms"
    public let sets: [String] = []

    private static let seeds: ClosedRange<UInt64> = 1...10
    private static let seconds = 30
    private static let marginPoints = 10.0
    /// The alerts of critical rhythms.
    private static let codes: Set<String> = [
        "ventricular-fibrillation", "ventricular-tachycardia", "supraventricular-tachycardia", "severe-bradycardia",
        "ventricular-pause", "asystole",
    ]

    private struct Case {
        var label: String
        var rhythm: HeartRhythm
        /// Nil where no alert is due.
        var code: String?
        var raised = Share()
        var others: [String: Int] = [:]
    }
    private var cases = [
        Case(
            label: "ventricular fibrillation from 6 s", rhythm: .ventricularFibrillation(onset: 6),
            code: "ventricular-fibrillation"),
        Case(
            label: "ventricular tachycardia 175/min from 6 s", rhythm: .ventricularTachycardia(rate: 175, onset: 6),
            code: "ventricular-tachycardia"),
        Case(
            label: "supraventricular tachycardia 210/min", rhythm: .supraventricularTachycardia(rate: 210),
            code: "supraventricular-tachycardia"),
        Case(label: "asystole from 6 s", rhythm: .asystole(onset: 6), code: "asystole"),
        Case(
            label: "standstill, P waves 80/min from 6 s",
            rhythm: .ventricularStandstill(atrialRate: 80, escapeRate: nil, onset: 6), code: "asystole"),
        Case(
            label: "standstill after escape 34/min, from 10 s",
            rhythm: .ventricularStandstill(atrialRate: 86, escapeRate: 34, onset: 10), code: "asystole"),
        Case(
            label: "pauses of 3.6 s", rhythm: .pauses(rate: 64, seconds: 3.6, everyBeats: 6), code: "ventricular-pause"),
        Case(
            label: "complete block, escape 34/min", rhythm: .completeBlock(atrialRate: 86, escapeRate: 34),
            code: "severe-bradycardia"),
        Case(label: "sinus bradycardia 32/min", rhythm: .sinus(rate: 32), code: "severe-bradycardia"),
        Case(label: "sinus rhythm 48/min", rhythm: .sinus(rate: 48)),
        Case(label: "sinus rhythm 72/min", rhythm: .sinus(rate: 72)),
        Case(label: "sinus tachycardia 130/min", rhythm: .sinus(rate: 130)),
        Case(label: "atrial fibrillation, mean 96/min", rhythm: .atrialFibrillation(rate: 96)),
        Case(label: "every fifth beat ventricular", rhythm: .ventricularEctopy(rate: 72, everyBeats: 5)),
        Case(label: "Wenckebach 4:3", rhythm: .wenckebach(rate: 80, cycle: 4)),
    ]

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        cases.flatMap { entry in
            Self.seeds.map { seed in
                let scenario = Scenario(
                    name: entry.label, title: "", sex: seed.isMultiple(of: 2) ? .female : .male,
                    ageYears: 40 + 4 * Int(seed), chiefComplaint: "palpitations", rhythm: entry.rhythm)
                return Subject(.simulated(scenario, seed: seed, seconds: Self.seconds))
            }
        }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        guard case .simulated(let scenario, _, _) = analysed.subject.source,
            let place = cases.firstIndex(where: { $0.label == scenario.name })
        else { return }
        let raised = Set(analysed.alerts.map(\.code)).intersection(Self.codes)
        cases[place].raised.add(cases[place].code.map { raised.contains($0) } ?? raised.isEmpty)
        for code in raised where code != cases[place].code { cases[place].others[code, default: 0] += 1 }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Critical rhythms of simulated patients",
            definition: """
                \(Self.seeds.count) patients a rhythm, \(Self.seconds) s each: how many raise the alert that is due, or none \
                where none is.
                """,
            columns: ["rhythm", "alert due", "right %", "other rhythm alerts"])
        for entry in cases where entry.raised.cases > 0 {
            let others = entry.others.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            report.append(
                [
                    entry.label, entry.code ?? "none", Printed.percent(entry.raised, digits: 0),
                    others.isEmpty ? Printed.none : others.joined(separator: ", "),
                ],
                entry.raised.percent.map {
                    Figure("rhythms/\(entry.label)", $0, unit: "%", better: .high, margin: Self.marginPoints)
                })
        }
        return report
    }
}
