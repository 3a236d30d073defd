public import ECGModel
import ECGSignal
public import ECGSimulator
public import ECGTriage

/// How many alerts triage raises among healthy people against how many infarcts it finds, at every operating point of its
/// table.
///
/// The operating point is a factor on all limits of ST deviation (``TriageTable/scalingSTLimits(by:)``). Every recording is
/// analysed once and judged by every table; the same plan gives the same curve.
public struct OperatingCurve: Sendable, Hashable {
    /// What is simulated and judged.
    public struct Plan: Sendable, Hashable {
        /// The factors on the limits of ST deviation, rising.
        public var factors: [Double] = [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
        /// The sizes of infarcts as multiples of their walls' thresholds, rising.
        public var sizes: [Double] = [0.5, 0.75, 1, 1.25, 1.5, 2]
        public var walls: [Infarct.Wall] = Infarct.Wall.allCases
        /// The patients of every wall and size.
        public var infarctSeeds: ClosedRange<UInt64> = 1...12
        public var normalSeeds: ClosedRange<UInt64> = 1...1000
        /// The length of an ordinary twelve-lead recording.
        public var seconds = 10

        public init() {}
    }

    /// The recordings of one kind that raised an alert at one operating point.
    public struct Alerts: Sendable, Hashable {
        public var high = Share()
        /// High or medium.
        public var any = Share()

        mutating func add(_ priority: AlarmPriority?) {
            high.add(priority == .high)
            any.add(priority ?? .low >= .medium)
        }
    }

    public struct Point: Sendable, Hashable {
        public var factor: Double
        public var normals = Alerts()
        /// Of real recordings, where some were given.
        public var realNormals = Alerts()
        /// By the plan's sizes.
        public var infarcts: [Alerts]
    }

    public private(set) var plan: Plan
    public private(set) var tableVersion: String
    public private(set) var points: [Point]

    /// Simulates, analyses and judges.
    ///
    /// - Parameters:
    ///   - table: the table whose limits are scaled.
    ///   - realNormals: recordings of healthy people; none leaves the curve to the simulated ones.
    ///   - progress: told after each recording how many of how many are done.
    public static func measure(
        _ plan: Plan = Plan(), table: TriageTable = .countyDefault, realNormals: [Recording] = [],
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) -> OperatingCurve {
        var curve = OperatingCurve(plan, table: table)
        let tables = plan.factors.map { table.scalingSTLimits(by: $0) }
        let total =
            plan.normalSeeds.count + realNormals.count + plan.walls.count * plan.sizes.count * plan.infarctSeeds.count
        var done = 0
        func finishOne() {
            done += 1
            progress(done, total)
        }
        for seed in plan.normalSeeds {
            let recording = plan.simulate(.normalVariant(seed: seed), seed: seed)
            for (index, priority) in priorities(of: recording, tables).enumerated() {
                curve.points[index].normals.add(priority)
            }
            finishOne()
        }
        for recording in realNormals {
            for (index, priority) in priorities(of: recording, tables).enumerated() {
                curve.points[index].realNormals.add(priority)
            }
            finishOne()
        }
        for wall in plan.walls {
            for (place, size) in plan.sizes.enumerated() {
                for seed in plan.infarctSeeds {
                    let recording = plan.simulate(Plan.infarct(wall, size: size, seed: seed), seed: seed)
                    for (index, priority) in priorities(of: recording, tables).enumerated() {
                        curve.points[index].infarcts[place].add(priority)
                    }
                    finishOne()
                }
            }
        }
        return curve
    }

    private init(_ plan: Plan, table: TriageTable) {
        self.plan = plan
        tableVersion = table.version
        points = plan.factors.map { Point(factor: $0, infarcts: plan.sizes.map { _ in Alerts() }) }
    }

    /// The highest priority that each table's triage reaches on a recording; nil where it alerts nobody.
    private static func priorities(of recording: Recording, _ tables: [TriageTable]) -> [AlarmPriority?] {
        var triages = tables.map { Triage(table: $0, patient: recording.header.patient) }
        func take(_ event: AnalysisEvent) {
            guard case .measured(let measurements) = event else { return }
            for index in triages.indices { _ = triages[index].assess(measurements) }
        }
        var analyzer = RecordingAnalyzer(
            channels: recording.header.channels, samplingRate: recording.header.samplingRate)
        analyzer.process(recording.samples) { take($0) }
        analyzer.finish { take($0) }
        return triages.map { $0.alerts.map(\.priority).max() }
    }
}

extension OperatingCurve.Plan {
    /// An infarct in one of the people that ``ECGSimulator/Scenario/normalVariant(seed:)`` draws, with that person's age,
    /// heart rate and noise, and without the conduction and repolarisation that would hide or mimic it.
    static func infarct(_ wall: Infarct.Wall, size: Double, seed: UInt64) -> Scenario {
        var scenario = Scenario.normalVariant(seed: seed)
        scenario.name = "\(wall.rawValue)-infarct"
        scenario.conduction = .narrow
        scenario.repolarisation = .usual
        scenario.infarct = Infarct(wall, .timesThreshold(size))
        return scenario
    }

    func simulate(_ scenario: Scenario, seed: UInt64) -> Recording {
        var simulation = Simulation(scenario: scenario, seed: seed)
        let samples = simulation.next(Milliseconds(Double(seconds) * 1000).samples(at: simulation.samplingRate))
        return Recording(header: simulation.header(), samples: samples)
    }
}
