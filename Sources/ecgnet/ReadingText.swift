import ECGModel
import Foundation

/// A machine reading as a few lines for a terminal.
enum ReadingText {
    static func lines(of reading: MachineReading, title: String) -> [String] {
        text(of: reading, title: title, badge: badge)
    }

    /// The same for a file: no colour.
    static func plainLines(of reading: MachineReading, title: String) -> [String] {
        text(of: reading, title: title) { $0.rawValue.uppercased() }
    }

    private static func text(
        of reading: MachineReading, title: String, badge: (AlarmPriority) -> String
    ) -> [String] {
        var lines = [title, "  " + summary(of: reading)]
        for alert in reading.alerts.sorted(by: { $0.priority > $1.priority }) {
            lines.append("  \(badge(alert.priority)) \(alert.text)")
            lines.append("      rule \(alert.rule.rule), table \(alert.rule.tableVersion)")
        }
        let alerting = Set(reading.alerts.map(\.text))
        for finding in reading.findings where !alerting.contains(finding.text) {
            lines.append("  - \(finding.text)")
        }
        if let advice = reading.quality.advice { lines.append("  signal: \(advice)") }
        return lines
    }

    /// The priority in its IEC 60601-1-8 colour, and always in words.
    static func badge(_ priority: AlarmPriority) -> String {
        switch priority {
        case .high: Terminal.coloured("HIGH", .red)
        case .medium: Terminal.coloured("MEDIUM", .yellow)
        case .low: Terminal.coloured("LOW", .cyan)
        }
    }

    private static func summary(of reading: MachineReading) -> String {
        func text(_ name: String, _ interval: Milliseconds?) -> String {
            "\(name) \(interval.map { String(Int($0.value.rounded())) } ?? "–") ms"
        }
        let rate = reading.heartRate.map { "\(Int($0.value.rounded()))/min" } ?? "no rate"
        return [
            rate, reading.rhythm.title, text("PR", reading.intervals.pr), text("QRS", reading.intervals.qrs),
            text("QT", reading.intervals.qt), text("QTc", reading.intervals.qtc),
            "signal \(reading.quality.verdict.rawValue)",
        ].joined(separator: ", ")
    }
}

extension Rhythm {
    fileprivate var title: String {
        switch self {
        case .regular: "regular"
        case .bradycardia: "bradycardia"
        case .tachycardia: "tachycardia"
        case .atrialFibrillation: "irregular, possible atrial fibrillation"
        case .wideComplexTachycardia: "wide-complex tachycardia"
        case .ventricularFibrillation: "ventricular fibrillation or flutter"
        case .asystole: "asystole"
        case .paced: "paced"
        case .pause: "pause"
        case .atrioventricularBlock: "atrioventricular block"
        case .noise: "noise"
        case .unknown: "rhythm unknown"
        }
    }
}
