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

extension FigureReport {
    /// A row a clinic and month, under one line of names.
    var commaSeparated: String {
        var table = CommaSeparatedText()
        var names = ["month", "township", "clinic", "recordings"]
        for stretch in TimedStretch.allCases {
            names += [
                "cases", "mean_s", "median_s", "p95_s", "within_target", "judged", "missing", "implausible", "pending",
            ].map { "\(stretch.rawValue)_\($0)" }
        }
        names += [
            "alerts_high", "alerts_medium", "alerts_low", "alerts_per_1000", "high_per_1000", "high_confirmed",
            "high_not_confirmed", "high_dismissed", "high_unstated", "high_undecided", "predictive_value", "unusable",
            "repeated", "clock_cases", "clock_median_s", "clock_p95_s", "clock_within_minute",
        ]
        table.add(names.map { .text($0) })
        for cell in cells ?? [] {
            var row: [CommaSeparatedText.Field] = [
                .text(cell.month.description), .text(cell.township ?? ""), .text(cell.clinic),
                .count(cell.figures.recordings),
            ]
            for stretch in TimedStretch.allCases {
                guard let figure = cell.figures[stretch] else { continue }
                row += [
                    .count(figure.cases), .number(figure.mean, digits: 1), .number(figure.median, digits: 1),
                    .number(figure.p95, digits: 1), .count(figure.withinTarget), .count(figure.judged),
                    .count(figure.missing), .count(figure.implausible), .count(figure.pending),
                ]
            }
            let (alerts, quality, clock) = (cell.figures.alerts, cell.figures.quality, cell.figures.clock)
            row += [
                .count(alerts.high), .count(alerts.medium), .count(alerts.low), .number(alerts.perThousand, digits: 2),
                .number(alerts.highPerThousand, digits: 2), .count(alerts.verdicts.confirmed),
                .count(alerts.verdicts.notConfirmed), .count(alerts.verdicts.dismissed),
                .count(alerts.verdicts.unstated), .count(alerts.verdicts.undecided),
                .number(alerts.predictiveValue, digits: 3),
                .count(quality.unusable),
                .count(quality.repeated), .count(clock.cases), .number(clock.median, digits: 1),
                .number(clock.p95, digits: 1), .count(clock.withinMinute),
            ]
            table.add(row)
        }
        return table.text
    }
}
