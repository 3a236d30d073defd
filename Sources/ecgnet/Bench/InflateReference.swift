import ECGModel
import ECGSimulator
import NIOCore

/// What any server of compressed ECG pays: plain zlib inflating a recording's first differences, in blocks of a second. The
/// figures of the benches are held to it, since it is as fast or slow as the machine is at the moment.
struct InflateReference: Sendable {
    private let blocks: [ZlibBlock]

    init(_ seconds: [Samples]) throws { blocks = try seconds.map { try ZlibBlock(SixteenBits.firstDifferences($0)) } }

    func run() throws {
        let inflater = try ZlibInflater()
        for block in blocks { try inflater.inflate(block) }
    }

    /// How often each core does it, and how much signal it works through each time: half a second altogether.
    private static let runs = 200
    private static let seconds = 60

    /// The median of what a second of a simulated patient takes, in µs, while every core does the same.
    static func microsecondsOnAllCores() async throws -> Double {
        guard let scenario = Scenario.named("normal") else { preconditionFailure("the catalogue has a normal") }
        var simulation = Simulation(scenario: scenario, seed: 1, samplingRate: LoadPatient.samplingRate)
        let reference = try InflateReference((0..<seconds).map { _ in simulation.next(LoadPatient.samplesPerBlock) })
        let taken = try await withThrowingTaskGroup(of: [Double].self) { cores in
            for _ in 0..<System.coreCount {
                cores.addTask {
                    try (0..<runs).map { _ in
                        let begin = ContinuousClock.now
                        try reference.run()
                        return begin.seconds(until: .now) * 1e6 / Double(seconds)
                    }
                }
            }
            return try await cores.reduce(into: []) { $0 += $1 }
        }
        return Percentiles(taken)?.median ?? .nan
    }
}
