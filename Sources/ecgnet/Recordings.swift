public import ArgumentParser
import AsyncHTTPClient
import ECGModel
import ECGServer
import ECGStore
import Foundation
import NIOCore
import NIOHTTP1

/// Recordings on a server: what there is, what the machine reads in it, and the waveform as files.
struct Recordings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recordings", abstract: "List, read and export the recordings on a server.",
        discussion: """
            Asks a server's API as the user of a token, which is in ECGNET_TOKEN or in a file.

            \(MachineReading.disclaimer)
            """,
        subcommands: [List.self, Show.self, Export.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List recordings, the newest first.",
            discussion: """
                --tsv prints one line a recording, with tabs between: identifier, device, clinic, open or closed, \
                samples, seconds, sampling rate in Hz, number of leads, time of opening, waveform (stored or dropped). \
                --json prints one object a line.
                """)

        @Option(help: "Only those of one device.")
        var device: String?

        @OptionGroup var page: ListOptions
        @OptionGroup var access: ServerAccess

        func run() async throws {
            let list: RecordingList = try await access.withServer { server in
                try await server.get("recordings", query: [("device", device), ("limit", "\(page.limit)")])
            }
            switch page.form {
            case .tsv: list.recordings.forEach { Terminal.print(Self.fields(of: $0).joined(separator: "\t")) }
            case .json: try JSONLine.print(list.recordings)
            case .table:
                guard !list.recordings.isEmpty else {
                    Terminal.say("there are no such recordings")
                    return
                }
                var table = TextTable(heading: [
                    "ID", "DEVICE", "CLINIC", "STATUS", "SAMPLES", "SECONDS", "HZ", "LEADS", "OPENED", "WAVEFORM",
                ])
                list.recordings.forEach { table.append(Self.fields(of: $0).map { TextTable.Cell($0) }) }
                table.lines.forEach(Terminal.print)
            }
        }

        private static func fields(of recording: RecordingDocument) -> [String] {
            [
                "\(recording.id)", recording.device, recording.clinic, recording.status.rawValue,
                "\(recording.sampleCount)",
                String(format: "%.1f", recording.durationSeconds), String(format: "%g", recording.samplingRate.value),
                "\(recording.leads.count)", "\(recording.openedAt)", recording.hasWaveform ? "stored" : "dropped",
            ].map(\.onOneLine)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the machine reading of a recording.")

        @Argument(help: "The recording's identifier.") var id: RecordingID
        @OptionGroup var access: ServerAccess

        func run() async throws {
            let (recording, answer) = try await access.withServer { server in
                let recording: RecordingDocument = try await server.get("recordings/\(id)")
                return (recording, try await server.get("recordings/\(id)/reading", as: ReadingDocument.self))
            }
            let title =
                "\(id): \(String(format: "%.1f", recording.durationSeconds)) s from \(recording.device), "
                + "\(recording.clinic.onOneLine), \(recording.openedAt)"
            ReadingText.lines(of: answer.reading, title: title).forEach(Terminal.print)
            Terminal.say(MachineReading.disclaimer)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Download a recording as a WFDB record: DIR/<identifier>.hea and .dat.")

        @Argument(help: "The recording's identifier.") var id: RecordingID

        @Option(help: ArgumentHelp("The folder to write into; made if missing.", valueName: "dir"))
        var out: String

        @Flag(help: "Replace files that are there already.")
        var force = false

        @OptionGroup var access: ServerAccess

        func run() async throws {
            var export = try RecordingExport(of: id, into: URL(filePath: out), replacing: force)
            defer { export.removeRemains() }
            try await access.withServer { server in
                var stream = try await server.stream("recordings/\(id)/wfdb")
                var progress = ProgressBar("downloading", total: (stream.byteCount ?? 0) / 1024, unit: "KiB")
                defer { progress.finish() }
                var received = 0
                while let bytes = try await stream.next() {
                    try export.write(bytes)
                    received += bytes.count
                    progress.advance(to: received / 1024)
                }
            }
            let files = try export.finish()
            Terminal.say("wrote \(files.joined(separator: ", "))")
        }
    }
}

extension RecordingID: ExpressibleByArgument {}
