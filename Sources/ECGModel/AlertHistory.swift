extension AlertEvent.Kind {
    /// Whether it begins an episode, in which nothing was written yet.
    fileprivate var opens: Bool { [.raised, .reopened, .raisedAgain].contains(self) }

    /// Whether somebody wrote a report with it.
    fileprivate var isReport: Bool { [.preliminary, .submitted, .reported, .amended].contains(self) }

    /// Whether it says how the alert stands with the readers: whether it waits, or what was done about it.
    fileprivate var decides: Bool {
        [.raised, .worsened, .reopened, .raisedAgain, .acknowledged, .dismissed, .withdrawn, .undone].contains(self)
            || isReport
    }
}

extension [AlertEvent] {
    /// What the readers did last about an alert whose events these are, in order.
    public var lastDecision: AlertEvent? { last { $0.kind.decides } }

    /// The acknowledgement, dismissal or withdrawal that may still be taken back by `user`: their own, while it is what was done
    /// last, and never once a report went out. A withdrawal leaves the report that was there before.
    public func undoable(by user: String) -> AlertEvent? {
        guard let last = lastDecision, last.by == user else { return nil }
        if last.kind == .withdrawn { return last }
        guard last.kind == .acknowledged || last.kind == .dismissed else { return nil }
        let opening = lastIndex { $0.kind.opens } ?? startIndex
        return self[opening...].contains { $0.kind.isReport } ? nil : last
    }
}
