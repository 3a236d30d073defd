import ECGModel

/// What an event means for the clinic, on its device and its page alike.
struct ClinicStep {
    var state: AlertState
    var report: ReportStage?
    /// Who did it, or who wrote the report.
    var by: String?
    var signedBy: String?
    /// A report, or the reason of a dismissal; nil where people wrote nothing.
    var text: String?
    /// Why a report was amended.
    var reason: String?

    /// Nil for what goes on inside the hospital only.
    init?(_ event: AlertEvent) {
        // Who takes a step back is not who holds the alert again.
        if event.kind != .undone { by = event.by }
        switch event.kind {
        case .raised, .worsened, .raisedAgain: state = .raised
        case .delivered: state = .delivered
        case .seen: state = .seen
        case .acknowledged: state = .acknowledged
        case .preliminary:
            state = .acknowledged
            report = .preliminary
        case .reported:
            state = .reported
            report = .final
        case .amended:
            state = .reported
            report = .amended
        // The report that holds is told again: meanwhile it was in question.
        case .withdrawn:
            state = .reported
            report = .final
        case .dismissed: state = .dismissed
        // What was taken back is told by the state that holds again.
        case .undone: state = event.text.flatMap(AlertState.init(rawValue:)) ?? .seen
        // A condition that has come back, or a report that its reader is amending; any other reopening follows a worsening, which
        // the clinic has been told.
        case .reopened where event.text != nil || event.by != nil: state = .raised
        // A critical value is told by telephone.
        case .leased, .escalated, .told, .undelivered, .reopened, .submitted, .criticalValue: return nil
        }
        // Who acknowledged and did not report in time is the hospital's own affair.
        if event.kind != .undone, event.kind != .raisedAgain { text = event.text }
        if let author = event.report?.author {
            by = author
            // Who withdrew an amendment signed nothing.
            if event.kind != .withdrawn { signedBy = event.by }
        }
        if event.kind == .amended { reason = event.report?.reason }
    }
}
