import ArgumentParser
import ECGFormats
import ECGModel
import ECGServer
import ECGTriage
import Foundation

struct Draw: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw the first ten seconds of a recording on ECG paper, as SVG, with the machine reading.",
        discussion: MachineReading.disclaimer)

    @Argument(help: "A WFDB record: a path with or without .hea.")
    var record: String

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var out: String

    func run() throws {
        let read = try RecordReading.read(record, table: .countyDefault)
        read.record.sayDoubts(path: record)
        let caption = ReadingText.plainLines(of: read.reading, title: read.record.name) + [MachineReading.disclaimer]
        let svg = PaperDrawing(read.record.recording, caption: caption).svg()
        do {
            try Data(svg.utf8).write(to: URL(filePath: out))
        } catch {
            throw CommandError("\(out) cannot be written: name a file in a folder that is there and may be written to")
        }
        Terminal.say("wrote \(out)")
    }
}
