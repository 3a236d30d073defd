import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// A server that starts with a policy that it cannot use tells everybody's screens, and nothing is lost by it.
@Suite struct UnusablePolicyTests {
    /// The site's file with a mistake in it, as somebody saves it before a restart.
    private static func spoil(_ site: LadderSite) throws -> Data {
        let file = site.folder.appending(path: SettingsFile.fileName)
        let good = try Data(contentsOf: file)
        try Data("{".utf8).write(to: file)
        return good
    }

    private static func repair(_ site: LadderSite, _ settings: SettingsFile, with good: Data) throws {
        try good.write(to: site.folder.appending(path: SettingsFile.fileName))
        settings.reload()
        #expect(settings.problem == nil)
    }

    @Test func aMessageThatWaitsIsSentOnceThePolicyIsRepaired() async throws {
        let receiver = try await WebhookReceiver.start(.status(500), .status(204))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.waiting] && receiver.received.count == 1)
        let good = try Self.spoil(site)
        let (settings, restarted) = try site.restartedWithItsFile()
        #expect(settings.problem != nil)
        for _ in 1...3 { try await site.pass(seconds: 30, looking: restarted) }
        #expect(try await site.states(of: alert).first == .waiting)
        #expect(try await restarted.document().sinks.map { [$0.name, "\($0.waiting)"] } == [["phone", "1"]])
        #expect(site.metrics.contains(#"ecgnet_escalation_waiting{sink="phone"} 1"#))
        try Self.repair(site, settings, with: good)
        try await site.pass(seconds: 1, looking: restarted)
        #expect(receiver.received.count == 2)
        #expect(try await site.states(of: alert).first == .delivered)
        #expect(try await !site.events(of: alert).contains(.undelivered))
        try site.remove()
    }

    /// As an editor or a tool that deletes the file and writes it anew.
    @Test func aMomentWithoutTheFileGivesNothingUp() async throws {
        let receiver = try await WebhookReceiver.start(.status(500), .status(204))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 60)
        #expect(try await site.states(of: alert) == [.waiting] && receiver.received.count == 1)
        let file = site.folder.appending(path: SettingsFile.fileName)
        let good = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        site.settings.reload()
        try await site.pass(seconds: 30)
        #expect(try await site.states(of: alert) != [.undelivered])
        try Self.repair(site, site.settings, with: good)
        try await site.pass(seconds: 30)
        #expect(try await site.states(of: alert) == [.delivered])
        #expect(try await !site.events(of: alert).contains(.undelivered))
        try site.remove()
    }

    @Test func rungsThatOnlyTheConsoleWasToldAreClimbedForTheOthers() async throws {
        let receiver = try await WebhookReceiver.start(.status(204))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port),
            rungs: [(60, ["console", "phone"]), (180, ["phone"])], nobodyThere: [(60, ["phone"])])
        let good = try Self.spoil(site)
        let (settings, restarted) = try site.restartedWithItsFile()
        let alert = try await site.hospital.addAlert(1)
        try await site.pass(seconds: 200, looking: restarted)
        #expect(try await site.states(of: alert) == [.delivered, .delivered])
        try Self.repair(site, settings, with: good)
        for _ in 1...2 { try await site.pass(seconds: 1, looking: restarted) }
        let deliveries = try await site.hospital.store.deliveries(of: alert.id)
        #expect(deliveries.count { $0.sink == "phone" && $0.state == .delivered } == 2)
        #expect(deliveries.count { $0.sink == Delivery.consoleSink } == 2, "nobody is told twice")
        #expect(receiver.received.count == 3, "both rungs, and that nobody is there")
        try site.remove()
    }
}
