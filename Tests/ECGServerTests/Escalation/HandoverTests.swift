import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// Alerts that wait while the shift changes.
@Suite struct HandoverTests {
    typealias Policy = EscalationPolicy
    typealias Rung = Policy.Rung

    /// By the rungs' seconds and who stands on them; the sink is one telephone for all where no other is named.
    private static func ladder(_ rungs: (Int, String)...) -> [Rung] {
        rungs.map { seconds, who in
            Rung(afterSeconds: seconds, who: who, sinks: who.hasSuffix("siren") ? ["siren", "phone"] : ["phone"])
        }
    }

    /// Ladders of a day's shifts, one after the other.
    private static let days: [[[Rung]]] = [
        // Every rung is due in the other shift.
        [ladder((120, "day"), (180, "day head")), ladder((10, "night"))],
        [ladder((10, "night")), ladder((120, "day"), (180, "day head"))],
        // The documented example.
        [
            ladder((0, "his"), (60, "duty"), (180, "second"), (300, "head siren")),
            ladder((30, "night"), (120, "house siren")),
        ],
        // The same seconds, with other people and with the same.
        [ladder((60, "day"), (120, "all")), ladder((60, "night"), (120, "all"))],
        [ladder((60, "duty")), ladder((60, "duty"), (90, "duty"))],
        [ladder((60, "day")), ladder((60, "evening"), (70, "all")), ladder((60, "night"), (70, "all"))],
        [ladder((60, "day")), ladder((30, "short")), ladder((60, "day"), (200, "late"))],
    ]

    /// Shifts that change every other minute from 18:00 on, so that alerts wait over several; the last is on duty until then.
    private static func policy(_ ladders: [[Rung]], in zone: String) -> Policy {
        let starts = ladders.indices.map { 18 * 60 + 2 * $0 }
        let shifts = ladders.enumerated().map { index, rungs in
            Policy.Shift(
                hours: .init(from: starts[index], to: starts[(index + 1) % starts.count]), ladders: [.high: rungs])
        }
        return Policy(
            timeZone: zone,
            hospitals: [Policy.Hospital(name: "County", shifts: shifts, reportWithinMinutes: [:])], nobodyThere: [])
    }

    private struct Told: Hashable {
        var rung: Rung
        var sink: String
    }

    /// An alert that nobody answers, climbed as the store does it.
    private struct Waiting {
        let policy: Policy
        var entry: LadderEntry
        var told: [Told] = []

        init(_ policy: Policy, raisedAt time: Timestamp) {
            self.policy = policy
            entry = LadderEntry(
                alert: AlertID(1), clinic: "Village", township: nil, priority: .high, isAcknowledged: false, round: 1,
                roundBeganAt: time)
        }

        mutating func look(at time: Timestamp) {
            for step in policy.due(for: entry, at: time) {
                guard case .climb(let rung, let name) = step else { continue }
                for sink in rung.sinks where entry.climbed[name, default: []].insert(sink).inserted {
                    told.append(Told(rung: rung, sink: sink))
                }
            }
        }
    }

