import ECGModel
import ECGStore

/// How one stretch went in one case.
enum StretchOutcome: Hashable {
    case took(seconds: Double)
    /// It has begun and not ended: so far it has taken so long.
    case pending(seconds: Double)
    /// A time that it needs was never told.
    case missing
    /// The times contradict each other: the clocks or an entry are wrong.
    case implausible
}

/// The stretches of one recording's way, from its time stamps.
struct CourseTimes {
    /// Ten seconds are a standard ECG: a longer recording is complete enough for a reader by then.
    private static let standardECG = Duration.seconds(10)
    /// Device clocks are told to the second, and a correction carries the line's delay: what is before its cause by no
    /// more than this happened at once.
    private static let clockGrain = -2.0
    /// A first contact longer ago than this is a wrong date rather than a patient who was kept waiting.
    private static let longestContact = 86_400.0

    let course: RecordingCourse
    let now: Timestamp

    func contactToECG() -> StretchOutcome? {
        // The indicator is of the first ECG; the patient's others have no such stretch.
        guard !course.followsAnother else { return nil }
        guard let contact = course.firstContactAt, let taken = course.deviceTime else { return .missing }
        let outcome = Self.between(contact, taken + standardLength)
        if case .took(let seconds) = outcome, seconds > Self.longestContact { return .implausible }
        return outcome
    }

    func ecgToStored() -> StretchOutcome {
        guard let closed = course.closedAt else { return .pending(seconds: Self.seconds(course.openedAt, now)) }
        guard let taken = takenByServer, let duration = course.duration else { return .missing }
        return Self.between(taken + duration, closed)
    }

    func storedToSeen(_ alert: AlertCourse) -> StretchOutcome? {
        step(from: alert.raisedAt, to: alert.seenAt, of: alert, laterSteps: [alert.acknowledgedAt, alert.reportedAt])
    }

    func seenToAcknowledged(_ alert: AlertCourse) -> StretchOutcome? {
        guard let seen = alert.seenAt else { return alert.acknowledgedAt == nil ? nil : .missing }
        return step(from: seen, to: alert.acknowledgedAt, of: alert, laterSteps: [alert.reportedAt])
    }

    func acknowledgedToReport(_ alert: AlertCourse) -> StretchOutcome? {
        guard let acknowledged = alert.acknowledgedAt else { return alert.reportedAt == nil ? nil : .missing }
        return step(from: acknowledged, to: alert.reportedAt, of: alert, laterSteps: [])
    }

    func ecgToReport(_ alert: AlertCourse) -> StretchOutcome? {
        guard alert.state != .dismissed || alert.reportedAt != nil else { return nil }
        guard let taken = takenByServer else { return .missing }
        let completed = taken + standardLength
        guard let reported = alert.reportedAt else {
            return Self.seconds(completed, now) < Self.clockGrain
                ? .implausible : .pending(seconds: max(0, Self.seconds(completed, now)))
        }
        return Self.between(completed, reported)
    }

    /// A step of an alert. One that was dismissed without it ended there, and has no such stretch.
    private func step(
        from start: Timestamp, to end: Timestamp?, of alert: AlertCourse, laterSteps: [Timestamp?]
    ) -> StretchOutcome? {
        if let end { return Self.between(start, end) }
        if alert.state == .dismissed { return nil }
        guard alert.state.isOpen, laterSteps.allSatisfy({ $0 == nil }) else { return .missing }
        return .pending(seconds: max(0, Self.seconds(start, now)))
    }

    private var standardLength: Duration { min(course.duration ?? Self.standardECG, Self.standardECG) }

    /// When the first sample was taken, by the server's clock.
    private var takenByServer: Timestamp? {
        guard let taken = course.deviceTime, let offset = course.clockOffset,
            max(offset, .zero - offset) < Timestamp.longestClockOffset
        else { return nil }
        return taken - offset
    }

    private static func between(_ start: Timestamp, _ end: Timestamp) -> StretchOutcome {
        let seconds = seconds(start, end)
        return seconds < clockGrain ? .implausible : .took(seconds: max(0, seconds))
    }

    private static func seconds(_ start: Timestamp, _ end: Timestamp) -> Double { (end - start) / .seconds(1) }
}
