import ECGModel
import ECGStore
import Testing

extension StoreContract {
    private static let start = TestValues.start

    /// Submits a report as its author, and returns the event that says so.
    private static func submit(_ text: String, of alert: AlertID, to store: any Store) async throws -> Int64? {
        let open = try await store.advanceAlert(
            alert, by: .submitted(text: text, conclusion: .confirmed), user: "anna", at: start)
        #expect(open.state == .acknowledged && open.submittedBy == "anna")
        return try await store.alertEvents(of: alert).last?.sequence
    }

    static let reportChecks: [Check] = [
        Check("a submitted report holds once somebody other than its author signs it") { store in
            let alert = try await store.raiseTestAlert()
            let first = try #require(try await submit("STEMI", of: alert.id, to: store))
            let repeated = try await submit("STEMI", of: alert.id, to: store)
            #expect(repeated == first, "the same words again are no news")
            let second = try #require(try await submit("Anterior STEMI", of: alert.id, to: store))
            await #expect(throws: StoreError.ownReport(alert.id)) {
                _ = try await store.advanceAlert(alert.id, by: .signed(submission: second), user: "anna", at: start)
            }
            await #expect(throws: StoreError.ownReport(alert.id), "held by its author nobody could sign it") {
                _ = try await store.leaseAlert(alert.id, to: "anna", for: .seconds(60), at: start)
            }
            await #expect(throws: StoreError.nothingToSign(alert.id), "what the signer saw has been replaced") {
                _ = try await store.advanceAlert(alert.id, by: .signed(submission: first), user: "ben", at: start)
            }
            for _ in 1...2 {
                let closed = try await store.advanceAlert(
                    alert.id, by: .signed(submission: second), user: "ben", at: start)
                #expect(closed.state == .reported && closed.submittedBy == nil)
            }
            let events = try await store.alertEvents(of: alert.id)
            #expect(events.map(\.kind) == [.raised, .acknowledged, .submitted, .submitted, .reported])
            #expect(events.last?.by == "ben" && events.last?.text == "Anterior STEMI")
            #expect(events.last?.report == ReportDetail(author: "anna", conclusion: .confirmed))
        },
        Check("the author of a report that nobody signs is handed the next alert, not that one") { store in
            let unsigned = try await store.raiseTestAlert(1)
            let other = try await store.raiseTestAlert(2, at: start + .seconds(1))
            _ = try await submit("STEMI", of: unsigned.id, to: store)
            let again = try await store.advanceAlert(
                unsigned.id, by: .raisedAgain(answeredBefore: start), user: nil, at: start + .seconds(600))
            #expect(again.state == .raised && again.submittedBy == "anna")
            for (user, alert) in [("anna", other.id), ("ben", unsigned.id)] {
                let leased = try await store.leaseAlert(to: user, for: .seconds(60), at: start + .seconds(601))
                #expect(leased?.id == alert, "\(user)")
            }
        },
        Check("a report that says the same in words and the opposite in its conclusion is another") { store in
            let alert = try await store.raiseTestAlert()
            func report(_ conclusion: ReportConclusion) -> AlertStep {
                .reported(text: "As read.", conclusion: conclusion)
            }
            for _ in 1...2 {
                let closed = try await store.advanceAlert(alert.id, by: report(.confirmed), user: "anna", at: start)
                #expect(closed.state == .reported)
            }
            for (conclusion, user) in [(ReportConclusion.notConfirmed, "ben"), (.confirmed, "ben")] {
                await #expect(throws: StoreError.alertClosed(alert.id)) {
                    _ = try await store.advanceAlert(alert.id, by: report(conclusion), user: user, at: start)
                }
            }
            #expect(try await store.alertEvents(of: alert.id).map(\.kind) == [.raised, .reported])
        },
        Check("a final report can be amended, and what it replaces stays") { store in
            let alert = try await store.raiseTestAlert()
            let amendment = AlertStep.amended(text: "Pericarditis", reason: "earlier ECG found")
            await #expect(throws: StoreError.notReported(alert.id)) {
                _ = try await store.advanceAlert(alert.id, by: amendment, user: "anna", at: start)
            }
            _ = try await store.advanceAlert(alert.id, by: .reported(text: "STEMI"), user: "anna", at: start)
            for _ in 1...2 {
                let closed = try await store.advanceAlert(alert.id, by: amendment, user: "ben", at: start)
                #expect(closed.state == .reported)
            }
            var events = try await store.alertEvents(of: alert.id)
            #expect(events.map(\.kind) == [.raised, .reported, .amended])
            #expect(events.map(\.text) == [nil, "STEMI", "Pericarditis"])
            #expect(events.last?.report?.reason == "earlier ECG found")
            // With a second signature.
            _ = try await store.advanceAlert(
                alert.id, by: .submitted(text: "Myocarditis", amending: "troponin"), user: "anna", at: start)
            events = try await store.alertEvents(of: alert.id)
            let submission = try #require(events.last { $0.kind == .submitted })
            _ = try await store.advanceAlert(
                alert.id, by: .signed(submission: submission.sequence), user: "ben", at: start)
            events = try await store.alertEvents(of: alert.id)
            #expect(events.last?.kind == .amended && events.last?.text == "Myocarditis")
            #expect(events.last?.report == ReportDetail(author: "anna", reason: "troponin"))
        },
        Check("a submitted report is void once the alert worsens") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            _ = try await store.advanceAlert(alert.id, by: .submitted(text: "benign"), user: "anna", at: start)
            let submission = try #require(try await store.alertEvents(of: alert.id).last)
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: start)
            #expect(try await store.alert(alert.id)?.submittedBy == nil)
            await #expect(throws: StoreError.nothingToSign(alert.id)) {
                _ = try await store.advanceAlert(
                    alert.id, by: .signed(submission: submission.sequence), user: "ben", at: start)
            }
        },
        Check("a submitted report is void once the alert worsens, also when it was raised again before") { store in
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            _ = try await store.advanceAlert(alert.id, by: .submitted(text: "benign"), user: "anna", at: start)
            let submission = try #require(try await store.alertEvents(of: alert.id).last)
            let raised = try await store.advanceAlert(
                alert.id, by: .raisedAgain(answeredBefore: start), user: nil, at: start + .seconds(600))
            #expect(raised.state == .raised && raised.submittedBy == "anna", "it can still be signed")
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: start + .seconds(700))
            #expect(try await store.alert(alert.id)?.submittedBy == nil)
            await #expect(throws: StoreError.nothingToSign(alert.id)) {
                _ = try await store.advanceAlert(
                    alert.id, by: .signed(submission: submission.sequence), user: "ben", at: start + .seconds(701))
            }
            #expect(try await store.alert(alert.id)?.state == .raised)
        },
        Check("a dismissal that is taken back restores no critical value that it did not withdraw") { store in
            let alert = try await store.raiseTestAlert()
            _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "anna", at: start)
            _ = try await store.advanceCriticalValue(
                of: alert.id, by: .withdrawn(reason: "wrong row"), user: "anna", at: start + .seconds(1))
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "artefact"), user: "anna", at: start + .seconds(2))
            _ = try await store.advanceAlert(
                alert.id, by: .undone(within: .seconds(60)), user: "anna", at: start + .seconds(3))
            #expect(try await store.criticalValue(of: alert.id)?.state == .withdrawn)
        },
        Check("a dismissal that is taken back restores the critical value that it withdrew, at any microsecond") {
            store in
            var proposal = TestValues.proposal("asystole", .high)
            proposal.isCriticalValue = true
            let alert = try await store.raiseTestAlert(1, proposal)
            let dismissal = start + .microseconds(2_000_456)
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "wrong row"), user: "anna", at: dismissal)
            #expect(try await store.criticalValue(of: alert.id)?.state == .withdrawn)
            _ = try await store.advanceAlert(
                alert.id, by: .undone(within: .seconds(60)), user: "anna", at: dismissal + .seconds(1))
            #expect(try await store.criticalValue(of: alert.id)?.state == .toNotify, "the clinic has still to be told")
            #expect(try await store.criticalValues(CriticalValueQuery()).map(\.alert) == [alert.id])
        },
        Check("an acknowledgement and a dismissal can be taken back soon, by the same person, before any report") {
            store in
            let alert = try await store.raiseTestAlert()
            let undo = AlertStep.undone(within: .seconds(60))
            await #expect(throws: StoreError.cannotUndo(alert.id)) {
                _ = try await store.advanceAlert(alert.id, by: undo, user: "anna", at: start)
            }
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: start)
            for (user, seconds) in [("ben", 1), ("anna", 61)] {
                await #expect(throws: StoreError.cannotUndo(alert.id)) {
                    _ = try await store.advanceAlert(alert.id, by: undo, user: user, at: start + .seconds(seconds))
                }
            }
            for _ in 1...2 {
                let open = try await store.advanceAlert(alert.id, by: undo, user: "anna", at: start + .seconds(60))
                #expect(open.state == .seen && open.acknowledgedBy == nil)
            }
            #expect(try await store.queueStatus().unacknowledged == 1)
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: start + .seconds(70))
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "wrong row"), user: "anna", at: start + .seconds(80))
            let open = try await store.advanceAlert(alert.id, by: undo, user: "anna", at: start + .seconds(90))
            #expect(open.state == .acknowledged && open.acknowledgedBy == "anna")
            #expect(
                try await store.alertEvents(of: alert.id).map(\.kind)
                    == [.raised, .acknowledged, .undone, .acknowledged, .dismissed, .undone])
            _ = try await store.advanceAlert(
                alert.id, by: .preliminarilyReported(text: "x"), user: "anna", at: start + .seconds(91))
            _ = try await store.advanceAlert(
                alert.id, by: .dismissed(reason: "no"), user: "anna", at: start + .seconds(92))
            await #expect(throws: StoreError.cannotUndo(alert.id), "the clinic may have acted on the report") {
                _ = try await store.advanceAlert(alert.id, by: undo, user: "anna", at: start + .seconds(93))
            }
        },
        Check("an alert becomes a critical value by its rule, its report or a reader") { store in
            var proposal = TestValues.proposal("asystole", .high)
            proposal.isCriticalValue = true
            let byRule = try await store.raiseTestAlert(1, proposal)
            #expect(try await store.criticalValue(of: byRule.id)?.origin == .rule)
            let byReport = try await store.raiseTestAlert(2)
            let refuted = try await store.raiseTestAlert(3)
            let medium = try await store.raiseTestAlert(4, TestValues.proposal("code", .medium))
            #expect(try await store.criticalValue(of: byReport.id) == nil)
            for (alert, conclusion) in [
                (byReport, ReportConclusion.confirmed), (refuted, .notConfirmed), (medium, .confirmed),
            ] {
                _ = try await store.advanceAlert(
                    alert.id, by: .reported(text: "read", conclusion: conclusion), user: "anna", at: start)
            }
            #expect(try await store.criticalValue(of: byReport.id)?.origin == .report)
            #expect(try await store.criticalValue(of: refuted.id) == nil)
            #expect(try await store.criticalValue(of: medium.id) == nil)
            for _ in 1...2 {
                let value = try await store.openCriticalValue(
                    of: medium.id, text: "T alternans", user: "anna", at: start + .seconds(5))
                #expect(value.origin == .reader && value.state == .toNotify && value.steps.count == 1)
            }
            #expect(
                try await store.criticalValues(CriticalValueQuery()).map(\.alert)
                    == [byRule.id, byReport.id, medium.id])
            #expect(try await store.alertEvents(of: medium.id).last?.kind == .criticalValue)
            await #expect(throws: StoreError.unknownAlert(AlertID(99))) {
                _ = try await store.openCriticalValue(of: AlertID(99), text: "x", user: "anna", at: start)
            }
            await #expect(throws: StoreError.noCriticalValue(refuted.id)) {
                _ = try await store.advanceCriticalValue(
                    of: refuted.id, by: .recorded(text: nil), user: "anna", at: start)
            }
        },
        Check("a critical value goes to its record step by step, and nothing changes it after") { store in
            let alert = try await store.raiseTestAlert()
            _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "anna", at: start)
            func take(_ kind: CriticalValue.Step.Kind, _ user: String = "anna", after seconds: Int) async throws
                -> CriticalValue.State
            {
                let value = try await store.advanceCriticalValue(
                    of: alert.id, by: kind, user: user, at: start + .seconds(seconds))
                return value.state
            }
            let nurse = CriticalValue.Person(name: "Nurse Wu", phone: "0598-555", role: "duty nurse")
            let notified = CriticalValue.Step.Kind.notified(nurse, told: "STEMI", readBack: "STEMI, sends ambulance")
            await #expect(throws: StoreError.criticalValue(alert.id, .outOfOrder(.toNotify))) {
                _ = try await take(.handled(nil, text: "x"), after: 1)
            }
            #expect(try await take(.attempted(nurse, text: "no answer"), after: 2) == .toNotify)
            for _ in 1...2 { #expect(try await take(notified, after: 3) == .notified) }
            await #expect(throws: StoreError.criticalValue(alert.id, .takenByAnother("anna"))) {
                _ = try await take(.undone(of: nil), "ben", after: 4)
            }
            #expect(try await take(.undone(of: nil), after: 4) == .toNotify)
            #expect(try await take(notified, after: 5) == .notified)
            #expect(try await take(.handled(nurse, text: "aspirin, transfer"), "ben", after: 6) == .handled)
            #expect(try await take(.recorded(text: nil), after: 7) == .recorded)
            for kind in [CriticalValue.Step.Kind.undone(of: nil), notified, .handled(nil, text: "late")] {
                await #expect(throws: StoreError.criticalValue(alert.id, .recorded)) {
                    _ = try await take(kind, "ben", after: 8)
                }
            }
            #expect(try await store.criticalValues(CriticalValueQuery()).isEmpty)
            let value = try #require(try await store.criticalValues(CriticalValueQuery(onlyOpen: false)).first)
            #expect(value.steps.count == 7)
            #expect(value.steps[2] == CriticalValue.Step(notified, at: start + .seconds(3), by: "anna"))
        },
        Check("of more critical values than are asked for, those of whom nobody was told come first") { store in
            var alerts: [Alert] = []
            for number in 1...4 {
                let alert = try await store.raiseTestAlert(UInt64(number), at: start + .seconds(number))
                _ = try await store.openCriticalValue(
                    of: alert.id, text: "x", user: "anna", at: start + .seconds(number))
                alerts.append(alert)
            }
            for told in [alerts[1], alerts[3]] {
                _ = try await store.advanceCriticalValue(
                    of: told.id, by: .notified(.init(name: "Wu"), told: "x", readBack: "x"), user: "anna",
                    at: start + .seconds(60))
            }
            func listed(_ limit: Int) async throws -> [AlertID] {
                try await store.criticalValues(CriticalValueQuery(limit: limit)).map(\.alert)
            }
            #expect(try await listed(1) == [alerts[2].id])
            #expect(try await listed(2) == [alerts[0].id, alerts[2].id])
            #expect(try await listed(3) == [alerts[0].id, alerts[2].id, alerts[3].id])
            #expect(try await listed(4) == alerts.map(\.id))
        },
        Check("critical values are counted by state, and which are overdue") { store in
            let alert = try await store.raiseTestAlert()
            _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "anna", at: start)
            func queue(after seconds: Int) async throws -> CriticalValueQueue {
                try await store.criticalValueQueue(at: start + .seconds(seconds), by: .countyDefault)
            }
            #expect(try await queue(after: 600) == CriticalValueQueue(open: [.toNotify: 1], overdue: [.toNotify: 0]))
            #expect(try await queue(after: 601).overdue == [.toNotify: 1])
            for (seconds, kind) in [
                (700, CriticalValue.Step.Kind.notified(.init(name: "Wu"), told: "x", readBack: "x")),
                (800, .notified(.init(name: "He"), told: "x", readBack: "x")),
            ] {
                _ = try await store.advanceCriticalValue(
                    of: alert.id, by: kind, user: "anna", at: start + .seconds(seconds))
            }
            // A second notification does not begin the time anew.
            #expect(try await queue(after: 2500) == CriticalValueQueue(open: [.notified: 1], overdue: [.notified: 0]))
            #expect(try await queue(after: 2501).overdue == [.notified: 1])
            for kind in [CriticalValue.Step.Kind.handled(nil, text: "x"), .recorded(text: nil)] {
                _ = try await store.advanceCriticalValue(
                    of: alert.id, by: kind, user: "anna", at: start + .seconds(2600))
            }
            #expect(try await queue(after: 100_000) == CriticalValueQueue())
        },
        Check("a critical value that proves false before anybody was told is withdrawn") { store in
            let alert = try await store.raiseTestAlert()
            _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "anna", at: start)
            _ = try await store.advanceAlert(alert.id, by: .dismissed(reason: "artefact"), user: "anna", at: start)
            #expect(try await store.criticalValue(of: alert.id)?.state == .withdrawn)
            _ = try await store.advanceAlert(alert.id, by: .undone(within: .seconds(60)), user: "anna", at: start)
            #expect(try await store.criticalValue(of: alert.id)?.state == .toNotify)
            _ = try await store.advanceCriticalValue(
                of: alert.id, by: .notified(.init(name: "Wu"), told: "x", readBack: "x"), user: "anna", at: start)
            _ = try await store.advanceAlert(
                alert.id, by: .reported(text: "artefact", conclusion: .notConfirmed), user: "anna", at: start)
            #expect(
                try await store.criticalValue(of: alert.id)?.state == .notified,
                "who was told has to be told of this too")
        },
    ]
}
