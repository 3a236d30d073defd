import ArgumentParser
import ECGFormats
import ECGModel
import ECGServer
import ECGSignal
import ECGSimulator
import ECGTriage
import ECGWire
import Foundation

struct AnalysisBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Cost of the analysis per second of one device's signal, on one core.",
        discussion: """
            Measures, on the same samples and in turns, so that a noisy machine disturbs all alike: plain zlib \
            inflating the samples' first differences (the reference), a cascade of four biquad filters over all leads, \
            decoding the blocks of the device protocol, finding the beats, and the full analysis with triage. Without a \
            record, a simulated patient with twelve leads at 500 Hz. The last column compares the least disturbed runs: \
            where another thread is busy on the same core, all take half as long again, and what keeps the core's units \
            busy, as the analysis does, suffers more than the inflater. A release build is what counts: a debug build \
            optimises file by file and takes twice as long.
            """)

    @Argument(help: "A WFDB record.")
    var record: String?

    @Option(help: "How often everything is measured.")
    var runs = 9

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs must be from 1 to 1000") }
    }

    func run() throws {
        let recording =
            try record.map { try WFDBRecord.read($0, id: RecordingID(high: 0, low: 0)).recording } ?? Self.simulated()
        try recording.header.validate()
        let report = Report(
            leads: recording.header.channels.count, samplingRate: recording.header.samplingRate,
            seconds: recording.duration / .seconds(1), runs: runs,
            results: try TimedWork.measure(
                try Self.pieces(of: recording), runs: runs, secondsOfSignal: recording.duration / .seconds(1)))
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            Terminal.print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            Terminal.print(report.table)
        }
    }

    /// One minute: long enough that opening the recording does not count. What is measured is the work of a core that has the
    /// recording's state in its cache; a server of thousands finds each in main memory, and takes longer.
    private static func simulated() throws -> Recording {
        guard let scenario = Scenario.named("normal") else { preconditionFailure("the catalogue has a normal") }
        var simulation = Simulation(scenario: scenario, seed: 1, samplingRate: 500)
        let samples = simulation.next(60 * 500)
        return Recording(header: simulation.header(), samples: samples)
    }

    /// The reference first: the ratios of the report are to it.
    private static func pieces(of recording: Recording) throws -> [TimedWork] {
        let header = recording.header
        let rate = Int(header.samplingRate.value.rounded())
        let blocks = stride(from: 0, to: recording.samples.count, by: rate).map {
            recording.samples[$0..<min($0 + rate, recording.samples.count)]
        }
        let reference = try InflateReference(blocks)
        let encoder = BlockEncoder(channels: header.channels)
        var memory = CodecMemory()
        let payloads = blocks.indices.map { encoder.encode(blocks[$0], firstSample: $0 * rate, memory: &memory) }
        return [
            TimedWork(name: "zlib inflate of first differences (reference)") { try reference.run() },
            TimedWork(name: "four biquads over all leads") {
                var cascade = FilterCascade(channelCount: header.channels.count, samplingRate: header.samplingRate)
                for block in blocks { cascade.process(block) }
                // Without a use of the result the filters might be left out.
                precondition(!cascade.newest(ofChannel: 0).isNaN, "filtered counts are numbers")
            },
            TimedWork(name: "decoding of the device's blocks") {
                let decoder = BlockDecoder()
                var memory = CodecMemory()
                var samples = Samples(channelCount: header.channels.count)
                for var payload in payloads {
                    let block = try BlockHeader.read(from: &payload)
                    try decoder.decode(block, payload, memory: &memory, into: &samples)
                }
            },
            TimedWork(name: "beat detection alone") {
                var finder = BeatFinder(channels: header.channels, samplingRate: header.samplingRate)
                for block in blocks { finder.process(block) { _ in } }
                finder.finish { _ in }
            },
            TimedWork(name: "full analysis and triage") {
                var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
                for block in blocks { _ = interpreter.process(block) }
                _ = interpreter.finish()
            },
        ]
    }

    private struct Report: Encodable {
        var leads: Int
        var samplingRate: Hertz
        var seconds: Double
        var runs: Int
        var results: [Timing]

        var table: String {
            var table = TextTable(heading: [
                "µs per second of signal", "median", "least", "most", "× reference", "least ×",
            ])
            for result in results {
                let ratio = result.medianMicroseconds / results[0].medianMicroseconds
                let leastRatio = result.leastMicroseconds / results[0].leastMicroseconds
                table.append([
                    TextTable.Cell(result.name), Self.cell(result.medianMicroseconds),
                    Self.cell(result.leastMicroseconds), Self.cell(result.mostMicroseconds),
                    TextTable.Cell(String(format: "%.2f", ratio)), TextTable.Cell(String(format: "%.2f", leastRatio)),
                ])
            }
            let setting = "\(leads) leads at \(samplingRate.value) Hz, \(seconds) s, \(runs) runs in turns on one core"
            return (table.lines + [setting]).joined(separator: "\n")
        }

        private static func cell(_ microseconds: Double) -> TextTable.Cell {
            TextTable.Cell(String(format: "%.1f", microseconds))
        }
    }
}
