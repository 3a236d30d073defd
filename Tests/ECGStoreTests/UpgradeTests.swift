import ECGModel
import ECGStore
import Foundation
import GRDB
import Testing

/// Files of earlier versions, kept as SQL in `testdata/store`, are opened and brought up to date.
@Suite struct UpgradeTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "testdata/store")

    private let directory = StoreDirectory()

    private func restore(_ name: String) async throws {
        try FileManager.default.createDirectory(atPath: directory.path, withIntermediateDirectories: true)
        let sql = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        try await directory.database().writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    @Test func version1KeepsWhatItHolds() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let recording = try #require(try await store.recordings(RecordingQuery()).first)
        #expect(recording.header.patient.reference == "P-17")
        #expect(recording.sampleCount == 5000)
        #expect(recording.status == .closed)
        #expect(try await store.reading(of: recording.id)?.alerts.map(\.priority) == [.high])
        let alert = try #require(try await store.alerts(AlertQuery()).first)
        #expect(alert.recording == recording.id)
        #expect(try await store.alertEvents(of: alert.id).map(\.kind).first == .raised)
        #expect(try await store.devices().map(\.id) == ["clinic-017"])
    }

    /// What version 2 brought works on recordings of version 1.
    @Test func recordingsOfVersion1AreComparedWith() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let old = try #require(try await store.recordings(RecordingQuery()).first)
        var header = old.header
        header.id = TestValues.recordingID(2)
        header.deviceTime = old.openedAt + .seconds(3600)
        _ = try await store.openRecording(header, device: old.device, at: old.openedAt + .seconds(3600))
        let found = try await store.comparison(for: header.id, settledBefore: old.openedAt)
        #expect(found.map(\.recording) == [old.id])
    }

    /// What version 3 brought works on alerts and devices of version 1.
    @Test func reportsOfVersion1CanBeDrafted() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        #expect(try await store.devices().map(\.township) == [nil])
        let alert = try #require(try await store.alerts(AlertQuery()).first)
        let draft = ReportDraft(alert: alert.id, author: "li", text: "ST", savedAt: alert.raisedAt)
        try await store.saveDraft(draft)
        #expect(try await store.draft(of: alert.id, by: "li") == draft)
    }

    /// What version 5 brought works on alerts of version 1.
    @Test func alertsOfVersion1CanBeCriticalValues() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let alert = try #require(try await store.alerts(AlertQuery()).first)
        #expect(alert.submittedBy == nil)
        #expect(try await store.alertEvents(of: alert.id).first?.report == nil)
        _ = try await store.openCriticalValue(of: alert.id, text: "x", user: "li", at: alert.raisedAt)
        #expect(try await store.criticalValues(CriticalValueQuery()).map(\.alert) == [alert.id])
        _ = try await store.advanceAlert(
            alert.id, by: .reported(text: "STEMI", conclusion: .confirmed), user: "li", at: alert.raisedAt)
        #expect(try await store.alertEvents(of: alert.id).last?.report?.conclusion == .confirmed)
    }

    /// The ladder looks after alerts of version 1.
    @Test func alertsOfVersion1ClimbTheLadder() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let entry = try #require(try await store.ladder().first)
        let rung = ClimbedRung(
            subject: .alert(entry.alert, round: entry.round), name: "60s", who: "all", keys: ["phone": "key"])
        #expect(try await store.climb(rung, at: entry.roundBeganAt + .seconds(60)))
        #expect(try await store.deliveries(of: entry.alert).map(\.key) == ["key"])
    }

    /// What version 7 brought works on users of version 1.
    @Test func clinicsHaveUsersBesideThoseOfVersion1() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        #expect(try await store.users().allSatisfy { $0.clinic == nil })
        let recording = try #require(try await store.recordings(RecordingQuery()).first)
        let nurse = User(
            name: "nurse", role: .clinic, passwordHash: nil, addedAt: recording.openedAt, clinic: recording.clinic)
        try await store.addUser(nurse)
        #expect(try await store.user("nurse") == nurse)
        #expect(try await store.recordings(RecordingQuery(clinic: recording.clinic)) == [recording])
        #expect(try await store.recordings(RecordingQuery(clinic: "elsewhere")).isEmpty)
    }

    /// What version 9 brought works on recordings and alerts of version 1.
    @Test func alertsOfVersion1ComeBack() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let old = try #require(try await store.recordings(RecordingQuery()).first)
        #expect(old.hasReading && old.readingSampleCount == nil)
        let alert = try #require(try await store.alerts(AlertQuery()).first)
        _ = try await store.advanceAlert(alert.id, by: .dismissed(reason: "x"), user: "li", at: alert.raisedAt)
        let minutes = Int(AlertProposal.absenceBetweenEpisodes.value / 1000 * old.header.samplingRate.value)
        for (sample, count) in [(alert.atSample, 0), (alert.atSample + minutes, 1)] {
            let proposal = AlertProposal(finding: alert.finding, priority: alert.priority, atSample: sample)
            _ = try await store.commit(
                [.reading(old.id, try TestValues.reading(), sampleCount: 5000, raising: [proposal])],
                at: alert.raisedAt)
            #expect(try await store.alerts(AlertQuery()).count == count, "at sample \(sample)")
        }
        #expect(try await store.recording(old.id)?.readingSampleCount == 5000)
    }

    /// What an earlier version closed because its device was away goes on.
    @Test func whatWasAbandonedBeforeGoesOn() async throws {
        try await restore("ecgnet-v1.sql")
        try await directory.database().write { db in
            try db.execute(
                sql: """
                    INSERT INTO audit (at, actor, action, subject)
                    SELECT opened_at, 'system', 'recording.abandoned', ? FROM recordings
                    """,
                arguments: [
                    try Data.fetchOne(db, sql: "SELECT uuid FROM recordings").flatMap { RecordingID(bytes: $0) }?
                        .description
                ])
        }
        let store = try directory.open()
        let old = try #require(try await store.recordings(RecordingQuery()).first)
        #expect(old.status == .closed)
        let opened = try await store.openRecording(old.header, device: old.device, at: old.openedAt + .days(9))
        #expect(opened.status == .open)
    }

    /// What version 4 brought works on recordings, devices and users of version 1.
    @Test func recordingsOfVersion1HaveCourses() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        let old = try #require(try await store.recordings(RecordingQuery()).first)
        let courses = try await store.reduceCourses(
            openedFrom: old.openedAt, before: old.openedAt + .seconds(1), into: [RecordingCourse]()
        ) { $0.append($1) }
        let course = try #require(courses.first)
        #expect(course.deviceTime == old.header.deviceTime)
        #expect(course.reference == "P-17" && course.clinic == old.clinic)
        #expect(course.closedAt == old.closedAt && course.duration == .seconds(10))
        #expect(course.quality != nil && course.clockOffset == nil)
        #expect(course.alerts.map(\.priority) == [.high])
        #expect(try await store.devices().map(\.place) == [nil])
        try await store.placeDevice(old.device, at: GeographicPlace(latitude: 28.5, longitude: 112.6))
        #expect(try await store.device(old.device)?.place?.longitude == 112.6)
    }

    /// What version 8 brought works on deliveries and users of version 1.
    @Test func version1HasNoSettingsYet() async throws {
        try await restore("ecgnet-v1.sql")
        let store = try directory.open()
        #expect(try await store.newestSettings() == nil)
        #expect(try await store.users().allSatisfy { $0.hospital == nil })
        #expect(try await store.lastReaderPresence(for: "County") == nil)
        let queue = try await store.criticalValueQueue(at: .init(microsecondsSince1970: .max / 2), by: .countyDefault)
        #expect(queue == CriticalValueQueue())
    }

    /// Brings a file back to version 12.
    private static let backToVersion12 = """
        DROP TRIGGER recording_courses_complete;
        ALTER TABLE recordings DROP COLUMN is_abandoned;
        ALTER TABLE recordings DROP COLUMN resumed_at;
        DROP INDEX deliveries_in_hand;
        ALTER TABLE deliveries DROP COLUMN is_in_hand;
        DROP INDEX deliveries_by_sink;
        DROP INDEX deliveries_by_ending;
        ALTER TABLE deliveries DROP COLUMN ending;
        CREATE INDEX deliveries_by_sink ON deliveries (sink, state, ended_at);
        """

    /// Version 12 told by the clock what was given up after the last message arrived.
    @Test func deliveriesOfVersion12EndedInTheOrderOfTheirTimes() async throws {
        try await restore("ecgnet-v1.sql")
        var store = try directory.open()
        let entry = try #require(try await store.ladder().first)
        func climb(_ sinks: [String: String], at seconds: Int) async throws -> [Delivery] {
            let time = entry.roundBeganAt + .seconds(seconds)
            _ = try await store.climb(
                ClimbedRung(
                    subject: .alert(entry.alert, round: entry.round), name: "\(seconds)s", who: "all", keys: sinks),
                at: time)
            var claimed: [Delivery] = []
            for sink in sinks.keys {
                claimed += try await store.claimDeliveries(
                    to: sink, limit: 9, keptForHigh: 0, attempts: 9, until: time + .seconds(20), at: time)
            }
            return claimed
        }
        let first = try await climb(["phone": "a", "pager": "b"], at: 60)
        for delivery in first {
            try await store.confirmDelivery(delivery.id, at: entry.roundBeganAt + .seconds(61))
        }
        for delivery in try await climb(["phone": "c"], at: 180) {
            try await store.failDelivery(
                delivery.id, problem: "no", retryAt: nil, at: entry.roundBeganAt + .seconds(181))
        }
        try await store.close()
        try await directory.database().write { db in
            try db.execute(sql: "\(Self.backToVersion12) PRAGMA user_version = 12;")
        }
        store = try directory.open()
        #expect(try await store.sinkStatus(of: ["phone", "pager"]).map(\.undelivered) == [1, 0])
        for delivery in try await climb(["phone": "d"], at: 300) {
            try await store.confirmDelivery(delivery.id, at: entry.roundBeganAt)
        }
        #expect(try await store.sinkStatus(of: ["phone"]).map(\.undelivered) == [0])
    }

    /// In version 11 an amendment that waited for its signature left its alert closed.
    @Test func amendmentsThatWaitedInNoQueueWaitInIt() async throws {
        try await restore("ecgnet-v1.sql")
        var store = try directory.open()
        let alert = try #require(try await store.alerts(AlertQuery()).first)
        _ = try await store.advanceAlert(alert.id, by: .reported(text: "Normal"), user: "li", at: alert.raisedAt)
        try await store.close()
        try await directory.database().write { db in
            try db.execute(
                sql: """
                    \(Self.backToVersion12)
                    ALTER TABLE alerts DROP COLUMN amending;
                    UPDATE alerts SET submitted_by = 'li';
                    INSERT INTO alert_events (alert, recording, kind, at, user, priority, text, report)
                        SELECT id, recording, 'submitted', raised_at, 'li', priority, 'STEMI', '{"reason":"seen again"}'
                        FROM alerts;
                    PRAGMA user_version = 11;
                    """)
        }
        store = try directory.open()
        let waiting = try #require(try await store.alerts(AlertQuery()).first)
        #expect(waiting.id == alert.id && waiting.state == .raised && waiting.isAmendment == true)
        // By the clock of this machine, since when it can be seen.
        let now = Timestamp(microsecondsSince1970: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        #expect(waiting.raisedAt > now - .seconds(3600) && waiting.raisedAt < now + .seconds(3600))
        #expect(try await store.ladder().map(\.waitsSince) == [waiting.raisedAt])
        let events = try await store.alertEvents(of: alert.id)
        #expect(events.map(\.kind).suffix(2) == [.submitted, .reopened] && events.last?.by == "li")
        let submission = events[events.count - 2].sequence
        let closed = try await store.advanceAlert(
            alert.id, by: .signed(submission: submission), user: "wang", at: waiting.raisedAt)
        #expect(closed.state == .reported)
    }

    @Test func upgradingTwiceIsUpgradingOnce() async throws {
        try await restore("ecgnet-v1.sql")
        let both = [try directory.open(), try directory.open()]
        #expect(try await both[0].recordings(RecordingQuery()) == both[1].recordings(RecordingQuery()))
    }
}
