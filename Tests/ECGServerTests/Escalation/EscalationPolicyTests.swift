import ECGModel
import ECGServer
import ECGStore
import Foundation
import Testing

/// What is due for whom at what hour, without a store or a clock.
@Suite struct EscalationPolicyTests {
    typealias Rung = EscalationPolicy.Rung
    private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    private static func entry(
        _ priority: AlarmPriority = .high, began: Timestamp, answered: Timestamp? = nil,
        climbed: [String: Set<String>] = [:],
        clinic: String = "Village", township: String? = nil
    ) -> LadderEntry {
        LadderEntry(
            alert: AlertID(1), clinic: clinic, township: township, priority: priority,
            isAcknowledged: answered != nil, round: 1, roundBeganAt: began, answeredAt: answered, climbed: climbed)
    }

    /// Day and night, each with rungs at 60 and 300 s; on Shanghai's clocks, which are 8 h ahead.
    private static func policy() -> EscalationPolicy {
        func ladder(_ who: String) -> [AlarmPriority: [Rung]] {
            [.high: [60, 300].map { Rung(afterSeconds: $0, who: "\(who) \($0)", sinks: ["console"]) }]
        }
        return EscalationPolicy(
            timeZone: "Asia/Shanghai",
            hospitals: [
                EscalationPolicy.Hospital(
                    name: "County",
                    shifts: [
                        .init(hours: .init(from: 8 * 60, to: 18 * 60), ladders: ladder("day")),
                        .init(hours: .init(from: 18 * 60, to: 8 * 60), ladders: ladder("night")),
                    ], reportWithinMinutes: [.high: 10])
            ], nobodyThere: [])
    }

    private static func who(_ steps: [EscalationStep]) -> [String] {
        steps.map { if case .climb(let rung, _) = $0 { rung.who } else { "\($0)" } }
    }

    @Test func theStandardLadderTellsThreeTimes() throws {
        let began = try Self.time("2026-11-21T08:00:00.000Z")
        let expected: [(Int, Int)] = [(59, 0), (60, 1), (179, 1), (180, 2), (299, 2), (300, 3), (9999, 3)]
        for (seconds, count) in expected {
            #expect(
                EscalationPolicy.standard.due(for: Self.entry(began: began), at: began + .seconds(seconds)).count
                    == count, "\(seconds)")
        }
        let climbed = Self.entry(
            began: began, climbed: ["60s": ["console"], "180s": ["console", "phone"], "300s": ["phone"]])
        #expect(Self.who(EscalationPolicy.standard.due(for: climbed, at: began + .seconds(400))) == ["All readers"])
        #expect(EscalationPolicy.standard.due(for: Self.entry(.low, began: began), at: began + .seconds(9999)).isEmpty)
    }

    @Test(arguments: [
        // 17:00: the night is told once it has come.
        ("2026-11-21T09:00:00.000Z", ["day 60", "day 300"], ["night 60", "night 300"]),
        // 17:58:30
        ("2026-11-21T09:58:30.000Z", ["day 60", "night 60", "night 300"], ["day 300"]),
        // 17:59, so the first is due at 18:00
        ("2026-11-21T09:59:00.000Z", ["night 60", "night 300"], ["day 60", "day 300"]),
        // Over midnight
        ("2026-11-21T15:58:00.000Z", ["night 60", "night 300"], ["day 60", "day 300"]),
        // 07:57
        ("2026-11-21T23:57:00.000Z", ["night 60", "day 60", "day 300"], ["night 300"]),
    ])
    func whoIsOnDutyWhenARungIsDueIsTold(began: String, inTime: [String], later: [String]) throws {
        let began = try Self.time(began)
        let entry = Self.entry(began: began)
        #expect(Self.who(Self.policy().due(for: entry, at: began + .seconds(300))) == inTime)
        // However late the server looks.
        #expect(Self.who(Self.policy().due(for: entry, at: began + .seconds(86_400))) == inTime + later)
        // But not what nobody can remember.
        #expect(Self.policy().due(for: entry, at: began + .seconds(2 * 86_400)).isEmpty)
    }

    /// Every minute of a day belongs to one shift, in a zone with summer time too.
    @Test(arguments: ["Asia/Shanghai", "UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
    func everyMinuteHasItsShift(zone: String) throws {
        var policy = Self.policy()
        policy.timeZone = zone
        for day in ["2026-03-29", "2026-10-25", "2026-11-21"] {
            let midnight = try Self.time("\(day)T00:00:00.000Z")
            for minute in 0..<1440 {
                let began = midnight + .seconds(60 * minute)
                #expect(policy.due(for: Self.entry(began: began), at: began + .seconds(60)).count == 1)
            }
        }
    }

    @Test func acknowledgingStopsTheLadderAndStartsTheReportsTime() throws {
        let began = try Self.time("2026-11-21T08:00:00.000Z")
        let answered = began + .seconds(50)
        let entry = Self.entry(began: began, answered: answered)
        #expect(Self.policy().due(for: entry, at: answered + .seconds(599)).isEmpty)
        let late = answered + .seconds(600)
        #expect(Self.policy().due(for: entry, at: late) == [.raiseAgain(answeredBefore: answered)])
        // Where a priority has no time nothing is raised again.
        #expect(Self.policy().due(for: Self.entry(.low, began: began, answered: answered), at: late).isEmpty)
    }

    @Test func eachHospitalHasItsClinicsAndOneTheRest() {
        func hospital(_ name: String, _ clinics: Set<String> = [], _ townships: Set<String> = [])
            -> EscalationPolicy.Hospital
        {
            .init(name: name, clinics: clinics, townships: townships, shifts: [], reportWithinMinutes: [:])
        }
        var policy = Self.policy()
        policy.hospitals = [
            hospital("rest"), hospital("north", [], ["Longtan"]), hospital("heart", ["Longtan clinic 3"]),
        ]
        #expect(policy.hospital(clinic: "Longtan clinic 3", township: "Longtan")?.name == "heart")
        #expect(policy.hospital(clinic: "Longtan clinic 4", township: "Longtan")?.name == "north")
        #expect(policy.hospital(clinic: "elsewhere", township: "South")?.name == "rest")
        #expect(policy.hospital(clinic: "elsewhere", township: nil)?.name == "rest")
    }

    @Test func thePausesDoubleUpToTheLongest() {
        #expect(
            (1...8).map { EscalationLimits.pause(after: $0) / .seconds(1) } == [5, 10, 20, 40, 80, 160, 300, 300])
        #expect(EscalationLimits.pause(after: 10_000) == .seconds(300))
    }
}
