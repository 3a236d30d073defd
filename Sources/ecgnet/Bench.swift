import ArgumentParser
import CZlib
import ECGFormats
import ECGModel
import ECGServer
import ECGSimulator
import ECGTriage
import ECGWire
import Foundation

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what the parts cost on this machine, beside a reference in the same run.",
        subcommands: [Analysis.self])

    struct Analysis: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "analyze",
            abstract: "Cost of the analysis per second of one device's signal, on one core.",
            discussion: """
                Measures, on the same samples and in turns, so that a noisy machine disturbs all alike: plain zlib \
                inflating the samples' first differences (the reference), decoding the blocks of the device protocol, \
                and the full analysis with triage. Without a record, a simulated patient with twelve leads at 500 Hz.
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
                try record.map { try WFDBRecord.read($0, id: RecordingID(high: 0, low: 0)).recording }
                ?? Self.simulated()
            try recording.header.validate()
            let seconds = recording.duration / .seconds(1)
            let subjects = try Self.subjects(of: recording)

            var microseconds = subjects.map { _ in [Double]() }
            var progress = ProgressBar("measuring", total: runs, unit: "runs")
            for run in 0..<runs {
                for (index, subject) in subjects.enumerated() {
                    let start = ContinuousClock.now
                    try subject.work()
                    let elapsed = ContinuousClock.now - start
                    microseconds[index].append(elapsed / .microseconds(1) / seconds)
                }
                progress.advance(to: run + 1)
            }
            progress.finish()

            let results = zip(subjects, microseconds).map { Result(name: $0.name, of: $1) }
            let reference = results[0].medianMicroseconds
            if json {
                let report = Report(
                    leads: recording.header.channels.count, samplingRate: recording.header.samplingRate,
                    seconds: seconds, runs: runs, results: results)
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys]
                Terminal.print(String(decoding: try encoder.encode(report), as: UTF8.self))
            } else {
                Terminal.print(
                    "µs per second of signal (median, least, most of \(runs) runs), and ratio to the reference")
                for result in results {
                    Terminal.print(
                        "\(result.name)\t\(result.medianMicroseconds.rounded(to: 1))\t"
                            + "\(result.leastMicroseconds.rounded(to: 1))\t\(result.mostMicroseconds.rounded(to: 1))\t"
                            + "×\((result.medianMicroseconds / reference).rounded(to: 2))")
                }
            }
        }

        /// One minute: long enough that opening the recording does not count, short enough to stay in the cache as
        /// a live recording's state does.
        private static func simulated() throws -> Recording {
            guard let scenario = Scenario.named("normal") else { preconditionFailure("the catalogue has a normal") }
            var simulation = Simulation(scenario: scenario, seed: 1, samplingRate: 500)
            let samples = simulation.next(60 * 500)
            return Recording(header: simulation.header(), samples: samples)
        }

        private struct Subject {
            var name: String
            var work: () throws -> Void
        }

        private static func subjects(of recording: Recording) throws -> [Subject] {
            let header = recording.header
            let rate = Int(header.samplingRate.value.rounded())
            let blocks = stride(from: 0, to: recording.samples.count, by: rate).map {
                recording.samples[$0..<min($0 + rate, recording.samples.count)]
            }
            let differences = try blocks.map { try ReferenceDeflate(firstDifferencesOf: $0) }
            let encoder = BlockEncoder(channels: header.channels)
            let payloads = blocks.indices.map { encoder.encode(blocks[$0], firstSample: $0 * rate) }
            return [
                Subject(name: "zlib inflate of first differences (reference)") {
                    for block in differences { try block.inflate() }
                },
                Subject(name: "decoding of the device's blocks") {
                    let decoder = BlockDecoder()
                    var samples = Samples(channelCount: header.channels.count)
                    for var payload in payloads {
                        let block = try BlockHeader.read(from: &payload)
                        try decoder.decode(block, payload, into: &samples)
                    }
                },
                Subject(name: "full analysis and triage") {
                    var interpreter = RecordingInterpreter(header: header, table: .countyDefault)
                    for block in blocks { _ = interpreter.process(block) }
                    _ = interpreter.finish()
                },
            ]
        }

        private struct Result: Encodable {
            var name: String
            var medianMicroseconds: Double
            var leastMicroseconds: Double
            var mostMicroseconds: Double

            init(name: String, of values: [Double]) {
                let sorted = values.sorted()
                self.name = name
                medianMicroseconds = sorted[sorted.count / 2]
                leastMicroseconds = sorted[0]
                mostMicroseconds = sorted[sorted.count - 1]
            }
        }

        private struct Report: Encodable {
            var leads: Int
            var samplingRate: Hertz
            var seconds: Double
            var runs: Int
            var results: [Result]
        }
    }
}

/// The reference that any server of compressed ECG pays: zlib inflating the samples' first differences.
private struct ReferenceDeflate {
    private let compressed: [UInt8]
    private let size: Int

    /// Sixteen-bit differences of each channel's neighbouring samples, as a plain device would send them.
    init(firstDifferencesOf samples: Samples) throws {
        var bytes: [UInt8] = []
        for channel in 0..<samples.channelCount {
            var previous: Int32 = 0
            for sample in 0..<samples.count {
                let difference = Int16(truncatingIfNeeded: samples[sample, channel] &- previous)
                previous = samples[sample, channel]
                withUnsafeBytes(of: difference.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        size = bytes.count
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&output, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION) == Z_OK else {
            throw CommandError("zlib cannot compress the reference")
        }
        compressed = Array(output.prefix(Int(length)))
    }

    func inflate() throws {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { output in
            var length = uLong(size)
            guard uncompress(output.baseAddress, &length, compressed, uLong(compressed.count)) == Z_OK else {
                throw CommandError("zlib cannot inflate the reference")
            }
        }
    }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
