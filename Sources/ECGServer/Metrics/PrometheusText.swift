/// The grammar of Prometheus' text exposition, version 0.0.4 (prometheus.io, "Exposition formats").
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The text with every character that the grammar does not allow in a metric's or label's name replaced by `_`.
    static func metricName(_ text: String) -> String {
        var name = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            let isLetter =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == ":"
            let isDigit = ("0"..."9").contains(scalar)
            name.unicodeScalars.append(isLetter || (isDigit && index > 0) ? scalar : "_")
        }
        return name.isEmpty ? "_" : name
    }

    /// `{a="1",b="2"}`, or nothing when there are no labels.
    static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\(metricName($0.0))=\"\(escapedLabelValue($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escapedLabelValue(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    static func escapedHelp(_ help: String) -> String {
        help.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    /// Whole numbers without a fraction, the rest as Swift prints the shortest exact form, infinities by their names.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }
}
