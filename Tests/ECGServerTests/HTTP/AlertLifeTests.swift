import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// An alert's whole life by the API.
@Suite struct AlertLifeTests {
    struct List: Decodable { var alerts: [Alert] }
    struct Detail: Decodable {
        var alert: Alert
        var events: [AlertEvent]
        var note: String
    }

    @Test func fromTheQueueToTheReport() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let heart = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let queue: List = try await client.send(.get, "/api/v1/alerts", token: heart).decoded()
            #expect(queue.alerts == [alert])

            let leased: Alert = try await client.send(
                .post, "/api/v1/alerts/lease", token: heart, json: #"{"seconds": 60}"#
            ).decoded()
            #expect(leased.id == alert.id)
            #expect(leased.leasedBy == "dr.li")
            // A request that is repeated, because its answer was lost, holds the same alert.
            let again: Alert = try await client.send(.post, "/api/v1/alerts/lease", token: heart).decoded()
            #expect(again.id == alert.id)
            #expect(again.deliveryCount == leased.deliveryCount)

            let path = "/api/v1/alerts/\(alert.id)"
            let seen: Alert = try await client.send(.post, "\(path)/seen", token: heart).decoded()
            #expect(seen.state == .seen)
            // Every step may come twice.
            for _ in 1...2 {
                let taken: Alert = try await client.send(.post, "\(path)/acknowledge", token: heart).decoded()
                #expect(taken.state == .acknowledged)
                #expect(taken.acknowledgedBy == "dr.li")
            }
            for _ in 1...2 {
                let closed: Alert = try await client.send(
                    .post, "\(path)/report", token: heart, json: #"{"text": "Anterior STEMI, catheter laboratory"}"#
                ).decoded()
                #expect(closed.state == .reported)
            }
            let open: List = try await client.send(.get, "/api/v1/alerts?state=open", token: heart).decoded()
            #expect(open.alerts.isEmpty)
            let ended: List = try await client.send(.get, "/api/v1/alerts?state=closed", token: heart).decoded()
            #expect(ended.alerts.map(\.id) == [alert.id])

            let detail: Detail = try await client.send(.get, path, token: heart).decoded()
            #expect(detail.events.map(\.kind) == [.raised, .leased, .seen, .acknowledged, .reported])
            #expect(detail.events.last?.text == "Anterior STEMI, catheter laboratory")
            #expect(detail.note == MachineReading.disclaimer)

