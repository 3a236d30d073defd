import ECGModel
import ECGStore
import Testing

extension StoreContract {
    private static func later(_ seconds: Int) -> Timestamp { TestValues.start + .seconds(seconds) }

    /// An alert whose final report by anna and ben says that the machine was wrong.
    private static func reportedAlert(in store: any Store, _ priority: AlarmPriority = .high) async throws -> Alert {
        let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", priority))
        _ = try await store.advanceAlert(
            alert.id, by: .submitted(text: "Normal", conclusion: .notConfirmed), user: "anna", at: later(10))
        try await sign(alert, by: "ben", at: 20, in: store)
        return alert
    }

    @discardableResult
    private static func sign(_ alert: Alert, by user: String, at seconds: Int, in store: any Store) async throws
        -> Alert
    {
        let submission = try #require(
            try await store.alertEvents(of: alert.id).last { $0.kind == .submitted }?.sequence)
        return try await store.advanceAlert(
            alert.id, by: .signed(submission: submission), user: user, at: later(seconds))
    }

    private static func amend(
        _ alert: Alert, _ text: String = "STEMI", _ conclusion: ReportConclusion? = .confirmed,
        by user: String = "anna", at seconds: Int, in store: any Store
    ) async throws -> Alert {
        try await store.advanceAlert(
            alert.id, by: .submitted(text: text, conclusion: conclusion, amending: "seen again"), user: user,
            at: later(seconds))
    }

    private static func nothingWaits(in store: any Store) async throws -> Bool {
        let (queue, ladder) = (try await store.alerts(AlertQuery()), try await store.ladder())
        return queue.isEmpty && ladder.isEmpty
    }

    private static func kinds(of alert: Alert, after count: Int = 0, in store: any Store) async throws
        -> [AlertEvent.Kind]
    {
        Array(try await store.alertEvents(of: alert.id).map(\.kind).dropFirst(count))
    }

    /// Events of ``reportedAlert(in:_:)``.
    private static let reportedEvents = 4

    static let amendmentChecks: [Check] = [
        Check("an amendment that says another thing of the suspicion waits in the queue for everybody at once") {
            store in
            for (conclusion, seconds) in [(ReportConclusion.confirmed, 1000), (nil, 2000)] {
                let alert =
                    if let known = try await store.alerts(AlertQuery(states: [.reported])).first { known } else {
                        try await reportedAlert(in: store)
                    }
                #expect(try await nothingWaits(in: store))
                let waiting = try await amend(alert, "STEMI", conclusion, at: seconds, in: store)
                #expect(waiting.state == .raised && waiting.submittedBy == "anna" && waiting.acknowledgedBy == nil)
                #expect(waiting.raisedAt == later(seconds), "it has waited since the amendment was written")
                #expect(try await store.alerts(AlertQuery()).map(\.id) == [alert.id])
                let entry = try #require(try await store.ladder().first)
                #expect(!entry.isAcknowledged && entry.waitsSince == later(seconds) && entry.climbed.isEmpty)
                #expect(
                    try await store.queueStatus()
                        == QueueStatus(
                            openByPriority: [.high: 1], unacknowledged: 1, oldestUnacknowledgedAt: later(seconds)))
                let rung = ClimbedRung(
                    subject: .alert(alert.id, round: entry.round), name: "60s", who: "all",
                    keys: ["phone": "\(seconds)"])
                #expect(try await store.climb(rung, at: later(seconds + 60)))
                let closed = try await sign(alert, by: "ben", at: seconds + 70, in: store)
                #expect(closed.state == .reported && closed.submittedBy == nil)
                #expect(try await nothingWaits(in: store))
                #expect(try await store.queueStatus().openByPriority.isEmpty)
                // So that the next says another thing again.
                _ = try await store.advanceAlert(
                    alert.id, by: .amended(text: "Normal", reason: "no", conclusion: .notConfirmed), user: "ben",
                    at: later(seconds + 80))
            }
        },
        Check("an amendment that says the same of the suspicion waits for its signature as a report does") { store in
            let alert = try await reportedAlert(in: store)
            let waiting = try await amend(alert, "Normal, no ischaemia", .notConfirmed, at: 1000, in: store)
            #expect(waiting.state == .acknowledged && waiting.acknowledgedBy == "anna")
            #expect(waiting.submittedBy == "anna" && waiting.raisedAt == later(1000))
            #expect(try await store.alerts(AlertQuery()).map(\.id) == [alert.id])
            #expect(try await store.queueStatus().openByPriority == [.high: 1])
            let entry = try #require(try await store.ladder().first)
            #expect(entry.isAcknowledged && entry.waitsSince == later(1000))
            func raiseAgain(at seconds: Int) async throws -> Alert {
                try await store.advanceAlert(
                    alert.id, by: .raisedAgain(answeredBefore: later(seconds - 600)), user: nil, at: later(seconds))
            }
            #expect(try await raiseAgain(at: 1599).state == .acknowledged)
            let again = try await raiseAgain(at: 1600)
            #expect(again.state == .raised && again.submittedBy == "anna" && again.raisedAt == later(1000))
            #expect(try await store.ladder().first?.isAcknowledged == false)
            #expect(try await sign(alert, by: "ben", at: 1700, in: store).state == .reported)
            #expect(
                try await kinds(of: alert, after: reportedEvents, in: store)
                    == [.reopened, .acknowledged, .submitted, .raisedAgain, .amended])
            #expect(try await store.ladder().isEmpty)
        },
        Check("only one who did not write it takes responsibility for an amendment, and may take that back") { store in
            let alert = try await reportedAlert(in: store)
            _ = try await amend(alert, at: 1000, in: store)
            await #expect(throws: StoreError.ownReport(alert.id)) {
                _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: later(1001))
            }
            #expect(try await store.leaseAlert(to: "anna", for: .seconds(60), at: later(1002)) == nil)
            await #expect(throws: StoreError.ownReport(alert.id), "held by its author nobody could sign it") {
                _ = try await store.leaseAlert(alert.id, to: "anna", for: .seconds(60), at: later(1002))
            }
            let taken = try await store.advanceAlert(alert.id, by: .acknowledged, user: "ben", at: later(1004))
            #expect(taken.state == .acknowledged && taken.acknowledgedBy == "ben" && taken.submittedBy == "anna")
            let undo = AlertStep.undone(within: .seconds(60))
            let undone = try await store.advanceAlert(alert.id, by: undo, user: "ben", at: later(1005))
            #expect(undone.state == .seen && undone.submittedBy == "anna")
            // The clinic may be told at once; that takes nothing off the ladder.
            let told = try await store.advanceAlert(
                alert.id, by: .preliminarilyReported(text: "STEMI"), user: "anna", at: later(1006))
            #expect(told.state == .seen)
            #expect(try await store.leaseAlert(to: "ben", for: .seconds(60), at: later(1006))?.id == alert.id)
            await #expect(throws: StoreError.alertLeased(alert.id, by: "ben")) {
                try await sign(alert, by: "cai", at: 1007, in: store)
            }
            await #expect(throws: StoreError.ownReport(alert.id)) {
                try await sign(alert, by: "anna", at: 1007, in: store)
            }
            let closed = try await sign(alert, by: "ben", at: 1008, in: store)
            #expect(closed.state == .reported && closed.leasedBy == nil)
        },
        Check("a waiting amendment takes other words, and raises again whom they concern") { store in
            let alert = try await reportedAlert(in: store)
            _ = try await amend(alert, "Normal variant", .notConfirmed, at: 1000, in: store)
            for _ in 1...2 {
                let worse = try await amend(alert, "STEMI", .confirmed, by: "ben", at: 1010, in: store)
                #expect(worse.state == .raised && worse.submittedBy == "ben" && worse.raisedAt == later(1000))
            }
            let round = try #require(try await store.ladder().first?.round)
            // Other words of what waits for everybody already hold the ladder up no longer.
            _ = try await amend(alert, "Anterior STEMI", .confirmed, by: "ben", at: 1020, in: store)
            #expect(try await store.ladder().first?.round == round)
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "cai", at: later(1030))
            let again = try await amend(alert, "Inferior STEMI", .confirmed, by: "ben", at: 1040, in: store)
            #expect(again.state == .raised && again.acknowledgedBy == nil)
            #expect(
                try await kinds(of: alert, after: reportedEvents, in: store)
                    == [
                        .reopened, .acknowledged, .submitted, .submitted, .reopened, .submitted, .acknowledged,
                        .submitted, .reopened,
                    ])
            #expect(try await sign(alert, by: "anna", at: 1050, in: store).state == .reported)
            #expect(try await store.alertEvents(of: alert.id).last?.text == "Inferior STEMI")
            // A critical value by the report that holds now.
            #expect(try await store.criticalValue(of: alert.id)?.origin == .report)
        },
        Check("while an amendment waits nothing but it replaces the final report") { store in
            let alert = try await reportedAlert(in: store)
            _ = try await amend(alert, at: 1000, in: store)
            for step in [AlertStep.reported(text: "x"), .submitted(text: "x")] {
                await #expect(throws: StoreError.alertClosed(alert.id)) {
                    _ = try await store.advanceAlert(alert.id, by: step, user: "ben", at: later(1001))
                }
            }
            // The site asks for no second signature any more.
            let closed = try await store.advanceAlert(
                alert.id, by: .amended(text: "NSTEMI", reason: "troponin", conclusion: .confirmed), user: "anna",
                at: later(1002))
            #expect(closed.state == .reported && closed.submittedBy == nil)
            #expect(try await store.ladder().isEmpty)
        },
        Check("a dismissed amendment leaves the final report as it was, and may come back") { store in
            let alert = try await reportedAlert(in: store)
            _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "anna", at: later(30))
            _ = try await amend(alert, at: 1000, in: store)
            for _ in 1...2 {
                let closed = try await store.advanceAlert(
                    alert.id, by: .dismissed(reason: "another patient's ECG"), user: "ben", at: later(1010))
                #expect(closed.state == .reported && closed.submittedBy == nil)
            }
            #expect(try await nothingWaits(in: store))
            #expect(try await store.criticalValue(of: alert.id)?.state == .toNotify, "it says nothing of that")
            let withdrawn = try #require(try await store.alertEvents(of: alert.id).last)
            #expect(withdrawn.kind == .withdrawn && withdrawn.by == "ben")
            #expect(withdrawn.text == "Normal", "the report that holds")
            #expect(
                withdrawn.report
                    == ReportDetail(author: "anna", reason: "another patient's ECG", conclusion: .notConfirmed))
            await #expect(throws: StoreError.nothingToSign(alert.id)) {
                try await sign(alert, by: "ben", at: 1011, in: store)
            }
            let undo = AlertStep.undone(within: .seconds(60))
            await #expect(throws: StoreError.cannotUndo(alert.id)) {
                _ = try await store.advanceAlert(alert.id, by: undo, user: "anna", at: later(1012))
            }
            let back = try await store.advanceAlert(alert.id, by: undo, user: "ben", at: later(1012))
            #expect(back.state == .seen && back.submittedBy == "anna")
            let entry = try #require(try await store.ladder().first)
            #expect(!entry.isAcknowledged && entry.waitsSince == later(1012))
            #expect(try await sign(alert, by: "ben", at: 1020, in: store).state == .reported)
            #expect(try await store.alertEvents(of: alert.id).last?.text == "STEMI")
        },
        Check("an amendment is void once the alert worsens or its condition comes back") { store in
            let minutes = Int(AlertProposal.absenceBetweenEpisodes.value / 1000 * 500) + 100
            for (number, proposal) in [
                (UInt64(1), TestValues.proposal("code", .high)),
                (2, TestValues.proposal("code", .medium, at: minutes + 100)),
            ] {
                let alert = try await store.raiseTestAlert(number, TestValues.proposal("code", .medium))
                _ = try await store.advanceAlert(
                    alert.id, by: .reported(text: "Normal", conclusion: .notConfirmed), user: "anna", at: later(10))
                _ = try await amend(alert, at: 20, in: store)
                _ = try await store.commit(
                    [.block(alert.recording, TestValues.block(100..<200), raising: [proposal])], at: later(30))
                let opened = try #require(try await store.alert(alert.id))
                #expect(opened.state == .raised && opened.submittedBy == nil && opened.isAmendment == nil)
                await #expect(throws: StoreError.nothingToSign(alert.id)) {
                    try await sign(alert, by: "ben", at: 31, in: store)
                }
                let closed = try await store.advanceAlert(
                    alert.id, by: .reported(text: "Normal still"), user: "anna", at: later(40))
                #expect(closed.state == .reported)
            }
        },
        Check("an alert counts in the figures by its final report while an amendment waits") { store in
            let alert = try await reportedAlert(in: store)
            func course() async throws -> AlertCourse? {
                let courses = try await store.reduceCourses(
                    openedFrom: TestValues.start, before: later(1), into: [AlertCourse]()
                ) { $0 += $1.alerts }
                return courses.first
            }
            let before = try #require(try await course())
            _ = try await amend(alert, "Normal variant", .notConfirmed, at: 1000, in: store)
            _ = try await store.advanceAlert(alert.id, by: .seen, user: "ben", at: later(1001))
            #expect(try await course() == before)
            #expect(before.state == .reported && before.conclusion == .notConfirmed)
            #expect(before.acknowledgedAt == later(10) && before.seenAt == nil)
        },
    ]
}
