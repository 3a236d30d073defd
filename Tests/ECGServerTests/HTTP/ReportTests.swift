import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// Signatures, amendments, undoing and critical values by the API.
@Suite struct ReportTests {
    struct Refusal: Sendable {
        var path: String
        var json: String
        var status: HTTPResponse.Status
        var code: String
    }

    @Test func whereTheSiteAsksForItTwoPeopleReport() async throws {
        let hospital = try Hospital(policy: ReportPolicy(secondSignature: true))
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            func detail() async throws -> AlertDetail {
                try await client.send(.get, path, token: wang).decoded()
            }
            let sent: Alert = try await client.send(
                .post, "\(path)/report", token: li, json: #"{"text": "STEMI", "conclusion": "confirmed"}"#
            ).decoded()
            #expect(sent.state == .acknowledged && sent.submittedBy == "dr.li")
            #expect(try await detail().reporting?.secondSignature == true)
            #expect(try await detail().criticalValue == nil, "not confirmed before it is signed")
            let submission = try #require(try await detail().events.last).sequence
            func sign(_ number: Int64, _ token: String) async throws -> TestResponse {
                try await client.send(.post, "\(path)/sign", token: token, json: #"{"submission": \#(number)}"#)
            }
            #expect(try await sign(submission, li).errorCode == "own-report")
            #expect(try await sign(submission - 1, wang).errorCode == "nothing-to-sign")
            let closed: Alert = try await sign(submission, wang).decoded()
            #expect(closed.state == .reported)
            #expect(try await detail().criticalValue?.origin == .report)

            // An amendment needs two as well.
            #expect(
                try await client.send(
                    .post, "\(path)/amend", token: wang, json: #"{"text": "Pericarditis", "reason": "old ECG"}"#
                ).status == .ok)
            let waiting = try await detail()
            #expect(waiting.alert.submittedBy == "dr.wang" && waiting.alert.isAmendment == true)
            let amendment = try #require(waiting.events.last { $0.kind == .submitted }).sequence
            #expect(try await sign(amendment, wang).errorCode == "own-report")
            #expect(try await sign(amendment, li).status == .ok)
            let final = try #require(try await detail().events.last)
            #expect(final.kind == .amended && final.report?.author == "dr.wang" && final.by == "dr.li")
        }
        let audit = try await hospital.store.audit(AuditQuery()).map(\.action)
        for action in ["alert.report", "alert.sign", "alert.amend"] { #expect(audit.contains(action)) }
    }

    @Test func anAmendmentThatWaitsForItsSignatureStandsInTheQueue() async throws {
        let hospital = try Hospital(policy: ReportPolicy(secondSignature: true))
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            func post(_ step: String, _ json: String = "{}", by token: String) async throws -> TestResponse {
                try await client.send(.post, "\(path)/\(step)", token: token, json: json)
            }
            func submission() async throws -> Int64? {
                let detail: AlertDetail = try await client.send(.get, path, token: wang).decoded()
                return detail.events.last { $0.kind == .submitted }?.sequence
            }
            func queue() async throws -> [Alert] {
                let list: Worklist = try await client.send(.get, "/api/v1/worklist", token: wang).decoded()
                return list.entries.map(\.alert)
            }
            func metrics() async throws -> String { try await client.send(.get, "/metrics").text }

            _ = try await post("report", #"{"text": "Normal", "conclusion": "not-confirmed"}"#, by: li)
            let first = try #require(try await submission())
            #expect(try await post("sign", #"{"submission": \#(first)}"#, by: wang).status == .ok)
            #expect(try await queue().isEmpty)

            hospital.clock.advance(seconds: 7200)
            let amendment = #"{"text": "STEMI", "reason": "seen again", "conclusion": "confirmed"}"#
            #expect(try await post("amend", amendment, by: li).status == .ok)
            let waiting = try #require(try await queue().first)
            #expect(waiting.id == alert.id && waiting.state == .raised && waiting.submittedBy == "dr.li")
            #expect(waiting.isAmendment == true && waiting.raisedAt == hospital.clock.now)
            hospital.clock.advance(seconds: 30)
            let figures = try await metrics()
            #expect(figures.contains(#"ecgnet_alerts_open{priority="high"} 1"#))
            #expect(figures.contains("ecgnet_alerts_unacknowledged 1"))
            #expect(figures.contains("ecgnet_alerts_oldest_unacknowledged_age_seconds 30"))

            // Its author has answered; another takes it, refuses it by mistake, and signs it.
            #expect(try await post("acknowledge", by: li).errorCode == "own-report")
            #expect(try await post("lease", by: li).errorCode == "own-report")
            #expect(try await post("acknowledge", by: wang).status == .ok)
            #expect(try await post("report", #"{"text": "x"}"#, by: wang).errorCode == "alert-closed")
            #expect(try await post("dismiss", #"{"reason": "wrong patient"}"#, by: wang).status == .ok)
            #expect(try await queue().isEmpty)
            #expect(try await post("undo", by: wang).status == .ok)
            #expect(try await queue().map(\.state) == [.acknowledged])
            let second = try #require(try await submission())
            #expect(try await post("sign", #"{"submission": \#(second)}"#, by: wang).status == .ok)
            #expect(try await queue().isEmpty)
            #expect(try await metrics().contains(#"ecgnet_alerts_open{priority="high"} 0"#))
        }
    }

