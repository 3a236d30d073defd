/// A table as comma-separated values (RFC 4180), in UTF-8 with a byte order mark, by which spreadsheets know it.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection): the names of
/// clinics come from people. Numbers are written as they are.
struct CommaSeparatedText {
    enum Field {
        case text(String)
        /// Left empty where there is none.
        case number(Double?, digits: Int)
        case count(Int)
    }

    private(set) var text = "\u{FEFF}"

    mutating func add(_ row: [Field]) {
        text += row.map(Self.written).joined(separator: ",") + "\r\n"
    }

    private static func written(_ field: Field) -> String {
        switch field {
        case .text(let text): quoted(guarded(text))
        case .number(let value, let digits): value.map { rounded($0, digits) } ?? ""
        case .count(let count): String(count)
        }
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return digits == 0 ? String(Int64(clamping: Int(rounded))) : String(rounded)
    }

    private static func guarded(_ text: String) -> String {
        // What spreadsheets skip before they look for a formula.
        let start = text.unicodeScalars.first { !$0.properties.isWhitespace && $0.value >= 0x20 }
        let opens = start.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
        let begins = text.unicodeScalars.first.map { $0 == "\t" || $0 == "\r" || $0 == "\n" } ?? false
        return opens || begins ? "'\(text)" : text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.unicodeScalars.contains { ",\"\r\n'".unicodeScalars.contains($0) }
        return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}
