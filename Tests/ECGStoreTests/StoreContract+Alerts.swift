import ECGModel
import ECGStore
import Testing

extension StoreContract {
    static let alertChecks: [Check] = [
        Check("an alert is raised once a recording and code, and worsens upwards only") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            #expect(alert.state == .raised && alert.device == TestValues.device && alert.clinic == "Village clinic")
            let id = alert.recording
            _ = try await store.commit(
                [
                    .block(id, TestValues.block(0..<100), raising: [TestValues.proposal("code", .medium)]),
                    .block(id, TestValues.block(100..<200), raising: [TestValues.proposal("code", .low, at: 200)]),
                    .block(id, TestValues.block(200..<300), raising: [TestValues.proposal("code", .high, at: 300)]),
                    .block(id, TestValues.block(300..<400), raising: [TestValues.proposal("code", .high, at: 400)]),
                ], at: TestValues.start + .seconds(1))
            let worse = try await store.alert(alert.id)
            #expect(worse?.priority == .high && worse?.atSample == 300 && worse?.finding.text == "code at high")
            #expect(try await store.alerts(AlertQuery()).count == 1)
            #expect(try await store.alertEvents(of: alert.id).map(\.kind) == [.raised, .worsened])
        },
        Check("blocks that are not stored raise nothing") { store in
            let id = try await store.openTestRecording()
            _ = try await store.commit(
                [
                    .block(id, TestValues.block(5..<10), raising: [TestValues.proposal("gap")]),
                    .block(
                        TestValues.recordingID(9), TestValues.block(0..<10), raising: [TestValues.proposal("stray")]),
                    .block(id, TestValues.block(0..<5), raising: [TestValues.proposal("kept")]),
                ], at: TestValues.start)
            #expect(try await store.alerts(AlertQuery()).map(\.code) == ["kept"])
        },
        Check("a closed alert that worsens is opened again") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .low))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "a", at: TestValues.start)
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "artefact"), user: "a", at: TestValues.start)
            #expect(try await store.alerts(AlertQuery()).isEmpty)
            let later = TestValues.start + .seconds(30)
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: later)
            let open = try await store.alerts(AlertQuery()).first
            #expect(open?.id == alert.id && open?.state == .raised && open?.acknowledgedBy == nil)
            #expect(open?.raisedAt == later)
            #expect(
                try await store.alertEvents(of: alert.id).map(\.kind)
                    == [.raised, .acknowledged, .dismissed, .worsened, .reopened])
        },
        Check("a closed alert whose condition comes back is opened again, once an episode") { store in
            // As far apart as episodes are.
            func propose(_ episode: Int, _ priority: AlarmPriority) -> AlertProposal {
                TestValues.proposal("code", priority, at: 150_000 * episode)
            }
            let alert = try await store.raiseTestAlert(1, propose(1, .high))
            func raise(_ proposals: AlertProposal...) async throws {
                _ = try await store.commit(
                    [.block(alert.recording, TestValues.block(0..<100), raising: proposals)],
                    at: TestValues.start + .seconds(30))
            }
            try await raise(propose(2, .high))
            #expect(try await store.alertEvents(of: alert.id).map(\.kind) == [.raised], "it is open: nothing is new")
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "artefact"), user: "a", at: TestValues.start)
            try await raise(propose(1, .high), propose(2, .high))
            #expect(try await store.alerts(AlertQuery()).isEmpty, "an analysis repeated tells no news")
            try await raise(propose(3, .medium))
            let open = try #require(try await store.alerts(AlertQuery()).first)
            #expect(open.id == alert.id && open.state == .raised && open.priority == .medium)
            #expect(open.atSample == 450_000)
            #expect(open.raisedAt == TestValues.start + .seconds(30))
            try await raise(propose(1, .high), propose(2, .high), propose(3, .medium))
            #expect(try await store.alert(alert.id) == open)
            #expect(
                try await store.alertEvents(of: alert.id).map(\.kind) == [.raised, .dismissed, .reopened])
            #expect(try await store.ladder().map(\.alert) == [alert.id], "with a ladder of its own")
        },
        Check("what an analysis by another table says anew is no news, and what it finds worse is") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium, at: 600_000))
            func raise(_ priority: AlarmPriority, at sample: Int) async throws -> AlertState? {
                _ = try await store.commit(
                    [
                        .block(
                            alert.recording, TestValues.block(0..<100),
                            raising: [TestValues.proposal("code", priority, at: sample)])
                    ], at: TestValues.start)
                return try await store.alert(alert.id)?.state
            }
            func dismiss() async throws {
                _ = try await store.advanceAlert(
                    alert.id, by: .dismissed(reason: "artefact"), user: "a", at: TestValues.start)
            }
            try await dismiss()
            #expect(try await raise(.medium, at: 100_000) == .dismissed, "of a time that is known")
            #expect(try await raise(.medium, at: 601_000) == .dismissed, "the same, two seconds later")
            #expect(try await raise(.high, at: 100_000) == .raised, "worse than anybody knew")
            try await dismiss()
            #expect(try await raise(.high, at: 602_000) == .dismissed)
            #expect(try await raise(.high, at: 752_000) == .raised, "five minutes later it is another episode")
        },
        Check("what was judged less urgent than it is now is not done, and what is done is audited with it") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            func take(_ step: AlertStep, judging priority: AlarmPriority) async throws -> TakenStep {
                try await store.take(
                    step, with: alert.id, user: "anna", at: TestValues.start,
                    on: StepTerms(judgedPriority: priority, auditAction: "did"))
            }
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: TestValues.start)
            for step in [AlertStep.acknowledged, .dismissed(reason: "artefact"), .reported(text: "normal")] {
                await #expect(throws: StoreError.alertWorsened(alert.id)) {
                    _ = try await take(step, judging: .medium)
                }
            }
            #expect(try await store.alert(alert.id)?.state == .raised)
            #expect(try await store.audit(AuditQuery(action: "did")).isEmpty)
            for isNew in [true, false] {
                let taken = try await take(.dismissed(reason: "artefact"), judging: .high)
                #expect(taken.isNew == isNew && taken.alert.state == .dismissed)
            }
            let audited = try await store.audit(AuditQuery(action: "did"))
            #expect(audited == [AuditEntry(at: TestValues.start, actor: "anna", action: "did", subject: "\(alert.id)")])
        },
        Check("the newest come first where that is asked for, page by page") { store in
            var numbers: [AlertID] = []
            for number in 1...5 as ClosedRange<UInt64> {
                let alert = try await store.raiseTestAlert(
                    number, TestValues.proposal("code", number == 2 ? .high : .low))
                numbers.append(alert.id)
                guard number != 3 else { continue }
                _ = try await store.advanceAlert(
                    alert.id, by: .dismissed(reason: "artefact"), user: "a", at: TestValues.start)
            }
            func page(before: AlertID? = nil, _ states: Set<AlertState> = [.dismissed, .reported]) async throws
                -> [AlertID]
            {
                try await store.alerts(AlertQuery(states: states, order: .newest(before: before), limit: 2)).map(\.id)
            }
            #expect(try await page() == [numbers[4], numbers[3]])
            #expect(try await page(before: numbers[3]) == [numbers[1], numbers[0]])
            #expect(try await page(before: numbers[0]).isEmpty)
            #expect(try await page(before: numbers[3], Set(AlertState.allCases)) == [numbers[2], numbers[1]])
        },
        Check("alerts and events are numbered from beyond what is said, and never from before") { store in
            try await store.numberAlerts(after: 1000)
            let alert = try await store.raiseTestAlert(1)
            #expect(alert.id.rawValue == 1001)
            #expect(try await store.latestAlertEvent() == 1001)
            try await store.numberAlerts(after: 10)
            #expect(try await store.raiseTestAlert(2).id.rawValue == 1002)
        },
        Check("an acknowledged alert that worsens is to be answered again") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "a", at: TestValues.start)
            #expect(try await store.queueStatus().unacknowledged == 0)
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: TestValues.start)
            let open = try await store.alerts(AlertQuery()).first
            #expect(open?.state == .raised && open?.acknowledgedBy == nil && open?.priority == .high)
            #expect(try await store.queueStatus().unacknowledged == 1)
        },
        Check("a preliminary report acknowledges, and is appended once a wording") { store in
            let alert = try await store.raiseTestAlert()
            for text in ["STEMI", "STEMI", "anterior STEMI"] {
                let open = try await store.advanceAlert(
                    alert.id, by: .preliminarilyReported(text: text), user: "anna", at: TestValues.start)
                #expect(open.state == .acknowledged && open.acknowledgedBy == "anna")
            }
            let events = try await store.alertEvents(of: alert.id)
            #expect(events.map(\.kind) == [.raised, .acknowledged, .preliminary, .preliminary])
            #expect(events.compactMap(\.text) == ["STEMI", "anterior STEMI"])
            _ = try await store.leaseAlert(alert.id, to: "anna", for: .seconds(60), at: TestValues.start)
            await #expect(throws: StoreError.alertLeased(alert.id, by: "anna")) {
                _ = try await store.advanceAlert(
                    alert.id, by: .preliminarilyReported(text: "other"), user: "ben", at: TestValues.start)
            }
            _ = try await store.advanceAlert(
                alert.id, by: .reported(text: "final"), user: "anna", at: TestValues.start)
            await #expect(throws: StoreError.alertClosed(alert.id)) {
                _ = try await store.advanceAlert(
                    alert.id, by: .preliminarilyReported(text: "late"), user: "anna", at: TestValues.start)
            }
        },
        Check("a draft is its author's, replaced by the next, and ends with the author's report") { store in
            let alert = try await store.raiseTestAlert()
            func draft(_ text: String, by author: String) -> ReportDraft {
                ReportDraft(alert: alert.id, author: author, text: text, savedAt: TestValues.start)
            }
            #expect(try await store.draft(of: alert.id, by: "anna") == nil)
            for text in ["S", "ST"] { try await store.saveDraft(draft(text, by: "anna")) }
            try await store.saveDraft(draft("artefact?", by: "ben"))
            #expect(try await store.draft(of: alert.id, by: "anna") == draft("ST", by: "anna"))
            #expect(try await store.alertEvents(of: alert.id).map(\.kind) == [.raised])
            _ = try await store.advanceAlert(
                alert.id, by: .reported(text: "STEMI"), user: "anna", at: TestValues.start)
            #expect(try await store.draft(of: alert.id, by: "anna") == nil)
            #expect(try await store.draft(of: alert.id, by: "ben")?.text == "artefact?")
            await #expect(throws: StoreError.alertClosed(alert.id)) {
                try await store.saveDraft(draft("late", by: "ben"))
            }
            // Of another episode the old words say nothing.
            let again = TestValues.proposal(at: 500_000)
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [again])], at: TestValues.start)
            #expect(try await store.alert(alert.id)?.state == .raised)
            #expect(try await store.draft(of: alert.id, by: "ben") == nil)
            await #expect(throws: StoreError.unknownAlert(AlertID(99))) {
                try await store.saveDraft(
                    ReportDraft(alert: AlertID(99), author: "anna", text: "", savedAt: TestValues.start))
            }
        },
        Check("a draft of an open alert outlives its worsening") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("stemi-anterior", .medium))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: TestValues.start)
            let draft = ReportDraft(alert: alert.id, author: "anna", text: "ST", savedAt: TestValues.start)
            try await store.saveDraft(draft)
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal(at: 150)])],
                at: TestValues.start)
            #expect(try await store.alert(alert.id)?.state == .raised, "it worsened, and is to be answered anew")
            #expect(try await store.draft(of: alert.id, by: "anna") == draft)
        },
        Check("steps go forward, each once") { store in
            let alert = try await store.raiseTestAlert()
            for step in [AlertStep.delivered, .delivered, .seen, .delivered, .acknowledged, .seen, .acknowledged] {
                _ = try await store.advanceAlert(alert.id, by: step, user: "anna", at: TestValues.start)
            }
            let acknowledged = try await store.alert(alert.id)
            #expect(acknowledged?.state == .acknowledged && acknowledged?.acknowledgedBy == "anna")
            #expect(try await store.alerts(AlertQuery()).count == 1, "acknowledging does not close")
            let report = AlertStep.reported(text: "STEMI, to the catheter laboratory")
            _ = try await store.advanceAlert(alert.id, by: report, user: "anna", at: TestValues.start)
            let closed = try await store.advanceAlert(alert.id, by: report, user: "anna", at: TestValues.start)
            #expect(closed.state == .reported)
            let events = try await store.alertEvents(of: alert.id)
            #expect(events.map(\.kind) == [.raised, .delivered, .seen, .acknowledged, .reported])
            #expect(events.last?.text == "STEMI, to the catheter laboratory" && events.last?.by == "anna")
            for step in [
                AlertStep.seen, .acknowledged, .dismissed(reason: "no"), .reported(text: "other"), .escalated(to: "x"),
            ] {
                await #expect(throws: StoreError.alertClosed(alert.id)) {
                    _ = try await store.advanceAlert(alert.id, by: step, user: "ben", at: TestValues.start)
                }
            }
            await #expect(throws: StoreError.unknownAlert(AlertID(999))) {
                _ = try await store.advanceAlert(AlertID(999), by: .seen, user: nil, at: TestValues.start)
            }
        },
        Check("each rung of the ladder is climbed once, until the alert worsens") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            for target in ["on-call", "on-call", "chief"] {
                _ = try await store.advanceAlert(alert.id, by: .escalated(to: target), user: nil, at: TestValues.start)
            }
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: TestValues.start)
            _ = try await store.advanceAlert(alert.id, by: .escalated(to: "on-call"), user: nil, at: TestValues.start)
            #expect(
                try await store.alertEvents(of: alert.id).compactMap { $0.kind == .escalated ? $0.text : nil }
                    == ["on-call", "chief", "on-call"])
        },
        Check("leases go by priority, then age, to one reader at a time") { store in
            let low = try await store.raiseTestAlert(1, TestValues.proposal("a", .low))
            let late = try await store.raiseTestAlert(
                2, TestValues.proposal("b", .high), at: TestValues.start + .seconds(5))
            let early = try await store.raiseTestAlert(
                3, TestValues.proposal("c", .high), at: TestValues.start + .seconds(2))
            #expect(try await store.alerts(AlertQuery()).map(\.id) == [early.id, late.id, low.id])
            let now = TestValues.start + .seconds(10)
            let minute = Duration.seconds(60)
            #expect(try await store.leaseAlert(to: "anna", for: minute, at: now)?.id == early.id)
            let again = try await store.leaseAlert(to: "anna", for: minute, at: now + .seconds(30))
            #expect(again?.id == early.id && again?.deliveryCount == 1, "one's own lease is renewed")
            #expect(again?.leasedUntil == now + .seconds(90))
            #expect(try await store.leaseAlert(to: "ben", for: minute, at: now)?.id == late.id)
            await #expect(throws: StoreError.alertLeased(early.id, by: "anna")) {
                _ = try await store.leaseAlert(early.id, to: "ben", for: minute, at: now + .seconds(89))
            }
            for step in [AlertStep.acknowledged, .reported(text: "x"), .dismissed(reason: "x")] {
                await #expect(throws: StoreError.alertLeased(early.id, by: "anna")) {
                    _ = try await store.advanceAlert(early.id, by: step, user: "ben", at: now)
                }
            }
            _ = try await store.advanceAlert(early.id, by: .seen, user: "ben", at: now)
            let redelivered = try await store.leaseAlert(to: "ben", for: minute, at: now + .seconds(90))
            #expect(redelivered?.id == early.id && redelivered?.deliveryCount == 2 && redelivered?.leasedBy == "ben")
            _ = try await store.advanceAlert(early.id, by: .acknowledged, user: "ben", at: now + .seconds(91))
            #expect(try await store.leaseAlert(to: "cleo", for: minute, at: now + .seconds(500))?.id == late.id)
            #expect(try await store.leaseAlert(to: "dora", for: minute, at: now + .seconds(500))?.id == low.id)
            #expect(try await store.leaseAlert(to: "eli", for: minute, at: now + .seconds(500)) == nil)
        },
        Check("events rise and can be resumed") { store in
            #expect(try await store.latestAlertEvent() == 0)
            for number in 1...3 as ClosedRange<UInt64> { _ = try await store.raiseTestAlert(number) }
            let all = try await store.alertEvents(after: 0, limit: 100)
            #expect(all.count == 3 && all.map(\.sequence) == all.map(\.sequence).sorted())
            #expect(try await store.alertEvents(after: all[0].sequence, limit: 1) == [all[1]])
            #expect(try await store.alertEvents(after: all[2].sequence, limit: 9).isEmpty)
            #expect(try await store.latestAlertEvent() == all[2].sequence)
            #expect(try await store.alertEvents(ofRecording: TestValues.recordingID(2)) == [all[1]])
        },
        Check("a device's recordings with news are known, by when they were opened and the news came") { store in
            let now = TestValues.start
            for number in 1...3 as ClosedRange<UInt64> {
                _ = try await store.raiseTestAlert(number, at: now + .seconds(Int64(number)))
            }
            // One of which there is nothing to tell.
            _ = try await store.openTestRecording(4, at: now + .seconds(4))
            func news(
                since seconds: Int64, opened: Int64 = 0, limit: Int = 9, of device: String = TestValues.device
            ) async throws -> [RecordingID] {
                try await store.recordingsWithNews(
                    ofDevice: device, since: now + .seconds(seconds), openedSince: now + .seconds(opened), limit: limit)
            }
            let all = [1, 2, 3].map { TestValues.recordingID($0) }
            #expect(try await news(since: 0) == all)
            #expect(try await news(since: 2) == Array(all.suffix(2)))
            #expect(try await news(since: 0, opened: 2) == Array(all.suffix(2)))
            #expect(try await news(since: 0, limit: 1) == [all[2]])
            #expect(try await news(since: 4).isEmpty)
            #expect(try await news(since: 0, of: TestValues.otherDevice).isEmpty)
            let first = try #require(try await store.alerts(AlertQuery(recording: all[0])).first)
            _ = try await store.advanceAlert(first.id, by: .seen, user: "li", at: now + .seconds(9))
            #expect(try await news(since: 9) == [all[0]])
        },
        Check("the queue knows its length and its age") { store in
            let first = try await store.raiseTestAlert(1, TestValues.proposal("a", .high))
            _ = try await store.raiseTestAlert(2, TestValues.proposal("b", .low), at: TestValues.start + .seconds(3))
            #expect(
                try await store.queueStatus()
                    == QueueStatus(
                        openByPriority: [.high: 1, .low: 1], unacknowledged: 2,
                        oldestUnacknowledgedAt: TestValues.start))
            _ = try await store.advanceAlert(first.id, by: .acknowledged, user: "a", at: TestValues.start)
            #expect(
                try await store.queueStatus()
                    == QueueStatus(
                        openByPriority: [.high: 1, .low: 1], unacknowledged: 1,
                        oldestUnacknowledgedAt: TestValues.start + .seconds(3)))
        },
    ]
}
