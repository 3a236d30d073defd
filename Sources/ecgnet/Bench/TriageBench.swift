import ArgumentParser
import ECGAccuracy
import ECGFormats
import ECGModel
import Foundation

struct TriageBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "triage",
        abstract: "Alerts among healthy people against infarcts found, as the ST limits are scaled.",
        discussion: """
            Simulates infarcts of every wall and size and a thousand healthy people, analyses each once, and reads them \
            with the built-in table as its ST limits are multiplied. Records given are taken for healthy people's too. \
            The same command gives the same figures on every run.

            \(MachineReading.disclaimer)
            """)

    @Argument(help: "WFDB records of healthy people.")
    var records: [String] = []

    @Option(help: ArgumentHelp("Draw the operating curve into this file.", valueName: "file"))
    var svg: String?

    func run() throws {
        let normals = try records.map { try WFDBRecord.read($0, id: RecordingID(high: 0, low: 0)).recording }
        for recording in normals { try recording.header.validate() }
        let curve = OperatingCurve.measure(realNormals: normals)
        if let svg {
            try Data(OperatingCurveDrawing(curve).svg().utf8).write(to: URL(filePath: svg), options: .atomic)
            Terminal.say("wrote \(svg)")
        }
        Terminal.print(Self.table(of: curve).lines.joined(separator: "\n"))
        Terminal.print("per cent with a high alert; table \(curve.tableVersion)")
    }

    private static func table(of curve: OperatingCurve) -> TextTable {
        var table = TextTable(
            heading: ["limits ×", "healthy, simulated", "healthy, records"]
                + curve.plan.sizes.map { "infarcts × \($0)" })
        for point in curve.points {
            let shares = [point.normals.high, point.realNormals.high] + point.infarcts.map(\.high)
            table.append(
                [TextTable.Cell("\(point.factor)")]
                    + shares.map { share in
                        TextTable.Cell(share.percent.map { String(format: "%.1f", $0) } ?? "–")
                    })
        }
        return table
    }
}
