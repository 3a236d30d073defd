import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// What the console shows of the queue, and reports that are being written.
@Suite struct WorklistTests {
    @Test func theMostUrgentStandsFirstWithItsPatient() async throws {
        let hospital = try Hospital()
        let low = try await hospital.addAlert(1, .low)
        let high = try await hospital.addAlert(2, .high)
        let closed = try await hospital.addAlert(3, .high)
        _ = try await hospital.store.advanceAlert(
            closed.id, by: .dismissed(reason: "artefact"), user: "dr.li", at: hospital.clock.now)
        let heart = try await hospital.token("dr.li", .cardiologist)
        let technician = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let list: Worklist = try await client.send(.get, "/api/v1/worklist", token: heart).decoded()
            #expect(list.entries.map(\.alert.id) == [high.id, low.id])
            #expect(list.entries.map(\.recording.id) == [high.recording, low.recording])
            #expect(list.entries[0].recording.patient == Hospital.patient)
            #expect(list.now == hospital.clock.now)
            #expect(list.lastEvent == (try await hospital.store.latestAlertEvent()))
            #expect(list.note == MachineReading.disclaimer)

            #expect(list.isComplete == true)
            let part: Worklist = try await client.send(.get, "/api/v1/worklist?limit=1", token: heart).decoded()
            #expect(part.entries.map(\.alert.id) == [high.id])
            #expect(part.isComplete == false)

            let blind = try await client.send(.get, "/api/v1/worklist", token: technician)
            #expect(blind.status == .ok)
            for secret in Hospital.secrets { #expect(!blind.text.contains(secret)) }
        }
        let actions = try await hospital.store.audit(AuditQuery(actor: "dr.li")).map(\.action)
        #expect(actions.contains("alerts.list"))
        for line in hospital.log.lines {
            for secret in Hospital.secrets { #expect(!line.contains(secret)) }
        }
    }

    @Test("a number that could not be measured is left out, and hides neither its alert nor another")
    func unmeasuredNumbersAreLeftOut() async throws {
        let hospital = try Hospital()
        let measured = [
            Evidence("ST at J", lead: .v2, value: .nan, unit: "mV", limit: 0.2),
            Evidence("ST/S", lead: .v3, value: -.infinity, unit: "1", limit: .infinity),
            Evidence("nan", lead: .v4, value: 0.25, unit: "mV", limit: 0.2),
        ]
        var proposal = Hospital.proposal()
        proposal.finding.evidence = measured
        let recording = try await hospital.addRecording(1, raising: [proposal])
        _ = try await hospital.addAlert(2)
        let li = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let id = try #require(try await hospital.store.alerts(AlertQuery(recording: recording.header.id)).first?.id)
            for path in ["worklist", "alerts", "alerts/\(id)"] {
                let response = try await client.send(.get, "/api/v1/\(path)", token: li)
                #expect(response.status == .ok, "\(path)")
                for text in [
                    #"{"lead":"V2","limit":0.2,"name":"ST at J","unit":"mV"}"#,
                    #"{"lead":"V3","name":"ST/S","unit":"1"}"#,
                    #"{"lead":"V4","limit":0.2,"name":"nan","unit":"mV","value":0.25}"#,
                ] { #expect(response.text.contains(text), "\(path): \(text)") }
            }
            let list: Worklist = try await client.send(.get, "/api/v1/worklist", token: li).decoded()
            #expect(list.entries.count == 2 && list.now == hospital.clock.now)
            let evidence = try #require(list.entries.first { $0.alert.id == id }).alert.finding.evidence
            #expect(evidence.count == 3 && evidence[0].value.isNaN && evidence[1].limit == nil)
            #expect(evidence[2] == measured[2])
        }
    }

    @Test func aDraftIsItsAuthorsUntilItIsAReport() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let li = try await hospital.token("dr.li", .cardiologist)
        let wang = try await hospital.token("dr.wang", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            #expect(try await client.send(.get, "\(path)/draft", token: li).status == .noContent)
            for text in ["ST", "ST elevation"] {
                let saved = try await client.send(
                    .put, "\(path)/draft", token: li, json: #"{"text": "\#(text)"}"#)
                #expect(saved.status == .ok)
            }
            let draft: ReportDraft = try await client.send(.get, "\(path)/draft", token: li).decoded()
            #expect(draft.text == "ST elevation" && draft.author == "dr.li")
            #expect(try await client.send(.get, "\(path)/draft", token: wang).status == .noContent)
            let long = String(repeating: "x", count: HTTPLimits.reportBytes + 1)
            let tooLong = try await client.send(.put, "\(path)/draft", token: li, json: #"{"text": "\#(long)"}"#)
            #expect(tooLong.status == .contentTooLarge)

            let report = #"{"text": "ST elevation, to the laboratory"}"#
            #expect(try await client.send(.post, "\(path)/report", token: li, json: report).status == .ok)
            #expect(try await client.send(.get, "\(path)/draft", token: li).status == .noContent)
            let late = try await client.send(.put, "\(path)/draft", token: li, json: #"{"text": "more"}"#)
            #expect(late.errorCode == "alert-closed")
        }
    }

    @Test func aPreliminaryReportAcknowledgesAndLeavesTheAlertOpen() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let token = try await hospital.token("dr.li", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/alerts/\(alert.id)"
            for _ in 1...2 {
                let open: Alert = try await client.send(
                    .post, "\(path)/preliminary", token: token, json: #"{"text": "Inferior STEMI"}"#
                ).decoded()
                #expect(open.state == .acknowledged && open.acknowledgedBy == "dr.li")
            }
            let detail: AlertDetail = try await client.send(.get, path, token: token).decoded()
            #expect(detail.events.map(\.kind) == [.raised, .acknowledged, .preliminary])
            #expect(detail.events.last?.text == "Inferior STEMI")
            let empty = try await client.send(.post, "\(path)/preliminary", token: token, json: #"{"text": " "}"#)
            #expect(empty.status == .badRequest)
        }
    }
}
