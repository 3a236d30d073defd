import ECGModel
import ECGServer
import ECGStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

/// The chest-pain centre's figures, of small histories whose answers can be computed by hand, asked over HTTP.
@Suite struct FigureTests {
    private static let start = FigureHistory.start

    private func report(
        _ hospital: Hospital, _ query: String = "from=2026-11&to=2026-11"
    ) async throws -> FigureReport {
        hospital.clock.set(Self.start + .seconds(7200))
        let token = try await hospital.token("t", .technician)
        return try await hospital.open { client async throws in
            let answer = try await client.send(.get, "/api/v1/figures?\(query)", token: token)
            #expect(answer.status == .ok, "\(answer.text)")
            return try answer.decoded(FigureReport.self)
        }
    }

    @Test func thePatientsWayIsTimedFromContactToReport() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        // The device is 30 s ahead: taken at 12:00:30 by its clock is noon by the server's.
        try await history.record(
            taken: Self.start + .seconds(30), contact: Self.start + .seconds(-210), clockOffset: .seconds(30),
            closed: Self.start + .seconds(14),
            steps: .init(raised: 8, seen: 28, acknowledged: 48, reported: 648))
        let total = try await report(hospital).total
        #expect(total.recordings == 1)
        // 240 s by one clock, and ten seconds of ECG.
        #expect(total[.contactToECG]?.mean == 250 && total[.contactToECG]?.withinTarget == 1)
        // Complete at 10 s by the server's clock, durable at 14 s.
        #expect(total[.ecgToStored]?.mean == 4)
        #expect(total[.storedToSeen]?.mean == 20 && total[.seenToAcknowledged]?.mean == 20)
        #expect(total[.acknowledgedToReport]?.mean == 600)
        #expect(total[.acknowledgedToReport]?.shareWithinTarget == 0)
        #expect(total[.ecgToReport]?.mean == 638 && total[.ecgToReport]?.withinTarget == 0)
        #expect(total.alerts.high == 1 && total.alerts.perThousand == 1000)
        #expect(total.alerts.predictiveValue == 1)
        #expect(total.clock.median == 30 && total.clock.withinMinute == 1)
    }

    /// What a store holds that took a device's clock as it was told.
    @Test(arguments: [Int64.min, .max]) func aClockBeyondSenseIsMissing(microseconds: Int64) async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        try await history.record(
            clockOffset: .microseconds(microseconds),
            steps: .init(raised: 8, seen: 28, acknowledged: 48, reported: 648))
        let total = try await report(hospital).total
        #expect(total.recordings == 1 && total[.storedToSeen]?.mean == 20)
        #expect(total[.ecgToStored]?.missing == 1 && total[.ecgToReport]?.missing == 1)
    }

    @Test func whatIsMissingOrCannotBeIsCountedAndLeftOut() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        // No times at all.
        try await history.record(taken: nil, clockOffset: nil, steps: .init(raised: 0, acknowledged: 60, reported: 90))
        // The contact lies after the ECG, and in another year.
        try await history.record(contact: Self.start + .seconds(300))
        try await history.record(contact: Self.start + .seconds(-86_400 * 365))
        // A clock that is right by its offset and yet ahead of what happened.
        try await history.record(taken: Self.start + .seconds(500))
        // Rounding to the second makes no negative time.
        try await history.record(contact: Self.start + .seconds(11))
        let total = try await report(hospital).total
        let contact = try #require(total[.contactToECG])
        #expect(contact.cases == 1 && contact.mean == 0)
        #expect(contact.missing == 2 && contact.implausible == 2)
        let stored = try #require(total[.ecgToStored])
        #expect(stored.cases == 3 && stored.missing == 1 && stored.implausible == 1)
        // Acknowledged and reported without being opened: those times are not told.
        #expect(total[.storedToSeen]?.missing == 1 && total[.seenToAcknowledged]?.missing == 1)
        #expect(total[.acknowledgedToReport]?.mean == 30)
        #expect(total[.ecgToReport]?.missing == 1)
        #expect(total.clock.cases == 4)
    }

    @Test func openAlertsCountOnceTheyAreLate() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        // The report is asked for at 7200 s.
        try await history.record(steps: .init(raised: 7170))
        try await history.record(steps: .init(raised: 0))
        try await history.record(steps: .init(raised: 7000, seen: 7010, acknowledged: 7100))
        try await history.record(steps: .init(raised: 10, seen: 20, dismissed: 30))
        try await history.record(closed: nil, steps: .init(priority: .medium, raised: 5))
        let total = try await report(hospital).total
        let seen = try #require(total[.storedToSeen])
        #expect(seen.cases == 2 && seen.pending == 2 && seen.judged == 3 && seen.withinTarget == 2)
        #expect(total[.seenToAcknowledged]?.cases == 1)
        let report = try #require(total[.acknowledgedToReport])
        #expect(report.cases == 0 && report.pending == 1 && report.judged == 0 && report.mean == nil)
        // Three alerts without a report, all of ECG taken at 0 s; the dismissed one has no such stretch.
        #expect(total[.ecgToReport]?.pending == 3 && total[.ecgToReport]?.shareWithinTarget == 0)
        #expect(total[.ecgToStored]?.pending == 1)
        #expect(total.alerts.verdicts.dismissed == 1 && total.alerts.verdicts.undecided == 3)
        #expect(total.alerts.predictiveValue == 0)
        #expect(total.alerts.high == 4 && total.alerts.medium == 1)
        #expect(total.alerts.perThousand == 1000 && total.alerts.highPerThousand == 800)
    }

    @Test func thePredictiveValueIsWhatReportsConclude() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        for conclusion in [ReportConclusion.confirmed, .confirmed, .notConfirmed, nil] {
            try await history.record(
                steps: .init(raised: 0, seen: 5, acknowledged: 6, reported: 60, conclusion: conclusion))
        }
        try await history.record(steps: .init(raised: 0, seen: 5, dismissed: 60))
        try await history.record(steps: .init(raised: 0))
        // The last word counts.
        let alert = try #require(
            try await hospital.store.alerts(AlertQuery(states: [.reported])).first { $0.id.rawValue == 1 })
        _ = try await hospital.store.advanceAlert(
            alert.id, by: .amended(text: "artefact", reason: "seen again", conclusion: .notConfirmed), user: "li",
            at: FigureHistory.start + .seconds(90))
        let alerts = try await report(hospital).total.alerts
        let verdicts = alerts.verdicts
        #expect(verdicts.confirmed == 1 && verdicts.notConfirmed == 2 && verdicts.dismissed == 1)
        #expect(verdicts.unstated == 1 && verdicts.undecided == 1)
        #expect(alerts.predictiveValue == 0.25)
    }

    @Test func eachRuleHasItsOwnPredictiveValue() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        for (rule, conclusion) in [
            ("vt", ReportConclusion.confirmed), ("vt", .notConfirmed), ("vt", nil), ("st-elevation", .confirmed),
        ] {
            try await history.record(
                steps: .init(rule: rule, raised: 0, seen: 5, acknowledged: 6, reported: 60, conclusion: conclusion))
        }
        try await history.record(steps: .init(priority: .medium, rule: "st-depression", raised: 0))
        let rules = try await report(hospital).rules
        #expect(rules.map(\.rule) == ["vt", "st-elevation"] && rules.map(\.high) == [3, 1])
        #expect(rules.map(\.predictiveValue) == [0.5, 1] && rules[0].verdicts.unstated == 1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            let answer = try await client.send(
                .get, "/api/v1/figures-rules.csv?from=2026-11&to=2026-11", token: token)
            let lines = answer.text.components(separatedBy: "\r\n")
            #expect(
                lines[0].hasSuffix(
                    "month,rule,alerts_high,high_confirmed,high_not_confirmed,high_dismissed,"
                        + "high_unstated,high_undecided,predictive_value"))
            #expect(lines[1...] == ["2026-11,st-elevation,1,1,0,0,0,0,1.0", "2026-11,vt,3,1,1,0,1,0,0.5", ""])
        }
    }

    /// A wrong row that was acknowledged and taken back must not look like a target reached.
    @Test func anAcknowledgementThatWasTakenBackDidNotHappen() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        try await history.record(steps: .init(raised: 0, seen: 5, acknowledged: 10))
        let alert = try #require(try await hospital.store.alerts(AlertQuery()).first)
        func step(_ step: AlertStep, _ user: String, at seconds: Int) async throws {
            _ = try await hospital.store.advanceAlert(
                alert.id, by: step, user: user, at: FigureHistory.start + .seconds(seconds))
        }
        try await step(.undone(within: .seconds(60)), "li", at: 20)
        hospital.clock.set(FigureHistory.start + .seconds(100))
        var figure = try #require(try await report(hospital).total[.seenToAcknowledged])
        #expect(figure.cases == 0 && figure.pending == 1)
        try await step(.acknowledged, "wang", at: 205)
        try await step(.dismissed(reason: "artefact"), "wang", at: 210)
        // Taking back the dismissal leaves the acknowledgement.
        try await step(.undone(within: .seconds(60)), "wang", at: 220)
        try await step(.reported(text: "STEMI", conclusion: .confirmed), "wang", at: 305)
        figure = try #require(try await report(hospital).total[.seenToAcknowledged])
        #expect(figure.cases == 1 && figure.mean == 200)
        #expect(try await report(hospital).total[.acknowledgedToReport]?.mean == 100)
    }

    @Test func monthsBeginWhereTheSiteIs() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        for (opened, quality) in [
            ("2026-09-30T15:59:59.999Z", "good"), ("2026-09-30T16:00:00.000Z", "good"),
            ("2026-10-31T15:55:00.000Z", "unusable"), ("2026-10-31T16:05:00.000Z", "good"),
        ] {
            let time = try #require(Timestamp(opened))
            try await history.record(opened: time, taken: time, closed: time + .seconds(11), quality: quality)
        }
        let report = try await report(hospital, "from=2026-08&to=2026-11")
        #expect(report.timeZone == "Asia/Shanghai")
        #expect(report.months.map(\.month.description) == ["2026-08", "2026-09", "2026-10", "2026-11"])
        #expect(report.months.map(\.figures.recordings) == [0, 1, 2, 1])
        #expect(report.months[0].figures[.ecgToStored]?.mean == nil)
        // Taken again in the next month, it is the bad recording's month that has it; also when that one is asked for alone.
        #expect(report.months.map(\.figures.quality.repeated) == [0, 0, 1, 0])
        let alone = try await self.report(hospital, "from=2026-10&to=2026-10")
        #expect(alone.total.quality.repeated == 1 && alone.total.recordings == 2)
    }

    @Test func aBadRecordingIsTakenAgainWhileThePatientIsThere() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        func at(_ seconds: Int) -> Timestamp { Self.start + .seconds(seconds) }
        for (device, seconds, quality, reference): (String, Int, String, String?) in [
            ("a", 0, "unusable", "P1"), ("a", 60, "unusable", "P1"), ("a", 120, "good", "P1"),
            ("b", 0, "unusable", "P2"), ("b", 120, "good", "P3"),
            ("c", 0, "unusable", nil), ("c", 901, "good", nil),
            ("d", 0, "unusable", nil), ("e", 60, "good", nil), ("d", 900, "good", "P4"),
        ] {
            try await history.record(
                device: device, opened: at(seconds), taken: at(seconds), reference: reference,
                closed: at(seconds + 11), quality: quality)
        }
        let quality = try await report(hospital).total.quality
        #expect(quality.unusable == 5 && quality.repeated == 3 && quality.shareRepeated == 0.6)
    }

    @Test func onlyAPatientsFirstECGIsTimedFromTheContact() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        let contact = Self.start + .seconds(-60)
        for (seconds, reference, first) in [(0, "P1", contact), (900, "P1", contact), (30, "P2", contact)] {
            let time = Self.start + .seconds(seconds)
            try await history.record(
                opened: time, taken: time, contact: first, reference: reference, closed: time + .seconds(11))
        }
        let figure = try #require(try await report(hospital).total[.contactToECG])
        #expect(figure.cases == 2 && figure.mean == 85 && figure.missing == 0)
    }

    @Test func meansMediansAndGroupsAreRight() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        // ECG to stored: 0, 10, 20, 130 s.
        for (device, clinic, township, late) in [
            ("a", "East", "Longtan", 0), ("a", "East", "Longtan", 10), ("b", "West", "Longtan", 20),
            ("c", "Hill", "Heping", 130),
        ] {
            try await history.record(
                device: device, clinic: clinic, township: township, closed: Self.start + .seconds(10 + late))
        }
        let all = try await report(hospital)
        let stored = try #require(all.total[.ecgToStored])
        #expect(stored.mean == 40 && stored.median == 15 && stored.shareWithinTarget == 0.75)
        #expect(abs((stored.p95 ?? 0) - 113.5) < 0.001)
        #expect(all.clinics.map(\.clinic) == ["Hill", "East", "West"])
        #expect(all.townships.map(\.township) == ["Heping", "Longtan"])
        #expect(all.townships.map(\.figures.recordings) == [1, 3])
        let east = try await report(hospital, "from=2026-11&to=2026-11&clinic=East")
        #expect(east.total[.ecgToStored]?.mean == 5)
        let longtan = try await report(hospital, "from=2026-11&to=2026-11&township=Longtan")
        #expect(longtan.total[.ecgToStored]?.mean == 10 && longtan.clinics.count == 2)
        #expect(try await report(hospital, "").months.count == 12)
    }

    @Test func theTableIsCommaSeparatedAndRunsNothing() async throws {
        let hospital = try Hospital()
        var history = FigureHistory(hospital)
        let attack = "=HYPERLINK(\"http://x\",\"y\")"
        try await history.record(device: "a", clinic: attack, township: " +1")
        try await history.record(device: "b", clinic: "North, \"upper\"", township: nil)
        hospital.clock.set(Self.start)
        let token = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            let answer = try await client.send(
                .get, "/api/v1/figures.csv?from=2026-11&to=2026-11", token: token)
            #expect(answer.headers[.contentType] == "text/csv; charset=utf-8; header=present")
            #expect(
                answer.headers[.contentDisposition] == "attachment; filename=\"ecgnet-2026-11-2026-11.csv\"")
            #expect(Array(answer.body.readableBytesView.prefix(3)) == [0xEF, 0xBB, 0xBF])
            let lines = answer.text.components(separatedBy: "\r\n")
            #expect(lines.count == 4 && lines[3].isEmpty)
            #expect(lines[0].hasSuffix("clock_within_minute") && lines[0].contains("month,township,clinic,recordings,"))
            #expect(lines[1].hasPrefix("2026-11,,\"North, \"\"upper\"\"\",1,"))
            #expect(lines[2].hasPrefix("2026-11,\"' +1\",\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",1,"))
            let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
            #expect(lines[1].split(separator: ",", omittingEmptySubsequences: false).count == columns + 1)
            for query in ["from=2026-12&to=2026-11", "from=2020-01&to=2026-11", "from=2026-13", "from=x"] {
                #expect(try await client.send(.get, "/api/v1/figures?\(query)", token: token).status == .badRequest)
            }
        }
        #expect(try await hospital.store.audit(AuditQuery(actor: "root")).map(\.action) == ["figures.export"])
    }

    @Test func noPatientIsInTheFigures() async throws {
        let hospital = try Hospital()
        try await hospital.addRecording(1)
        let token = try await hospital.token("t", .technician)
        try await hospital.open { client async throws in
            for path in ["figures", "figures.csv", "figures-rules.csv", "network"] {
                let answer = try await client.send(.get, "/api/v1/\(path)", token: token)
                #expect(answer.status == .ok)
                for secret in Hospital.secrets { #expect(!answer.text.contains(secret)) }
            }
        }
    }
}
