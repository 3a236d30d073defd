import ECGModel
import ECGServer
import ECGStore
import Testing

/// The ladder where somebody sets the server's clock while alerts wait.
@Suite struct LadderClockTests {
    private static let steps: [Duration] = [.days(10), .days(2500), .hours(-1), .days(-10)]

    @Test(arguments: steps) func theNextRungIsToldInItsTime(step: Duration) async throws {
        let site = try LadderSite(rungs: [(60, ["console"]), (180, ["console"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 30)
        site.hospital.clock.set(by: step)
        try await site.pass(seconds: 29)
        #expect(try await site.events(of: alert) == [.raised])
        try await site.pass(seconds: 1)
        #expect(try await site.events(of: alert) == [.raised, .escalated])
        try await site.pass(seconds: 120)
        #expect(try await site.events(of: alert) == [.raised, .escalated, .escalated])
        try site.remove()
    }

    @Test(arguments: steps) func whatWasAnsweredIsRaisedAgainInItsTime(step: Duration) async throws {
        let site = try LadderSite(rungs: [(60, ["console"])])
        let alert = try await site.hospital.addAlert(1)
        _ = try await site.hospital.store.advanceAlert(
            alert.id, by: .acknowledged, user: "li", at: site.hospital.clock.now)
        try await site.pass(seconds: 30)
        site.hospital.clock.set(by: step)
        try await site.pass(seconds: 569)
        #expect(try await site.events(of: alert) == [.raised, .acknowledged])
        try await site.pass(seconds: 1)
        #expect(try await site.events(of: alert) == [.raised, .acknowledged, .raisedAgain])
        try site.remove()
    }

    @Test("an answer that was given by a clock far ahead does not keep a later one from being asked for its report")
    func answeredAhead() async throws {
        let site = try LadderSite(rungs: [(60, ["console"])])
        let hospital = site.hospital
        let alert = try await hospital.addAlert(1)
        func advance(_ step: AlertStep) async throws {
            _ = try await hospital.store.advanceAlert(alert.id, by: step, user: "li", at: hospital.clock.now)
        }
        hospital.clock.set(by: .days(2))
        try await advance(.preliminarilyReported(text: "Read."))
        try await site.pass(seconds: 601)
        hospital.clock.set(by: .days(-2))
        try await advance(.acknowledged)
        try await site.pass(seconds: 601)
        let events = try await site.events(of: alert)
        #expect(events.suffix(3) == [.raisedAgain, .acknowledged, .raisedAgain], "\(events)")
        try site.remove()
    }

    @Test(arguments: steps) func aMessageThatFailedIsSentAgain(step: Duration) async throws {
        let receiver = try await WebhookReceiver.start(.status(500), .status(204))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.waiting])
        site.hospital.clock.set(by: step)
        try await site.pass(seconds: 10)
        #expect(try await site.states(of: alert) == [.delivered])
        try site.remove()
    }

    @Test(arguments: steps) func thatNobodyIsThereIsToldInItsTime(step: Duration) async throws {
        let site = try LadderSite(rungs: [(60, ["console"])], nobodyThere: [(60, ["console"])])
        do {
            let reader = site.presence.enter()
            try await site.pass(seconds: 1000)
            withExtendedLifetime(reader) {}
        }
        try await site.pass(seconds: 10)
        site.hospital.clock.set(by: step)
        func told() async throws -> Int {
            try await site.hospital.store.audit(AuditQuery(actor: "system")).count { $0.action == "readers.absent" }
        }
        try await site.pass(seconds: 49)
        #expect(try await told() == 0)
        try await site.pass(seconds: 1)
        #expect(try await told() == 1)
        try site.remove()
    }

    @Test("a server that starts by a clock that is days ahead climbs on once the clock is right")
    func startedAhead() async throws {
        let site = try LadderSite(rungs: [(60, ["console"]), (180, ["console"])])
        let alert = try await site.hospital.addAlert(1)
        site.hospital.clock.set(by: .days(10))
        let escalation = site.restarted()
        try await site.pass(seconds: 5, looking: escalation)
        site.hospital.clock.set(by: .days(-10))
        try await site.pass(seconds: 54, looking: escalation)
        #expect(try await site.events(of: alert) == [.raised])
        try await site.pass(seconds: 1, looking: escalation)
        #expect(try await site.events(of: alert) == [.raised, .escalated])
        try await site.pass(seconds: 120, looking: escalation)
        #expect(try await site.events(of: alert) == [.raised, .escalated, .escalated])
        try site.remove()
    }

    @Test func aForgottenLeaseHoldsNobodyUp() async throws {
        let site = try LadderSite(rungs: [(60, ["console"])])
        let alert = try await site.hospital.addAlert(1)
        let store = site.hospital.store
        let clock = site.hospital.clock
        _ = try await store.leaseAlert(alert.id, to: "anna", for: .seconds(60), at: clock.now)
        clock.set(by: .hours(-1))
        clock.advance(seconds: 61)
        #expect(try await store.leaseAlert(to: "ben", for: .seconds(60), at: clock.now)?.id == alert.id)
        clock.set(by: .hours(-2))
        let open = try await store.advanceAlert(alert.id, by: .acknowledged, user: "li", at: clock.now)
        #expect(open.acknowledgedBy == "li")
        try site.remove()
    }
}