    @Test func whatWasPressedByMistakeIsTakenBackSoon() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            /// What the page of the alert offers to a reader.
            func undoUntil(_ token: String) async throws -> Timestamp? {
                let detail: AlertDetail = try await client.send(.get, path, token: token).decoded()
                return detail.undoUntil
            }
            #expect(try await undoUntil(li) == nil)
            #expect(try await client.send(.post, "\(path)/undo", token: li).errorCode == "cannot-undo")
            #expect(try await client.send(.post, "\(path)/acknowledge", token: li).status == .ok)
            #expect(try await undoUntil(li) == hospital.clock.now + .seconds(ReportPolicy().undoSeconds))
            #expect(try await undoUntil(wang) == nil)
            #expect(try await client.send(.post, "\(path)/undo", token: wang).errorCode == "cannot-undo")
            let undone: Alert = try await client.send(.post, "\(path)/undo", token: li).decoded()
            #expect(undone.state == .seen && undone.acknowledgedBy == nil)
            #expect(try await undoUntil(li) == nil)
            #expect(try await client.send(.post, "\(path)/acknowledge", token: li).status == .ok)
            hospital.clock.advance(seconds: ReportPolicy().undoSeconds + 1)
            #expect(try await client.send(.post, "\(path)/undo", token: li).errorCode == "cannot-undo")
            // A report that went out is taken back by nobody.
            #expect(
                try await client.send(.post, "\(path)/preliminary", token: li, json: #"{"text": "STEMI"}"#).status
                    == .ok)
            #expect(try await undoUntil(li) == nil)
        }
    }

    @Test func aCriticalValueIsToldReadBackHandledAndRecorded() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            func list(_ query: String = "") async throws -> CriticalValueList {
                try await client.send(.get, "/api/v1/critical-values\(query)", token: li).decoded()
            }
            #expect(try await list().entries.isEmpty)
            #expect(
                try await client.send(.post, "\(path)/critical-value/record", token: li).errorCode
                    == "no-critical-value")
            #expect(
                try await client.send(
                    .post, "\(path)/report", token: li, json: #"{"text": "STEMI", "conclusion": "confirmed"}"#
                ).status == .ok)
            let entry = try #require(try await list().entries.first)
            #expect(entry.alert.id == alert.id && entry.criticalValue.state == .toNotify)
            #expect(entry.recording.patient?.reference == Hospital.patient.reference)
            #expect(entry.criticalValue.dueAt == hospital.clock.now + .seconds(600))

            let long = String(repeating: "x", count: 2000)
            for refusal in [
                Refusal(
                    path: "notify", json: #"{"person": {"name": "Wu"}, "told": "STEMI", "readBack": " "}"#,
                    status: .badRequest, code: "bad-request"),
                Refusal(
                    path: "notify", json: #"{"told": "STEMI", "readBack": "STEMI"}"#, status: .badRequest,
                    code: "bad-request"),
                Refusal(
                    path: "notify", json: #"{"person": {"name": "Wu"}, "told": "\#(long)", "readBack": "x"}"#,
                    status: .contentTooLarge, code: "too-large"),
                Refusal(path: "handle", json: #"{"text": "x"}"#, status: .conflict, code: "critical-value-state"),
                Refusal(path: "record", json: "{}", status: .conflict, code: "critical-value-state"),
                Refusal(path: "undo", json: "{}", status: .conflict, code: "critical-value-state"),
            ] {
                let answer = try await client.send(
                    .post, "\(path)/critical-value/\(refusal.path)", token: li, json: refusal.json)
                #expect(answer.status == refusal.status && answer.errorCode == refusal.code, "\(refusal.path)")
            }
            let notified: CriticalValueDocument = try await client.send(
                .post, "\(path)/critical-value/notify", token: li,
                json: """
                    {"person": {"name": "Wu", "phone": "0598-555", "role": "nurse"}, "told": "STEMI",
                     "readBack": "STEMI, keeps him lying"}
                    """
            ).decoded()
            #expect(notified.state == .notified)
            let step = try #require(notified.steps.last)
            #expect(step.by == "dr.li" && step.person?.phone == "0598-555" && step.at == hospital.clock.now)
            #expect(step.text == "STEMI" && step.readBack == "STEMI, keeps him lying")
            for (name, json) in [("handle", #"{"text": "aspirin, ambulance"}"#), ("record", "{}")] {
                #expect(
                    try await client.send(.post, "\(path)/critical-value/\(name)", token: li, json: json).status == .ok)
            }
            let late = try await client.send(.post, "\(path)/critical-value/undo", token: li)
            #expect(late.errorCode == "critical-value-recorded")
            #expect(try await list().entries.isEmpty)
            #expect(try await list("?state=all").entries.map(\.criticalValue.state) == [.recorded])
            let detail: AlertDetail = try await client.send(.get, path, token: li).decoded()
            #expect(detail.criticalValue?.steps.map(\.kind) == ["opened", "notified", "handled", "recorded"])
            #expect(detail.events.suffix(3).map(\.text) == ["notified", "handled", "recorded"])
            let other = try await hospital.addAlert(2)
            _ = try await hospital.store.openCriticalValue(
                of: other.id, text: "x", user: "dr.li", at: hospital.clock.now)
            #expect(try await list("?state=all").isComplete == true)
            let part = try await list("?state=all&limit=1")
            #expect(part.entries.map(\.alert.id) == [other.id] && part.isComplete == false)
        }
        // A technician is told nothing that people wrote.
        let technician = try await hospital.token("tech", .technician)
        try await hospital.open { client async throws in
            let answer = try await client.send(.get, "/api/v1/alerts/\(alert.id)", token: technician)
            #expect(answer.status == .ok && !answer.text.contains("Wu") && !answer.text.contains("criticalValue"))
        }
        let audit = try await hospital.store.audit(AuditQuery(actor: "dr.li")).map(\.action)
        for action in ["notify", "handle", "record"] { #expect(audit.contains("critical-value.\(action)")) }
    }
}
