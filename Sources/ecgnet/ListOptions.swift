import ArgumentParser
import ECGServer
import Foundation

/// How long a list is and for whom it is printed.
struct ListOptions: ParsableArguments {
    enum Form { case table, tsv, json }

    @Option(help: "The most rows to list.")
    var limit = HTTPLimits.defaultListRows

    @Flag(help: "Print one line a row with tabs between its fields, and nothing else.")
    var tsv = false

    @Flag(help: "Print one JSON object a row.")
    var json = false

    var form: Form { tsv ? .tsv : json ? .json : .table }

    func validate() throws {
        guard HTTPLimits.listRows.contains(limit) else {
            throw ValidationError(
                "--limit must be from \(HTTPLimits.listRows.lowerBound) to \(HTTPLimits.listRows.upperBound)")
        }
        guard !(tsv && json) else { throw ValidationError("give either --tsv or --json") }
    }
}

/// Values as JSON, one object a line.
enum JSONLine {
    static func print(_ values: [some Encodable]) throws {
        for value in values { try print(value) }
    }

    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Terminal.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
