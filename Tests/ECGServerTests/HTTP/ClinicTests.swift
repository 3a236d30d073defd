import ECGModel
import ECGServer
import ECGStore
import ECGWire
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// A clinic sees its own and nothing else.
@Suite struct ClinicTests {
    @Test func itsOwnRecordingsWithWhatBecameOfThem() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let nurse = try await hospital.token("nurse", .clinic)
        for step in [
            AlertStep.delivered, .seen, .acknowledged, .preliminarilyReported(text: "STEMI?"),
            .reported(text: "STEMI", conclusion: .confirmed), .amended(text: "Pericarditis", reason: "old ECG"),
        ] {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: "dr.li", at: hospital.clock.now)
        }
        try await hospital.open { client async throws in
            let page: ClinicRecordings = try await client.send(
                .get, "/api/v1/clinic/recordings", token: nurse
            ).decoded()
            #expect(page.clinic == Hospital.clinic)
            let entry = try #require(page.entries.first)
            #expect(entry.recording.id == alert.recording && entry.recording.sampleCount == 300)
            #expect(entry.recording.patient?.reference == Hospital.patient.reference)
            let steps = try #require(entry.alerts.first).steps
            #expect(
                steps.map(\.state) == [.raised, .delivered, .seen, .acknowledged, .acknowledged, .reported, .reported])
            #expect(steps.map(\.report).suffix(3) == [.preliminary, .final, .amended])
            #expect(steps.last?.text == "Pericarditis" && steps.last?.reason == "old ECG")
            #expect(page.note == MachineReading.disclaimer)
        }
        let shown = try await hospital.store.audit(AuditQuery(actor: "nurse", subject: "\(alert.recording)"))
        #expect(shown.map(\.action) == ["patient.list"])
    }

    @Test func whoTakesADismissalBackIsNotWhoAcknowledged() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let nurse = try await hospital.token("nurse", .clinic)
        for (step, user) in [
            (AlertStep.acknowledged, "dr.li"), (.dismissed(reason: "artefact"), "dr.wang"),
            (.undone(within: .seconds(60)), "dr.wang"),
        ] {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: user, at: hospital.clock.now)
        }
        try await hospital.open { client async throws in
            let page: ClinicRecordings = try await client.send(
                .get, "/api/v1/clinic/recordings", token: nurse
            ).decoded()
            let steps = try #require(page.entries.first?.alerts.first).steps
            #expect(steps.map(\.state) == [.raised, .acknowledged, .dismissed, .acknowledged])
            #expect(steps.map(\.by) == [nil, "dr.li", "dr.wang", nil])
        }
    }

    @Test func itIsToldThatItsReportIsInQuestion() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        let nurse = try await hospital.token("nurse", .clinic)
        @Sendable func take(_ step: AlertStep, by user: String) async throws {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: user, at: hospital.clock.now)
        }
        try await take(.reported(text: "Normal", conclusion: .notConfirmed), by: "dr.li")
        try await hospital.open { client async throws in
            func shown() async throws -> ClinicRecordings.Alert {
                let page: ClinicRecordings = try await client.send(
                    .get, "/api/v1/clinic/recordings", token: nurse
                ).decoded()
                return try #require(page.entries.first?.alerts.first)
            }
            #expect(try await shown().isBeingAmended == nil)
            try await take(
                .submitted(text: "STEMI", conclusion: .confirmed, amending: "looked again"), by: "dr.li")
            let inQuestion = try await shown()
            #expect(inQuestion.isBeingAmended == true && inQuestion.state == .raised)
            #expect(inQuestion.steps.map(\.state) == [.raised, .reported, .raised])
            #expect(inQuestion.steps.last?.by == "dr.li" && inQuestion.steps.last?.text == nil)
            // What nobody has signed is nothing to act on, until its author says so.
            #expect(!inQuestion.steps.contains { $0.text == "STEMI" || $0.reason != nil })
            try await take(.preliminarilyReported(text: "STEMI?"), by: "dr.li")
            #expect(try await shown().steps.last?.report == .preliminary)
            try await take(.dismissed(reason: "wrong patient"), by: "dr.wang")
            let settled = try await shown()
            #expect(settled.isBeingAmended == nil && settled.state == .reported)
            let last = try #require(settled.steps.last)
            #expect(last.report == .final && last.text == "Normal" && last.by == "dr.li")
            #expect(last.signedBy == nil && last.reason == nil)
        }
    }

    @Test("a report that was written before the alert worsened says so, and one that is being amended holds")
    func reportsOfBefore() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1, .medium)
        let nurse = try await hospital.token("nurse", .clinic)
        @Sendable func take(_ step: AlertStep) async throws {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: "dr.li", at: hospital.clock.now)
        }
        try await hospital.open { client async throws in
            func reports() async throws -> [Bool?] {
                let page: ClinicRecordings = try await client.send(
                    .get, "/api/v1/clinic/recordings", token: nurse
                ).decoded()
                let shown = try #require(page.entries.first?.alerts.first)
                return shown.steps.filter { $0.report != nil }.map(\.isOfBefore)
            }
            try await take(.reported(text: "Normal", conclusion: .notConfirmed))
            #expect(try await reports() == [nil])
            try await take(.submitted(text: "STEMI", conclusion: .confirmed, amending: "looked again"))
            #expect(try await reports() == [nil], "the clinic acts on it until the amendment is signed")
            try await take(.dismissed(reason: "wrong patient"))
            #expect(try await reports() == [nil, nil])
            try await hospital.worsen(alert)
            #expect(try await reports() == [true, true])
            try await take(.preliminarilyReported(text: "STEMI"))
            #expect(try await reports() == [true, true, nil])
        }
    }

    @Test func aFirstReportOfBeforeTheAlertWorsenedSaysSo() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1, .medium)
        let nurse = try await hospital.token("nurse", .clinic)
        for (step, user) in [
            (AlertStep.preliminarilyReported(text: "Sinus tachycardia"), "dr.li"),
            (.raisedAgain(answeredBefore: hospital.clock.now), nil),
        ] {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: user, at: hospital.clock.now)
        }
        try await hospital.worsen(alert)
        try await hospital.open { client async throws in
            let page: ClinicRecordings = try await client.send(
                .get, "/api/v1/clinic/recordings", token: nurse
            ).decoded()
            let shown = try #require(page.entries.first?.alerts.first)
            #expect(shown.steps.filter { $0.report != nil }.map(\.isOfBefore) == [true])
        }
    }

    @Test func anotherClinicsRecordingsAreNotThere() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        try await hospital.access.accounts.add(
            name: "neighbour", role: .clinic, clinic: "Next village", password: Hospital.passphrase,
            at: hospital.clock.now)
        let token = try await hospital.token("neighbour", .clinic)
        try await hospital.open { client async throws in
            let page: ClinicRecordings = try await client.send(
                .get, "/api/v1/clinic/recordings", token: token
            ).decoded()
            #expect(page.entries.isEmpty)
            let forced = try await client.send(
                .get, "/api/v1/clinic/recordings/\(alert.recording)", token: token)
            let invented = try await client.send(
                .get, "/api/v1/clinic/recordings/\(RecordingID(seedHigh: 9, seedLow: 9))", token: token)
            for answer in [forced, invented] {
                #expect(answer.status == .notFound && answer.errorCode == "not-found")
            }
            // By every other door it is refused, whether it names something of its own or not.
            for path in [
                "recordings", "recordings/\(alert.recording)", "recordings/\(alert.recording)/wfdb",
                "recordings/\(alert.recording)/samples?from=0&to=9", "worklist", "alerts", "alerts/\(alert.id)",
                "alerts/stream", "critical-values", "devices", "users", "audit",
            ] {
                let answer = try await client.send(.get, "/api/v1/\(path)", token: token)
                #expect(answer.status == .forbidden, "\(path)")
                for secret in Hospital.secrets { #expect(!answer.text.contains(secret), "\(path)") }
            }
            for path in ["acknowledge", "seen", "critical-value"] {
                let answer = try await client.send(
                    .post, "/api/v1/alerts/\(alert.id)/\(path)", token: token, json: #"{"text": "x"}"#)
                #expect(answer.status == .forbidden, "\(path)")
            }
        }
    }

    @Test func onlyAndEveryUserOfAClinicHasOne() async throws {
        let hospital = try Hospital()
        let root = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            for (json, isGood) in [
                (#"{"name": "a", "role": "clinic"}"#, false),
                (#"{"name": "a", "role": "clinic", "clinic": ""}"#, false),
                (#"{"name": "a", "role": "cardiologist", "clinic": "Village"}"#, false),
                (#"{"name": "a", "role": "clinic", "clinic": "Village"}"#, true),
            ] {
                let answer = try await client.send(.post, "/api/v1/users", token: root, json: json)
                #expect(answer.status == (isGood ? .created : .badRequest), "\(json)")
            }
        }
    }
}
