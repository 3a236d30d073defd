import ECGModel
import ECGSimulator

/// Simulated infarcts by wall and size, and simulated people without one.
public struct SimulatedInfarctTable: AccuracyTable {
    public let name = "infarcts"
    public let sets: [String] = []

    /// As a multiple of the thresholds of the Fourth Universal Definition.
    private static let sizes = [1.0, 1.5, 2, 3]
    private static let people: [(sex: Patient.Sex, ageYears: Int)] = [
        (.male, 35), (.male, 61), (.female, 58), (.female, 80),
    ]
    private static let seeds: ClosedRange<UInt64> = 1...3
    private static let normalSeeds: ClosedRange<UInt64> = 1...1000
    private static let seconds = 10
    private static let marginPoints = 3.0
    private static let marginNormals = 0.2

    /// By wall, then by size.
    private var high: [Infarct.Wall: [Share]] = [:]
    private var normals: [AlarmPriority: Share] = [:]

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        var subjects: [Subject] = []
        for wall in Infarct.Wall.allCases {
            for size in Self.sizes {
                for person in Self.people {
                    for seed in Self.seeds {
                        var scenario = Scenario(
                            name: "\(wall.rawValue) infarct", title: "", sex: person.sex, ageYears: person.ageYears,
                            rhythm: .sinus(rate: 78), infarct: Infarct(wall, .timesThreshold(size)))
                        scenario.noise = .quiet
                        subjects.append(Subject(.simulated(scenario, seed: seed, seconds: Self.seconds)))
                    }
                }
            }
        }
        return subjects
            + Self.normalSeeds.map {
                Subject(.simulated(.normalVariant(seed: $0), seed: $0, seconds: Self.seconds))
            }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        guard case .simulated(let scenario, _, _) = analysed.subject.source else { return }
        guard let infarct = scenario.infarct else {
            for priority in AlarmPriority.allCases {
                normals[priority, default: Share()].add(analysed.alerts.contains { $0.priority == priority })
            }
            return
        }
        guard case .timesThreshold(let size) = infarct.level, let place = Self.sizes.firstIndex(of: size) else {
            return
        }
        var shares = high[infarct.wall] ?? Self.sizes.map { _ in Share() }
        shares[place].add(analysed.highestPriority == .high)
        high[infarct.wall] = shares
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Simulated infarcts",
            definition: """
                \(Self.people.count * Self.seeds.count) patients a wall and size, \(Self.seconds) s each: per cent with a \
                high alert, by size as a multiple of the wall's threshold. Without infarct: \
                \(Self.normalSeeds.count) people of both sexes and all ages, blocks, hypertrophy and early repolarisation \
                among them.
                """,
            columns: ["wall"] + Self.sizes.map { "× \(Printed.number($0))" })
        for wall in Infarct.Wall.allCases {
            guard let shares = high[wall] else { continue }
            report.append([wall.rawValue] + shares.map { Printed.percent($0, digits: 0) })
            for (size, share) in zip(Self.sizes, shares) {
                guard let percent = share.percent else { continue }
                report.figures.append(
                    Figure(
                        "infarcts/\(wall.rawValue)/×\(Printed.number(size))", percent, unit: "%", better: .high,
                        // At the threshold itself half are found by chance; one patient more or less says nothing.
                        margin: size == 1 ? 4 * Self.marginPoints : Self.marginPoints))
            }
        }
        for priority in AlarmPriority.allCases.reversed() {
            guard let share = normals[priority], let percent = share.percent else { continue }
            report.notes.append("Without infarct, \(priority.rawValue) alerts: \(Printed.count(share)).")
            if priority != .low {
                report.figures.append(
                    Figure(
                        "infarcts/none/\(priority.rawValue)", percent, unit: "%", better: .low,
                        margin: Self.marginNormals))
            }
        }
        return report
    }
}
