import ArgumentParser
import ECGFormats
import ECGModel
import ECGServer
import ECGTriage
import Foundation

struct Analyze: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Analyse recordings offline, with the analyser and the rules that the server uses.",
        discussion: """
            Prints a table of readings, or with --json one object a line. With --out, writes DIR/<record>.<annotator> \
            in WFDB's annotation format: every beat at its R peak and, in recordings of twelve leads, ( at its QRS \
            onset and ) at its J point.

            \(MachineReading.disclaimer)
            """)

    @Argument(help: "WFDB records: paths with or without .hea.")
    var records: [String]

    @Option(help: ArgumentHelp("Write annotations into this folder.", valueName: "dir"))
    var out: String?

    @Option(help: "The extension of annotation files.")
    var annotator = "ecgnet"

    @Flag(help: "Print one JSON object a record.")
    var json = false

    @Option(help: ArgumentHelp("A triage table in JSON instead of the built-in one.", valueName: "file"))
    var rules: String?

    func validate() throws {
        guard !annotator.isEmpty, annotator.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) else {
            throw ValidationError("--annotator names a file extension: use letters and digits, as in 'ecgnet'")
        }
    }

    func run() throws {
        let table = try rules.map(TriageTable.read(file:)) ?? .countyDefault
        if let out {
            do {
                try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            } catch {
                throw CommandError("the folder \(out) cannot be made: name one in a folder that may be written to")
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]

        var progress = ProgressBar("analysing", total: records.count, unit: "records")
        defer { progress.finish() }
        var failures = 0
        for (index, path) in records.enumerated() {
            progress.advance(to: index)
            do {
                let read = try RecordReading.read(path, table: table)
                if !read.record.doubts.isEmpty { progress.finish() }
                read.record.sayDoubts(path: path)
                if let out {
                    let file = URL(filePath: out).appending(path: "\(read.record.name).\(annotator)").path
                    try AnnotationFile.write(
                        Self.annotations(of: read.beats, in: read.record.recording.header), to: file,
                        samplingRate: read.record.recording.header.samplingRate)
                }
                if json {
                    let line = try encoder.encode(ReadRecord(record: path, reading: read.reading))
                    Terminal.print(String(decoding: line, as: UTF8.self))
                } else {
                    progress.finish()
                    Terminal.print(ReadingText.lines(of: read.reading, title: path).joined(separator: "\n"))
                }
            } catch {
                progress.finish()
                Terminal.say("ecgnet: \(path): \(error)")
                failures += 1
            }
        }
        if !json { Terminal.say(MachineReading.disclaimer) }
        if failures > 0 { throw ExitCode.failure }
    }

    /// Boundaries are written where twelve leads vouch for them.
    private static func annotations(of beats: [Beat], in header: RecordingHeader) -> [Annotation] {
        let marksBoundaries = header.channels.count >= Lead.standardTwelve.count
        return beats.flatMap { beat -> [Annotation] in
            var marks = [Annotation(sample: beat.rPeak, code: AnnotationCode(beat.beatClass))]
            if marksBoundaries, let onset = beat.qrsOnset, onset < beat.rPeak {
                marks.insert(Annotation(sample: onset, code: .waveOnset), at: 0)
            }
            if marksBoundaries, let jPoint = beat.jPoint, jPoint > beat.rPeak {
                marks.append(Annotation(sample: jPoint, code: .waveEnd))
            }
            return marks
        }.sorted { $0.sample < $1.sample }
    }
}

/// A reading with the name of what was read, as `--json` prints it.
private struct ReadRecord: Encodable {
    var record: String
    var reading: MachineReading

    enum CodingKeys: CodingKey { case record }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(record, forKey: .record)
        try reading.encode(to: encoder)
    }
}