            let late = try await client.send(.post, "\(path)/dismiss", token: heart, json: #"{"reason": "artefact"}"#)
            #expect(late.status == .conflict)
            #expect(late.errorCode == "alert-closed")
        }
        let actions = try await hospital.store.audit(AuditQuery(actor: "dr.li")).map(\.action)
        for action in ["alert.lease", "alert.see", "alert.acknowledge", "alert.report", "alert.read"] {
            #expect(actions.contains(action))
        }
    }

    @Test("closed alerts are listed from the newest to the first, page by page; open ones say whether they are all")
    func closedPages() async throws {
        struct Page: Decodable {
            var alerts: [Alert]
            var isComplete: Bool
        }
        let hospital = try Hospital()
        let li = try await hospital.token("dr.li", .cardiologist)
        var numbers: [AlertID] = []
        for number in 1...5 as ClosedRange<UInt64> {
            let alert = try await hospital.addAlert(number, number == 1 ? .high : .low)
            _ = try await hospital.store.advanceAlert(
                alert.id, by: .dismissed(reason: "artefact"), user: "dr.li", at: hospital.clock.now)
            numbers.append(alert.id)
        }
        let newestFirst = Array(numbers.reversed())
        for number in 6...7 as ClosedRange<UInt64> { _ = try await hospital.addAlert(number) }
        try await hospital.open { client async throws in
            func page(_ query: String) async throws -> Page {
                try await client.send(.get, "/api/v1/alerts?\(query)", token: li).decoded()
            }
            var seen: [AlertID] = []
            var list = try await page("state=closed&limit=2")
            while !list.isComplete {
                seen += list.alerts.map(\.id)
                list = try await page("state=closed&limit=2&before=\(try #require(seen.last))")
            }
            seen += list.alerts.map(\.id)
            #expect(seen == newestFirst)
            #expect(try await page("state=all&limit=7").isComplete)
            #expect(try await !page("limit=1").isComplete)
            #expect(try await page("limit=2").isComplete)
            let refused = try await client.send(.get, "/api/v1/alerts?before=3", token: li)
            #expect(refused.status == .badRequest)
        }
    }

    @Test func whatWorsenedSinceItWasReadIsReadAgainFirst() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1, .medium)
        let li = try await hospital.token("dr.li", .cardiologist)
        try await hospital.worsen(alert)
        try await hospital.open { client async throws in
            for (step, json) in [
                ("acknowledge", #"{"priority": "medium"}"#),
                ("preliminary", #"{"priority": "medium", "text": "normal"}"#),
                ("report", #"{"priority": "medium", "text": "normal"}"#),
                ("dismiss", #"{"priority": "medium", "reason": "artefact"}"#),
            ] {
                let answer = try await client.send(
                    .post, "/api/v1/alerts/\(alert.id)/\(step)", token: li, json: json)
                #expect(answer.status == .conflict && answer.errorCode == "alert-worsened", "\(step)")
            }
            #expect(try await hospital.store.alert(alert.id)?.state == .raised)
            let taken: Alert = try await client.send(
                .post, "/api/v1/alerts/\(alert.id)/acknowledge", token: li, json: #"{"priority": "high"}"#
            ).decoded()
            #expect(taken.state == .acknowledged)
        }
    }

    /// As after a restored backup, when a number that was read before is another patient's.
    @Test func whatIsMeantForAnotherRecordingIsNotDone() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let field = try #require(HTTPField.Name("X-Ecgnet-Recording"))
        let words = #"{"text": "STEMI", "reason": "artefact", "submission": 1}"#
        let person = #"{"person": {"name": "Wang"}, "told": "STEMI", "readBack": "STEMI", "text": "told"}"#
        let steps =
            ["lease", "seen", "acknowledge", "preliminary", "report", "sign", "amend", "undo", "dismiss"].map {
                ($0, words)
            }
            + ["", "/attempt", "/notify", "/handle", "/record", "/undo"].map { ("critical-value\($0)", person) }
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            let other = RecordingID(seedHigh: 2, seedLow: 2)
            for (step, json) in steps {
                let answer = try await client.send(
                    .post, "\(path)/\(step)", token: li, json: json, headers: [field: "\(other)"])
                #expect(answer.status == .conflict && answer.errorCode == "another-recording", "\(step)")
            }
            for (method, json) in [(HTTPRequest.Method.put, #"{"text": "STEMI"}"#), (.get, nil)] {
                let answer = try await client.send(
                    method, "\(path)/draft", token: li, json: json, headers: [field: "\(other)"])
                #expect(answer.errorCode == "another-recording", "\(method)")
            }
            #expect(try await hospital.store.alertEvents(of: alert.id).map(\.kind) == [.raised])
            #expect(try await hospital.store.draft(of: alert.id, by: "dr.li") == nil)
            let unreadable = try await client.send(.post, "\(path)/seen", token: li, headers: [field: "x"])
            #expect(unreadable.status == .badRequest)
            for step in ["seen", "acknowledge"] {
                let answer = try await client.send(
                    .post, "\(path)/\(step)", token: li, headers: [field: "\(alert.recording)"])
                #expect(answer.status == .ok, "\(step)")
            }
        }
    }

    @Test func aStepThatChangesNothingIsNotWrittenDown() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        let report = #"{"text": "STEMI", "conclusion": "confirmed"}"#
        try await hospital.open { client async throws in
            // Whoever comes second finds what the first did.
            for (step, json, tokens) in [
                ("seen", "{}", [li, li, wang]), ("acknowledge", "{}", [wang, wang, li]),
                ("preliminary", #"{"text": "STEMI?"}"#, [li, li]), ("report", report, [wang, wang]),
            ] {
                for token in tokens {
                    let answer = try await client.send(
                        .post, "/api/v1/alerts/\(alert.id)/\(step)", token: token, json: json)
                    #expect(answer.status == .ok, "\(step)")
                }
            }
        }
        let steps = ["alert.see", "alert.acknowledge", "alert.preliminary", "alert.report"]
        let noted = try await hospital.store.audit(AuditQuery(subject: "\(alert.id)"))
            .filter { steps.contains($0.action) }.reversed()
        #expect(noted.map(\.action) == steps)
        #expect(noted.map(\.actor) == ["dr.li", "dr.wang", "dr.li", "dr.wang"])
    }

    @Test func twoReadersDoNotHoldTheSameAlert() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            #expect(try await client.send(.post, "\(path)/lease", token: li).status == .ok)
            for step in ["lease", "acknowledge"] {
                let refused = try await client.send(.post, "\(path)/\(step)", token: wang)
                #expect(refused.status == .conflict)
                #expect(refused.errorCode == "alert-leased")
                #expect(refused.text.contains("dr.li"))
            }
            #expect(try await client.send(.post, "/api/v1/alerts/lease", token: wang).status == .noContent)
            hospital.clock.advance(seconds: 61)
            #expect(try await client.send(.post, "\(path)/acknowledge", token: wang).status == .ok)
        }
    }

    @Test func theMostUrgentIsLeasedFirst() async throws {
        let hospital = try Hospital()
        _ = try await hospital.addAlert(1, .low)
        let urgent = try await hospital.addAlert(2, .high)
        let token = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let leased: Alert = try await client.send(.post, "/api/v1/alerts/lease", token: token).decoded()
            #expect(leased.id == urgent.id)
        }
    }

    @Test func whatCannotBeIsRefused() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            #expect(try await client.send(.get, "/api/v1/alerts/999", token: token).status == .notFound)
            #expect(try await client.send(.get, "/api/v1/alerts/x", token: token).status == .notFound)
            #expect(try await client.send(.get, "/api/v1/alerts?state=odd", token: token).status == .badRequest)
            #expect(try await client.send(.get, "/api/v1/alerts?limit=0", token: token).status == .badRequest)
            for body in [#"{"seconds": 1}"#, #"{"seconds": 99999}"#, #"{"seconds": "x"}"#] {
                let answer = try await client.send(.post, "/api/v1/alerts/lease", token: token, json: body)
                #expect(answer.status == .badRequest)
            }
            for body in ["{", "[]", "{}", #"{"text": 1}"#, #"{"text": " \n"}"#] {
                let answer = try await client.send(.post, "\(path)/report", token: token, json: body)
                #expect(answer.status == .badRequest)
                #expect(answer.errorCode == "bad-request")
            }
            let long = String(repeating: "x", count: 9000)
            let tooLong = try await client.send(.post, "\(path)/report", token: token, json: #"{"text": "\#(long)"}"#)
            #expect(tooLong.status == .contentTooLarge)
            let huge = String(repeating: "x", count: 100_000)
            let tooLarge = try await client.send(.post, "\(path)/report", token: token, json: #"{"text": "\#(huge)"}"#)
            #expect(tooLarge.status == .contentTooLarge)
            let form = try await client.send(
                .post, "\(path)/report", token: token, headers: [.contentType: "text/plain"])
            #expect(form.status == .unsupportedMediaType)
            let unchanged: Detail = try await client.send(.get, path, token: token).decoded()
            #expect(unchanged.alert.state == .raised)
        }
    }
}
