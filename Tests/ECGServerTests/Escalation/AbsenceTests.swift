import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// Whether anybody is there, hospital by hospital.
@Suite struct AbsenceTests {
    @Test func thatNobodyIsThereIsAnAlarmByItself() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(
            sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["console"])],
            nobodyThere: [(60, ["phone"]), (600, ["phone"])])
        try await site.pass(seconds: 59)
        #expect(receiver.received.isEmpty, "a server that starts waits for its readers")
        try await site.pass(seconds: 1)
        try await site.pass(seconds: 1)
        #expect(try receiver.received.map { try $0.message.kind } == [.nobodyThere])
        #expect(try receiver.received[0].message.who == "who-60")
        do {
            let reader = site.presence.enter()
            try await site.pass(seconds: 1000)
            #expect(try await site.escalation.document().hospitals.map(\.nobodyThereSince) == [nil])
            #expect(site.metrics.contains("ecgnet_readers_present 1"))
            withExtendedLifetime(reader) {}
        }
        #expect(receiver.received.count == 1)
        try await site.pass(seconds: 59)
        #expect(receiver.received.count == 1)
        try await site.pass(seconds: 1)
        #expect(receiver.received.count == 2)
        // Another server, just started, does not know better.
        try await site.pass(seconds: 540, looking: site.restarted())
        #expect(receiver.received.count == 2)
        try await site.pass(seconds: 0)
        #expect(receiver.received.count == 3)
        #expect(Set(receiver.received.map(\.key)).count == 3)
        #expect(site.metrics.contains(#"ecgnet_readers_absent_seconds{hospital="County"} 600"#))
        let audit = try await site.hospital.store.audit(AuditQuery(actor: "system"))
        #expect(audit.map(\.action) == ["readers.absent", "readers.absent", "readers.absent"])
        try site.remove()
    }

    @Test func eachHospitalHasItsOwnAlarm() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["console"])])
        func rung(_ who: String) -> String { #"{"afterSeconds": 60, "who": "\#(who)", "sinks": ["phone"]}"# }
        func hospital(_ name: String, _ more: String) -> String {
            #"{"name": "\#(name)", "shifts": [{"high": [{"afterSeconds": 60, "who": "a", "sinks": ["console"]}]}]\#(more)}"#
        }
        let policy = """
            {"sinks": {\(LadderSite.webhook("phone", port: receiver.port))}, "nobodyThere": [\(rung("for all"))],
             "hospitals": [\(hospital("County", "")),
               \(hospital("North", #", "townships": ["North"], "nobodyThere": [\#(rung("Head of North"))]"#)),
               \(hospital("Quiet", #", "townships": ["Quiet"], "nobodyThere": []"#))]}
            """
        try Data(policy.utf8).write(to: site.folder.appending(path: SettingsFile.fileName))
        site.settings.reload()
        #expect(site.settings.problem == nil)
        let countyReader = site.presence.enter(for: "County")
        try await site.pass(seconds: 61)
        try await site.pass(seconds: 1)
        // One message, to those whom North names; County has a reader, and Quiet tells nobody.
        var messages = try receiver.received.map { try $0.message }
        #expect(messages.map(\.who) == ["Head of North"] && messages.map(\.hospital) == ["North"])
        var document = try await site.escalation.document()
        #expect(document.hospitals.map { $0.nobodyThereSince != nil } == [false, true, true])
        #expect(document.hospitals[0].nobodyThere.map(\.who) == ["for all"])
        #expect(site.metrics.contains(#"ecgnet_readers_absent_seconds{hospital="County"} 0"#))
        #expect(site.metrics.contains(#"ecgnet_readers_absent_seconds{hospital="North"} 62"#))
        // One who reads for every hospital is there for all of them.
        do {
            let everywhere = site.presence.enter()
            try await site.pass(seconds: 100)
            document = try await site.escalation.document()
            #expect(document.hospitals.allSatisfy { $0.nobodyThereSince == nil } && document.readers == 2)
            withExtendedLifetime((everywhere, countyReader)) {}
        }
        // From here County's reader is there alone again, and North's absence begins anew.
        try await site.pass(seconds: 61)
        messages = try receiver.received.map { try $0.message }
        #expect(messages.map(\.hospital) == ["North", "North"] && Set(messages.map(\.id)).count == 2)
        withExtendedLifetime(countyReader) {}
        let audit = try await site.hospital.store.audit(AuditQuery(actor: "system"))
        #expect(audit.map(\.subject) == ["North 60s", "North 60s"])
        try site.remove()
    }
}
