import ECGModel
import ECGServer
import Foundation

/// Alerts as text: one line for programs, rows and pages for people.
enum AlertLines {
    /// Identifier, priority, state, code, recording, device, clinic, time of raising and text, with tabs between them.
    static func tabSeparated(_ alert: Alert) -> String {
        [
            "\(alert.id)", alert.priority.rawValue, alert.state.rawValue, alert.code, "\(alert.recording)",
            alert.device,
            alert.clinic, "\(alert.raisedAt)", alert.finding.text,
        ].map(\.onOneLine).joined(separator: "\t")
    }

    static func table(of alerts: [Alert], now: Timestamp) -> [String] {
        var table = TextTable(heading: ["ID", "PRIORITY", "STATE", "AGE", "CLINIC", "FINDING"])
        for alert in alerts {
            table.append([
                "\(alert.id)", badge(alert.priority), TextTable.Cell(state(of: alert, now: now)),
                TextTable.Cell(LocalTime.age(of: alert.raisedAt, now: now)), TextTable.Cell(alert.clinic.onOneLine),
                TextTable.Cell(alert.finding.text.onOneLine),
            ])
        }
        return table.lines
    }

    /// One line of `alerts watch`: when, how urgent, what happened to which alert, where, what it is about, by whom.
    static func line(of notice: AlertNotice, now: Timestamp) -> String {
        let alert = notice.alert
        let priority = notice.event?.priority ?? alert.priority
        var parts = [
            LocalTime.text(of: notice.event?.at ?? alert.raisedAt, now: now),
            ReadingText.badge(priority),
            notice.event?.kind.rawValue ?? "waiting, \(state(of: alert, now: now))",
            "#\(alert.id)", alert.clinic.onOneLine, alert.finding.text.onOneLine,
        ]
        if let text = notice.event?.text { parts.append(text.onOneLine) }
        if let user = notice.event?.by { parts.append("by \(user.onOneLine)") }
        return parts.joined(separator: "  ")
    }

    /// Everything about an alert: what fired, on what numbers, by which rule, and what has happened since.
    static func page(of detail: AlertDetail, now: Timestamp) -> [String] {
        let (alert, finding) = (detail.alert, detail.alert.finding)
        var lines = [
            "alert \(alert.id)  \(ReadingText.badge(alert.priority))  \(state(of: alert, now: now))",
            "  \(finding.text.onOneLine)",
            "  raised \(alert.raisedAt), \(LocalTime.age(of: alert.raisedAt, now: now)) ago, after "
                + "\(alert.atSample) samples",
            "  recording \(alert.recording) from \(alert.device), \(alert.clinic.onOneLine)",
        ]
        if !finding.leads.isEmpty { lines.append("  leads: " + finding.leads.map(\.name).joined(separator: ", ")) }
        lines.append("  evidence:")
        lines += finding.evidence.map { "    " + text(of: $0) }
        lines += [
            "  rule \(finding.rule.rule), table \(finding.rule.tableVersion)",
            "  source: \(finding.rule.source)"
                + (finding.rule.isVerified
                    ? " (digits checked against the source)" : " (digits not checked against the source)"),
            "  events:",
        ]
        for event in detail.events {
            var line = "    \(LocalTime.text(of: event.at, now: now))  \(event.kind.rawValue)"
            if [.raised, .worsened, .reopened, .raisedAgain].contains(event.kind) {
                line += " as \(event.priority.rawValue)"
            }
            if let user = event.by { line += " by \(user.onOneLine)" }
            let text = event.kind == .withdrawn ? event.report?.reason : event.text
            if let text { line += ": \(text.onOneLine)" }
            lines.append(line)
        }
        return lines
    }

    private static func badge(_ priority: AlarmPriority) -> TextTable.Cell {
        TextTable.Cell(ReadingText.badge(priority), width: priority.rawValue.count)
    }

    private static func state(of alert: Alert, now: Timestamp) -> String {
        step(of: alert, now: now)
            + (alert.submittedBy.map {
                ", \(alert.isAmendment == true ? "amendment" : "report") by \($0.onOneLine) waits for a signature"
            } ?? "")
    }

    private static func step(of alert: Alert, now: Timestamp) -> String {
        if alert.state == .acknowledged, let user = alert.acknowledgedBy {
            return "acknowledged by \(user.onOneLine)"
        }
        if alert.state.isOpen, let user = alert.leasedBy, let until = alert.leasedUntil, until > now {
            return "\(alert.state.rawValue), leased by \(user.onOneLine)"
        }
        return alert.state.rawValue
    }

    private static func text(of evidence: Evidence) -> String {
        let lead = evidence.lead.map { " in \($0.name)" } ?? ""
        let limit = evidence.limit.map { " (limit \(number($0)) \(evidence.unit))" } ?? ""
        return "\(evidence.name)\(lead): \(number(evidence.value)) \(evidence.unit)\(limit)"
    }

    /// At most three decimals: microvolts where the unit is millivolts, finer than anything measured.
    private static func number(_ value: Double) -> String {
        value.formatted(
            .number.precision(.fractionLength(0...3)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
    }
}
