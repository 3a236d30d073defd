import Crypto
import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// The ladder at work, over a store and with receivers on loopback, by a clock that the test moves.
@Suite struct EscalationTests {
    @Test func eachRungIsToldInItsTurnUntilSomebodyAcknowledges() async throws {
        let receiver = try await WebhookReceiver.start(.status(204))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port),
            rungs: [(60, ["console"]), (180, ["console", "phone"]), (300, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 59)
        #expect(try await site.events(of: alert) == [.raised])
        try await site.pass(seconds: 1)
        try await site.pass(seconds: 1)
        #expect(try await site.events(of: alert) == [.raised, .escalated])
        #expect(receiver.received.isEmpty)
        try await site.pass(seconds: 119)
        try await site.pass(seconds: 1)
        #expect(try await site.events(of: alert) == [.raised, .escalated, .escalated, .told])
        #expect(
            try await site.hospital.store.alertEvents(of: alert.id).compactMap(\.text)
                == ["who-60", "who-180", "who-180, phone"])
        #expect(receiver.received.count == 1)
        _ = try await site.hospital.store.advanceAlert(
            alert.id, by: .acknowledged, user: "dr.li", at: site.hospital.clock.now)
        try await site.pass(seconds: 500)
        #expect(receiver.received.count == 1)
        try site.remove()
    }

    @Test func anAmendmentThatNobodySignsClimbsTheLadder() async throws {
        let site = try LadderSite(rungs: [(60, ["console"]), (180, ["console"])])
        let alert = try await site.hospital.addAlert(1)
        func take(_ step: AlertStep, by user: String) async throws -> Alert {
            try await site.hospital.store.advanceAlert(alert.id, by: step, user: user, at: site.hospital.clock.now)
        }
        func amend(_ text: String) async throws -> Alert {
            try await take(.submitted(text: text, conclusion: .confirmed, amending: "seen again"), by: "dr.li")
        }
        _ = try await take(.reported(text: "Normal", conclusion: .notConfirmed), by: "dr.li")
        try await site.pass(seconds: 86_400)
        #expect(try await site.events(of: alert) == [.raised, .reported])

        // It turns the report around: everybody is told as of a new alert, by a server that has started meanwhile too.
        #expect(try await amend("STEMI").state == .raised)
        try await site.pass(seconds: 59)
        try await site.pass(seconds: 1)
        try await site.pass(seconds: 120, looking: site.restarted())
        #expect(
            try await site.events(of: alert) == [.raised, .reported, .submitted, .reopened, .escalated, .escalated])
        let texts = try await site.hospital.store.alertEvents(of: alert.id).filter { $0.kind == .escalated }.map(\.text)
        #expect(texts == ["who-60", "who-180"])
        _ = try await take(.amended(text: "STEMI", reason: "seen again", conclusion: .confirmed), by: "dr.wang")

        // Other words for the same wait as a report does, until they are due.
        #expect(try await amend("Anterior STEMI").state == .acknowledged)
        try await site.pass(seconds: 599)
        #expect(try await site.events(of: alert).suffix(3) == [.reopened, .acknowledged, .submitted])
        try await site.pass(seconds: 1, looking: site.restarted())
        try await site.pass(seconds: 60)
        #expect(try await site.events(of: alert).suffix(3) == [.submitted, .raisedAgain, .escalated])
        #expect(site.metrics.contains(#"ecgnet_alerts_raised_again_total{priority="high"} 1"#))
        _ = try await take(.dismissed(reason: "no"), by: "dr.wang")
        try await site.pass(seconds: 3600)
        #expect(try await site.events(of: alert).last == .withdrawn)
        try site.remove()
    }

    @Test func aWebhookIsSignedAndSaysNothingOfThePatient() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port) + ","
                + LadderSite.webhook("clinical", port: receiver.port, #", "content": "clinical""#) + ","
                + LadderSite.webhook("his", port: receiver.port, #", "content": "patient""#),
            rungs: [(60, ["phone"]), (61, ["clinical"]), (62, ["his"])])
        let alert = try await site.hospital.addAlert(1)
        for seconds in [60, 1, 1] { try await site.pass(seconds: seconds) }
        let received = receiver.received
        try #require(received.count == 3)
        for one in received {
            let signed = HMAC<SHA256>.authenticationCode(
                for: Array("\(one.key).\(one.time).".utf8) + one.body,
                using: SymmetricKey(data: Array(LadderSite.secret.utf8)))
            #expect(one.signature == "v1,\(Data(signed).base64EncodedString())")
            let signedAt = Timestamp(microsecondsSince1970: try #require(Int64(one.time)) * 1_000_000)
            #expect(signedAt >= alert.raisedAt && signedAt <= site.hospital.clock.now)
            #expect(one.key == one.idempotencyKey && one.key.count == 32)
            let message = try one.message
            #expect(message.id == one.key && message.kind == .alert && message.priority == .high)
            #expect(message.alert == alert.id && message.since == alert.raisedAt && message.hospital == "County")
            #expect(message.link == "https://ecg.example.org/alerts/\(alert.id)")
            #expect(message.note == MachineReading.disclaimer)
        }
        #expect(Set(received.map(\.key)).count == 3)
        let texts = received.map { String(decoding: $0.body, as: UTF8.self) }
        for secret in Hospital.secrets.prefix(2) {
            #expect(texts.map { $0.contains(secret) } == [false, false, true])
        }
        #expect(texts.map { $0.contains("Village") } == [false, true, true])
        #expect(try received.map { try $0.message.code } == [nil, alert.code, alert.code])
        try site.remove()
    }

    @Test func aFailedMessageIsRepeatedUnderOneKeyWithLongerPauses() async throws {
        let receiver = try await WebhookReceiver.start(.status(500), .status(302), .status(429), .status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.problems(of: alert) == ["the receiver answered 500"])
        for (pause, count) in [(4, 1), (1, 2), (9, 2), (1, 3), (19, 3), (1, 4), (600, 4)] {
            try await site.pass(seconds: pause)
            #expect(receiver.received.count == count, "after a pause of \(pause)")
        }
        #expect(Set(receiver.received.map(\.key)).count == 1)
        #expect(Set(receiver.received.map(\.body)).count == 1)
        #expect(try await site.events(of: alert) == [.raised, .escalated, .told])
        #expect(site.metrics.contains(#"ecgnet_escalation_deliveries_total{sink="phone",result="failed"} 3"#))
        #expect(site.metrics.contains(#"ecgnet_escalation_deliveries_total{sink="phone",result="delivered"} 1"#))
        let log = site.hospital.log.lines.joined(separator: "\n")
        for secret in Hospital.secrets + [LadderSite.secret, "RECEIVERS-WORDS"] { #expect(!log.contains(secret)) }
        try site.remove()
    }

    @Test func oneThatNeverArrivesIsGivenUpAndShown() async throws {
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: try UnusedPort.take(), #", "attempts": 2"#),
            rungs: [(60, ["console", "phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        try await site.pass(seconds: 5)
        #expect(try await site.states(of: alert) == [.delivered, .undelivered])
        #expect(try await site.events(of: alert) == [.raised, .escalated, .undelivered])
        try await site.pass(seconds: 1000)
        #expect(try await site.events(of: alert) == [.raised, .escalated, .undelivered])
        let document = try await site.escalation.document()
        #expect(document.sinks.map(\.undelivered) == [1])
        #expect(document.sinks[0].problem == "no connection to the receiver")
        #expect(site.hospital.log.lines.contains { $0.contains("127.0.0.1") }, "where it is, the log says")
        #expect(site.metrics.contains(#"ecgnet_escalation_undelivered{sink="phone"} 1"#))
        try site.remove()
    }

    @Test func aReceiverThatNeverAnswersIsLeftAfterItsTime() async throws {
        let web = try await WebhookReceiver.start(.silence)
        let hl7 = try await HL7Receiver.start(.silence)
        let site = try LadderSite(
            sinks: LadderSite.webhook("web", port: web.port, timeoutSeconds: 1) + ","
                + LadderSite.hl7("his", port: hl7.port, timeoutSeconds: 1) + ","
                // Whoever waited for what it starts would wait for a day.
                + LadderSite.command("slow", ["/bin/sh", "-c", "sleep 86400 & sleep 86400"], timeoutSeconds: 1),
            rungs: [(60, ["web", "his", "slow"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(
            try await site.problems(of: alert)
                == ["no answer in time", "the program took longer than 1 s", "no answer in time"])
        try site.remove()
    }

    @Test func whatWaitsSurvivesARestart() async throws {
        let receiver = try await WebhookReceiver.start(.status(503), .status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        let other = site.restarted()
        try await site.pass(seconds: 5, looking: other)
        #expect(receiver.received.count == 2)
        #expect(Set(receiver.received.map(\.key)).count == 1)
        #expect(try await site.states(of: alert) == [.delivered])
        // Both look at the same time: nothing comes twice.
        try await site.pass(seconds: 60)
        try await other.look()
        #expect(receiver.received.count == 2)
        try site.remove()
    }

    @Test func oneInHandWhenTheServerDiesIsSentAgainUnderItsKey() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        // Its ladder is climbed and its message taken in hand; then it is gone.
        let store = site.hospital.store
        let clock = site.hospital.clock
        clock.advance(seconds: 60)
        let entry = try #require(try await store.ladder().first)
        let rung = ClimbedRung(
            subject: .alert(alert.id, round: entry.round), name: "60s", who: "who-60", keys: ["phone": "key"])
        _ = try await store.climb(rung, at: clock.now)
        func claim() async throws -> [Delivery] {
            try await store.claimDeliveries(
                to: "phone", limit: 1, keptForHigh: 0, attempts: 8,
                until: clock.now + .seconds(LadderSite.longestTimeout + 15), at: clock.now)
        }
        #expect(try await claim().count == 1)
        let other = site.restarted()
        try await site.pass(seconds: LadderSite.longestTimeout, looking: other)
        #expect(receiver.received.isEmpty, "the attempt of the dead may still arrive")
        try await site.pass(seconds: 15, looking: other)
        #expect(try await site.states(of: alert) == [.delivered])
        #expect(receiver.received.map(\.key) == ["key"])

        // The only server of a data folder knows that the other is dead, and does not wait.
        clock.advance(seconds: 60)
        _ = try await store.climb(
            ClimbedRung(
                subject: .alert(alert.id, round: entry.round), name: "180s", who: "who-180", keys: ["phone": "key 2"]),
            at: clock.now)
        #expect(try await claim().count == 1)
        let alone = site.run(site.restarted(isAlone: true))
        try await eventually { receiver.received.map(\.key) == ["key", "key 2"] }
        try await alone.stop()
        try site.remove()
    }

    @Test("a planned restart holds no message up, and costs it no attempt")
    func aPlannedRestart() async throws {
        let receiver = try await WebhookReceiver.start(.silence)
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port, #", "attempts": 1"#), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        site.hospital.clock.advance(seconds: 60)
        let running = site.run(site.escalation)
        try await eventually { receiver.received.count == 1 }
        try await running.stop()
        #expect(try await site.states(of: alert) == [.waiting])
        #expect(try await site.hospital.store.deliveries(of: alert.id).map(\.attempts) == [0])
        // Whoever starts it looks at its log.
        #expect(site.hospital.log.lines.contains { $0.contains("Asia/Shanghai") && $0.contains("2026-09-21 22:14") })

        receiver.script.replace(.status(200))
        let next = site.run(site.restarted())
        try await eventually { receiver.received.count == 2 }
        try await next.stop()
        #expect(Set(receiver.received.map(\.key)).count == 1)
        try site.remove()
    }

    @Test("a high alert's page does not wait behind those of medium ones with a receiver that hangs")
    func theMostUrgentHasAPlaceOfItsOwn() async throws {
        let receiver = try await WebhookReceiver.start(.silence)
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let rungs = #"[{"afterSeconds": 60, "who": "duty", "sinks": ["phone"]}]"#
        let policy = """
            {"sinks": {\(LadderSite.webhook("phone", port: receiver.port))}, "nobodyThere": [],
             "hospitals": [{"name": "County", "shifts": [{"high": \(rungs), "medium": \(rungs)}]}]}
            """
        try Data(policy.utf8).write(to: site.folder.appending(path: SettingsFile.fileName))
        site.settings.reload()
        for number in 1...6 { _ = try await site.hospital.addAlert(UInt64(number), .medium) }
        site.hospital.clock.advance(seconds: 60)
        let first = Task { try await site.escalation.look() }
        try await eventually { receiver.received.count == 3 }
        _ = try await site.hospital.addAlert(7)
        site.hospital.clock.advance(seconds: 60)
        let second = Task { try await site.escalation.look() }
        try await eventually { receiver.received.count == 4 }
        #expect(try receiver.received.map { try $0.message.priority } == [.medium, .medium, .medium, .high])
        for look in [first, second] {
            look.cancel()
            _ = await look.result
        }
        try site.remove()
    }

    @Test func acknowledgedInBetweenWhatStillWaitsIsNotSent() async throws {
        let receiver = try await WebhookReceiver.start(.status(500))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        _ = try await site.hospital.store.advanceAlert(
            alert.id, by: .acknowledged, user: "dr.li", at: site.hospital.clock.now)
        try await site.pass(seconds: 5)
        #expect(receiver.received.count == 1)
        #expect(try await site.states(of: alert) == [.withdrawn])
        #expect(site.metrics.contains(#"ecgnet_escalation_deliveries_total{sink="phone",result="withdrawn"} 1"#))
        try site.remove()
    }

    @Test func aMessageToASinkThatIsGoneIsShownAsUndelivered() async throws {
        let receiver = try await WebhookReceiver.start(.status(500))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        try Data("{}".utf8).write(to: site.folder.appending(path: SettingsFile.fileName))
        site.settings.reload()
        try await site.pass(seconds: 5)
        #expect(
            try await site.states(of: alert) == [.undelivered, .delivered],
            "the new policy's console is told in its place")
        // It stays in sight until somebody has taken the alert.
        try await site.pass(seconds: 5)
        let sinks = try await site.escalation.document().sinks
        #expect(sinks.map(\.name) == ["phone"] && sinks[0].kind.isEmpty && sinks[0].undelivered == 1)
        #expect(site.metrics.contains(#"ecgnet_escalation_undelivered{sink="phone"} 1"#))
        #expect(site.metrics.contains(#"ecgnet_escalation_waiting{sink="phone"} 0"#))
        _ = try await site.hospital.store.advanceAlert(
            alert.id, by: .acknowledged, user: "dr.li", at: site.hospital.clock.now)
        try await site.pass(seconds: 5)
        #expect(try await site.escalation.document().sinks.isEmpty)
        #expect(site.metrics.contains(#"ecgnet_escalation_undelivered{sink="phone"} 0"#))
        try site.remove()
    }

    @Test func whatIsNotReportedInTimeIsRaisedAgainAndClimbsAnew() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        _ = try await site.hospital.store.advanceAlert(
            alert.id, by: .acknowledged, user: "dr.li", at: site.hospital.clock.now)
        try await site.pass(seconds: 599)
        #expect(try await site.hospital.store.alert(alert.id)?.state == .acknowledged)
        try await site.pass(seconds: 1)
        #expect(try await site.hospital.store.alert(alert.id)?.state == .raised)
        try await site.pass(seconds: 60)
        #expect(receiver.received.count == 2 && Set(receiver.received.map(\.key)).count == 2)
        #expect(
            try await site.events(of: alert)
                == [.raised, .escalated, .told, .acknowledged, .raisedAgain, .escalated, .told])
        #expect(site.metrics.contains(#"ecgnet_alerts_raised_again_total{priority="high"} 1"#))
        try site.remove()
    }

    @Test func anAnswerThatIsTakenBackBeginsTheLadderAnew() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"]), (120, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        func step(_ step: AlertStep) async throws {
            _ = try await site.hospital.store.advanceAlert(
                alert.id, by: step, user: "dr.li", at: site.hospital.clock.now)
        }
        try await step(.acknowledged)
        try await site.pass(seconds: 30)
        try await step(.undone(within: .seconds(60)))
        // The second rung of the old round, due now, is not climbed; the first of the new one is, in its time.
        try await site.pass(seconds: 30)
        #expect(receiver.received.count == 1)
        try await site.pass(seconds: 29)
        #expect(receiver.received.count == 1)
        try await site.pass(seconds: 1)
        try await site.pass(seconds: 60)
        #expect(try receiver.received.map { try $0.message.rung } == ["60s", "60s", "120s"])
        #expect(Set(receiver.received.map(\.key)).count == 3)
        #expect(
            try await site.events(of: alert)
                == [.raised, .escalated, .told, .acknowledged, .undone, .escalated, .told, .escalated, .told])
        try site.remove()
    }
}

/// A port of loopback at which nobody listens.
enum UnusedPort {
    static func take() throws -> Int { 1 }
}
