import ArgumentParser
import ECGFormats
import ECGModel
import Foundation

struct CodecBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codec",
        abstract: "Size and speed of the device protocol's codecs, beside what other ways of packing cost.",
        discussion: """
            Packs the records in blocks of each length and unpacks them again, on one core. Sizes of the device protocol \
            include a block's header of 16 bytes. zlib packs every block by itself, as 16-bit samples or as 16-bit first \
            differences, lead after lead; inflating the latter is the reference for the time of decoding. Where they \
            are installed, flac -8 packs the 16-bit samples in files of up to eight leads, a frame for each block, and \
            xz -6 packs the 16-bit first differences, an xz block for each block; their times include starting the \
            program for every record and reading and writing files. MB are millions of bytes of 16-bit samples.
            """)

    @Argument(help: "WFDB records: paths with or without .hea.")
    var records: [String]

    @Option(name: .customLong("microvolts-per-count"), help: "Round the samples to counts of this size first.")
    var microvoltsPerCount: Double?

    @Option(name: .customLong("block-seconds"), parsing: .upToNextOption, help: "Lengths of the blocks.")
    var blockSeconds: [Double] = [1, 10]

    @Option(help: "How often everything is timed; the least counts.")
    var runs = 1

    @Flag(help: "Print one JSON object for each length.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(runs) else { throw ValidationError("--runs must be from 1 to 1000") }
        guard !records.isEmpty else { throw ValidationError("name a record at least") }
        guard !blockSeconds.isEmpty, blockSeconds.allSatisfy({ (0.01...60).contains($0) }) else {
            throw ValidationError("--block-seconds must be from 0.01 to 60")
        }
        if let microvoltsPerCount, !(0.001...1000).contains(microvoltsPerCount) {
            throw ValidationError("--microvolts-per-count must be from 0.001 to 1000")
        }
    }

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var measurements = blockSeconds.map { CodecMeasurement(blockSeconds: $0, runs: runs, folder: folder) }
        var progress = ProgressBar("measuring", total: records.count, unit: "records")
        for (index, path) in records.enumerated() {
            var recording = try WFDBRecord.read(path, id: RecordingID(high: 0, low: 0)).recording
            if let microvoltsPerCount {
                recording = recording.requantised(toNanovoltsPerCount: microvoltsPerCount * 1000)
            }
            for measurement in measurements.indices { try measurements[measurement].add(recording) }
            progress.advance(to: index + 1)
        }
        progress.finish()
        for (index, measurement) in measurements.enumerated() {
            let report = CodecReport(measurement, records: records.count)
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys]
                Terminal.print(String(decoding: try encoder.encode(report), as: UTF8.self))
            } else {
                Terminal.print((index == 0 ? "" : "\n") + report.table)
            }
        }
    }
}

/// A measurement in the numbers that are printed.
private struct CodecReport: Encodable {
    struct Row: Encodable {
        var name: String
        var bitsPerSample: Double
        var encodeMegabytesPerSecond: Double
        var decodeMegabytesPerSecond: Double
        var encodeMicrosecondsPerSecond: Double
        var decodeMicrosecondsPerSecond: Double
        var decodeTimesReference: Double
    }

    var records: Int
    var blockSeconds: Double
    var samples: Int
    var deviceSeconds: Double
    var results: [Row]

    init(_ measurement: CodecMeasurement, records: Int) {
        self.records = records
        blockSeconds = measurement.blockSeconds
        samples = measurement.counts
        deviceSeconds = measurement.deviceSeconds
        results = measurement.results.map {
            Row(
                name: $0.name, bitsPerSample: measurement.bitsPerSample($0),
                encodeMegabytesPerSecond: measurement.megabytesPerSecond($0.encodeSeconds),
                decodeMegabytesPerSecond: measurement.megabytesPerSecond($0.decodeSeconds),
                encodeMicrosecondsPerSecond: measurement.microsecondsPerDeviceSecond($0.encodeSeconds),
                decodeMicrosecondsPerSecond: measurement.microsecondsPerDeviceSecond($0.decodeSeconds),
                decodeTimesReference: $0.decodeSeconds / measurement.results[0].decodeSeconds)
        }
    }

    var table: String {
        func cell(_ value: Double, _ digits: Int) -> TextTable.Cell {
            TextTable.Cell(String(format: "%.\(digits)f", value))
        }
        var table = TextTable(heading: [
            "blocks of \(blockSeconds.formatted()) s", "bits/sample", "encode MB/s", "decode MB/s", "encode µs/s",
            "decode µs/s", "decode × reference",
        ])
        for row in results {
            table.append([
                TextTable.Cell(row.name), cell(row.bitsPerSample, 3), cell(row.encodeMegabytesPerSecond, 1),
                cell(row.decodeMegabytesPerSecond, 1), cell(row.encodeMicrosecondsPerSecond, 1),
                cell(row.decodeMicrosecondsPerSecond, 1), cell(row.decodeTimesReference, 2),
            ])
        }
        let setting = "\(samples) samples of \(records) records; µs per second of one device's signal"
        return (table.lines + [setting]).joined(separator: "\n")
    }
}
