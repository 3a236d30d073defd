import Foundation

/// A table as it is printed: what it says, in which terms, and the figures in it that are held against floors.
public struct TableReport: Sendable, Hashable, Encodable {
    /// The word by which the command line chooses the table.
    public var name: String
    public var title: String
    /// What was measured, against which reference, by which rule.
    public var definition: String
    public var columns: [String]
    public var rows: [[String]]
    public var notes: [String]
    public var figures: [Figure]

    public init(
        name: String, title: String, definition: String, columns: [String], rows: [[String]] = [], notes: [String] = [],
        figures: [Figure] = []
    ) {
        self.name = name
        self.title = title
        self.definition = definition
        self.columns = columns
        self.rows = rows
        self.notes = notes
        self.figures = figures
    }

    /// Adds a row, with figures that stand in it.
    public mutating func append(_ row: [String], _ figures: Figure?...) {
        rows.append(row)
        self.figures += figures.compactMap { $0 }
    }

    /// The table in Markdown under a heading of the second level and the command that prints it.
    func markdown(command: String) -> [String] {
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        var lines = ["## \(title)", "", "`\(command) --table \(name)`", "", definition, ""]
        if !rows.isEmpty {
            lines += [line(columns), line(columns.map { _ in "---" })]
            lines += rows.map { row in line(row + Array(repeating: "", count: max(0, columns.count - row.count))) }
            lines.append("")
        }
        for note in notes { lines += ["- \(note)"] }
        if !notes.isEmpty { lines.append("") }
        return lines
    }
}

/// Numbers as tables print them; a dash where there is none.
enum Printed {
    static let none = "–"

    static func number(_ value: Double?, digits: Int = 1, sign: Bool = false) -> String {
        guard let value, value.isFinite else { return none }
        let text = String(format: "%\(sign ? "+" : "").\(digits)f", value)
        // A zero has no sign.
        return text.contains { $0.isNumber && $0 != "0" } ? text : text.replacing("-", with: sign ? "+" : "")
    }

    static func percent(_ share: Share, digits: Int = 1) -> String { number(share.percent, digits: digits) }

    /// The count before its share in per cent.
    static func count(_ share: Share) -> String {
        share.cases == 0 ? none : "\(share.hits) (\(number(share.percent)) %)"
    }

    /// Mean and standard deviation.
    static func spread(_ spread: Spread, digits: Int = 1) -> String {
        spread.count == 0
            ? none
            : "\(number(spread.mean, digits: digits, sign: true)) ± \(number(spread.standardDeviation, digits: digits))"
    }
}
