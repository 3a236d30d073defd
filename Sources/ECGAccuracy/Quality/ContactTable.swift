import ECGModel
import ECGSimulator
import ECGTriage

/// Electrodes that come off simulated patients: whether every lead that needs them is called without contact, second by
/// second, and no other, and whether the clinic is told.
public struct ContactTable: AccuracyTable {
    public let name = "contact"
    public let sets: [String] = []

    private static let seconds = 20
    /// The electrode is off from here to there.
    private static let offSeconds = (from: 6.0, to: 14.0)
    /// The analyser has this long to notice that contact is lost or back; seconds in between do not count.
    private static let settlingSeconds = 2
    private static let marginPoints = 2.0

    private static let readings: [(label: String, reading: ElectrodeFault.Reading)] = [
        ("flat", .flat), ("saturated", .saturated),
    ]

    private var off = readings.map { _ in Share() }
    private var on = readings.map { _ in Share() }
    private var told = readings.map { _ in Share() }

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        Self.readings.flatMap { entry in
            ECGSimulator.Electrode.allCases.enumerated().map { index, electrode in
                let fault = ElectrodeFault(
                    electrode, entry.reading, from: Self.offSeconds.from, to: Self.offSeconds.to)
                let scenario = Scenario(
                    name: "\(entry.label) electrode", title: "", sex: index.isMultiple(of: 2) ? .male : .female,
                    ageYears: 50 + index, rhythm: .sinus(rate: BeatsPerMinute(Double(60 + 3 * index))), faults: [fault])
                return Subject(.simulated(scenario, seed: UInt64(index + 1), seconds: Self.seconds))
            }
        }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        guard case .simulated(let scenario, _, _) = analysed.subject.source, let fault = scenario.faults.first,
            let place = Self.readings.firstIndex(where: { $0.reading == fault.reading }), let truth = analysed.truth
        else { return }
        let offLeads = Set(truth.leadOff.map(\.lead))
        var isTold = false
        for (index, measurements) in analysed.measurements.enumerated() where !measurements.isFinal {
            let second = Double(index + 1)
            let settling = Double(Self.settlingSeconds)
            let isOff = second >= Self.offSeconds.from + settling && second <= Self.offSeconds.to
            let isOn = second <= Self.offSeconds.from || second >= Self.offSeconds.to + settling
            for (lead, quality) in zip(measurements.leads, measurements.quality) {
                let isCalled = !quality.problems.isDisjoint(with: [.leadOff, .saturated])
                if isOff, offLeads.contains(lead) {
                    off[place].add(isCalled)
                } else if isOn || isOff {
                    on[place].add(!isCalled)
                }
            }
            if isOff, let advice = Triage.qualityAdvice(for: measurements), advice.contains("Check ") { isTold = true }
        }
        told[place].add(isTold)
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Electrodes without contact",
            definition: """
                Simulated patients, each with one electrode off from \(Int(Self.offSeconds.from)) to \
                \(Int(Self.offSeconds.to)) s: seconds of leads called flat or saturated of those that are (from \
                \(Self.settlingSeconds) s after the loss), seconds not called so of all others, and patients whose clinic \
                is told to check an electrode.
                """,
            columns: [
                "signal without contact", "lead seconds off", "called %", "lead seconds on", "left alone %", "told %",
            ])
        for (place, entry) in Self.readings.enumerated() where off[place].cases > 0 {
            let name = "contact/\(entry.label)"
            report.append(
                [
                    entry.label, "\(off[place].cases)", Printed.percent(off[place]), "\(on[place].cases)",
                    Printed.percent(on[place]), Printed.percent(told[place]),
                ],
                off[place].percent.map {
                    Figure("\(name)/called", $0, unit: "%", better: .high, margin: Self.marginPoints)
                },
                on[place].percent.map {
                    Figure("\(name)/alone", $0, unit: "%", better: .high, margin: Self.marginPoints)
                })
        }
        return report
    }
}
