import ArgumentParser
import ECGAccuracy
import Foundation

struct Accuracy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the analyser on recordings with reference annotations and print the tables.",
        discussion: """
            DATA holds the recordings in WFDB form, a folder a set. Everything is analysed once, as a device would send \
            it, and judged by the tables chosen; what a table needs and DATA lacks is said below it. Two recordings are \
            read at a time; the output is the same on every run.

            Tables: \(AccuracyTables.all.map(\.name).joined(separator: ", ")).
            """)

    @Argument(help: "The folder of the unpacked recordings.")
    var data: String

    @Option(
        name: .customLong("table"), help: ArgumentHelp("Print this table only; may be repeated.", valueName: "name"))
    var tables: [String] = []

    @Option(name: .customLong("set"), help: ArgumentHelp("Read this set only; may be repeated.", valueName: "name"))
    var sets: [String] = []

    @Flag(help: "Read the part of the recordings that continuous integration reads.")
    var part = false

    @Flag(help: "Print the tables as one JSON document.")
    var json = false

    @Flag(help: "Print the tables in Markdown.")
    var markdown = false

    @Option(
        help: ArgumentHelp(
            "Write the figures reached, each with its margin, as the floors that tests hold later figures against.",
            valueName: "file"))
    var writeFloors: String?

    func validate() throws {
        guard !json || !markdown else { throw ValidationError("choose --json or --markdown") }
        for table in tables where !AccuracyTables.all.contains(where: { $0.name == table }) {
            throw ValidationError(
                "there is no table '\(table)': choose from \(AccuracyTables.all.map(\.name).joined(separator: ", "))")
        }
    }

    func run() async throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: data, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandError("\(data) is no folder: name the folder of the unpacked recordings")
        }
        let recordings = RecordingFolder(
            data, extent: part ? .continuousIntegration : .whole, sets: sets.isEmpty ? nil : Set(sets))
        var run = try AccuracyRun(
            AccuracyTables.all.filter { tables.isEmpty || tables.contains($0.name) }, on: recordings)
        var progress: ProgressBar?
        let reports = try await run.reports { done, total in
            if progress == nil { progress = ProgressBar("analysing", total: total, unit: "recordings") }
            progress?.advance(to: done)
        }
        progress?.finish()

        if let writeFloors {
            try AccuracyFloors(reached: reports.flatMap(\.figures)).encoded()
                .write(to: URL(filePath: writeFloors), options: .atomic)
        }
        let report = AccuracyReport(tables: reports)
        if json {
            Terminal.print(String(decoding: try report.encoded(), as: UTF8.self))
        } else if markdown {
            Terminal.print(report.markdown(command: "ecgnet accuracy DATA\(part ? " --part" : "")"))
        } else {
            for table in reports { print(table) }
            Terminal.print(report.note)
        }
    }

    private func print(_ report: TableReport) {
        Terminal.print(report.title)
        Terminal.print(report.definition)
        if !report.rows.isEmpty {
            var table = TextTable(heading: report.columns)
            for row in report.rows { table.append(row.map { TextTable.Cell($0) }) }
            for line in table.lines { Terminal.print("  " + line) }
        }
        for note in report.notes { Terminal.print("  " + note) }
        Terminal.print("")
    }
}