    @Test("whoever is on duty has been told all that the alert's age asks for, whenever it was raised", arguments: days)
    func exhaustively(ladders: [[Rung]]) throws {
        let policy = Self.policy(ladders, in: "UTC")
        let change = try #require(Timestamp("2026-11-21T18:00:00.000Z"))
        let changes = ladders.indices.map { 120 * $0 }
        for raised in -400...130 {
            var waiting = Waiting(policy, raisedAt: change + .seconds(raised))
            // Nothing can become due but in a rung's time or at a change.
            let own = ladders.joined().map { raised + $0.afterSeconds }
            for second in Set(own + changes + [changes[0] - 1, raised + 1000]).sorted() where second >= raised {
                waiting.look(at: change + .seconds(second))
                let onDuty = changes.lastIndex { $0 <= second } ?? ladders.count - 1
                for rung in ladders[onDuty] where raised + rung.afterSeconds <= second {
                    #expect(
                        rung.sinks.allSatisfy { sink in
                            waiting.told.contains {
                                $0.sink == sink && $0.rung.who == rung.who
                                    && $0.rung.afterSeconds == rung.afterSeconds
                            }
                        }, "\(rung.name) \(rung.who), raised at \(raised) s, at \(second) s")
                }
            }
            #expect(Set(waiting.told).count == waiting.told.count, "nobody is told the same twice")
        }
    }

    @Test("a night of waiting ends with the day's ladder, once")
    func overADay() throws {
        let began = try #require(Timestamp("2026-11-21T18:30:00.000Z"))
        let ladders = [Self.ladder((30, "night"), (120, "all")), Self.ladder((60, "day"), (120, "all"))]
        var policy = Self.policy(ladders, in: "UTC")
        policy.hospitals[0].shifts[0].hours = .init(from: 18 * 60, to: 8 * 60)
        policy.hospitals[0].shifts[1].hours = .init(from: 8 * 60, to: 18 * 60)
        var waiting = Waiting(policy, raisedAt: began)
        var told: [String] = []
        for hour in 0...72 {
            waiting.look(at: began + .seconds(3600 * hour + 120))
            told.append(contentsOf: waiting.told.dropFirst(told.count).map { "\($0.rung.who) \(hour)" })
        }
        #expect(told == ["night 0", "all 0", "day 14"])
    }

    /// The hour that a zone leaves out, and the one that it has twice.
    @Test(arguments: [
        ("2026-03-29T00:40:00.000Z", 2 * 60 + 30, "2026-03-29T01:00:00.000Z"),
        ("2026-03-29T00:40:00.000Z", 3 * 60 + 30, "2026-03-29T01:30:00.000Z"),
        ("2026-10-24T23:40:00.000Z", 2 * 60 + 30, "2026-10-25T00:30:00.000Z"),
        ("2026-10-25T00:40:00.000Z", 3 * 60 + 30, "2026-10-25T02:30:00.000Z"),
    ])
    func theChangeOfClocksHoldsNobodyUp(raised: String, change: Int, expected: String) throws {
        let night = Policy.Shift(
            hours: .init(from: change, to: change + 180), ladders: [.high: Self.ladder((10, "night"))])
        let day = Policy.Shift(
            hours: .init(from: change + 180, to: change), ladders: [.high: Self.ladder((86_400, "day"))])
        let policy = Policy(
            timeZone: "Europe/Berlin",
            hospitals: [.init(name: "H", shifts: [day, night], reportWithinMinutes: [:])], nobodyThere: [])
        var waiting = Waiting(policy, raisedAt: try #require(Timestamp(raised)))
        let due = try #require(Timestamp(expected))
        waiting.look(at: due - .seconds(1))
        #expect(waiting.told.isEmpty)
        waiting.look(at: due)
        #expect(waiting.told.map(\.rung.who) == ["night"])
    }

    /// Over the store, which knows a rung by its name: one telephone, and others who answer it.
    @Test func theNightIsToldByTheSameTelephone() async throws {
        let receiver = try await WebhookReceiver.start(.status(200))
        let site = try LadderSite(sinks: LadderSite.webhook("phone", port: receiver.port), rungs: [(60, ["phone"])])
        // The test's clock stands at the beginning of a minute and is moved by 90 s.
        let clock = site.hospital.clock
        let minute = 60 * Int64(1_000_000)
        clock.set(Timestamp(microsecondsSince1970: (clock.now.microsecondsSince1970 / minute) * minute))
        func clockTime(after seconds: Int) -> String {
            String("\(clock.now + .seconds(seconds))".dropFirst(11).prefix(5))
        }
        func ladder(_ who: String) -> String {
            #""high": [{"afterSeconds": 60, "who": "\#(who)", "sinks": ["phone"]}]"#
        }
        let (change, end) = (clockTime(after: 120), clockTime(after: 12 * 3600))
        let policy = """
            {"timeZone": "UTC", "sinks": {\(LadderSite.webhook("phone", port: receiver.port))}, "nobodyThere": [],
             "hospitals": [{"name": "County", "shifts": [
                {"from": "\(change)", "to": "\(end)", \(ladder("night"))},
                {"from": "\(end)", "to": "\(change)", \(ladder("day"))}]}]}
            """
        try Data(policy.utf8).write(to: site.folder.appending(path: SettingsFile.fileName))
        site.settings.reload()
        #expect(site.settings.problem == nil)
        let alert = try await site.hospital.addAlert(1)
        for seconds in [60, 59, 1, 60] { try await site.pass(seconds: seconds) }
        #expect(try receiver.received.map { try $0.message.who } == ["day", "night"])
        #expect(try receiver.received.map { try $0.message.rung } == ["60s", "60s night"])
        #expect(Set(receiver.received.map(\.key)).count == 2)
        #expect(try await site.states(of: alert) == [.delivered, .delivered])
        // An answer that is taken back begins anew, with those who are on duty then.
        func step(_ step: AlertStep) async throws {
            _ = try await site.hospital.store.advanceAlert(alert.id, by: step, user: "dr.li", at: clock.now)
        }
        try await step(.acknowledged)
        try await step(.undone(within: .seconds(60)))
        try await site.pass(seconds: 60)
        #expect(try receiver.received.map { try $0.message.who } == ["day", "night", "night"])
        try site.remove()
    }
}
