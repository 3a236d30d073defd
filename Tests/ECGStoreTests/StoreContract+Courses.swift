import ECGModel
import ECGStore
import Testing

extension StoreContract {
    static func courses(_ store: any Store) async throws -> [RecordingCourse] {
        try await store.reduceCourses(
            openedFrom: TestValues.start, before: TestValues.start + .seconds(86_400), into: [RecordingCourse]()
        ) { $0.append($1) }
    }

    static let courseChecks: [Check] = [
        Check("a recording's course has its times, and each alert when it first took each step") { store in
            var device = TestValues.device()
            device.township = "Longtan"
            try await store.addDevice(device)
            var header = TestValues.header(1)
            header.deviceTime = TestValues.start + .milliseconds(250)
            header.patient.firstMedicalContact = TestValues.start + .seconds(-240)
            let start = TestValues.start
            _ = try await store.openRecording(
                header, device: device.id, clockOffset: .seconds(-3), at: start + .seconds(1))
            _ = try await store.openRecording(
                header, device: device.id, clockOffset: .seconds(99), at: start + .seconds(2))
            _ = try await store.commit(
                [.block(header.id, TestValues.block(0..<1000), raising: [TestValues.proposal()])],
                at: start + .seconds(3))
            var course = try #require(try await courses(store).first)
            #expect(course.closedAt == nil && course.duration == nil && course.quality == nil)
            _ = try await store.commit(
                [.close(header.id, sampleCount: 1000, reading: try TestValues.reading(), raising: [])],
                at: start + .seconds(4))
            let alert = try #require(try await store.alerts(AlertQuery()).first)
            for (step, seconds): (AlertStep, Int) in [
                (.delivered, 5), (.seen, 6), (.acknowledged, 7), (.preliminarilyReported(text: "a"), 8),
                (.reported(text: "b"), 9),
            ] {
                _ = try await store.advanceAlert(alert.id, by: step, user: "li", at: start + .seconds(seconds))
            }
            // Worse and reopened: the first time counts.
            course = try #require(try await courses(store).first)
            #expect(course.device == device.id && course.clinic == device.clinic && course.township == "Longtan")
            #expect(course.reference == "A-1")
            #expect(course.openedAt == start + .seconds(1) && course.closedAt == start + .seconds(4))
            #expect(course.deviceTime == start + .milliseconds(250))
            #expect(course.firstContactAt == start + .seconds(-240))
            #expect(course.clockOffset == .seconds(-3))
            #expect(course.duration == .seconds(2) && course.quality == .good && !course.followsAnother)
            let step = try #require(course.alerts.first)
            #expect(course.alerts.count == 1 && step.state == .reported && step.priority == .high)
            #expect(step.raisedAt == start + .seconds(3) && step.seenAt == start + .seconds(6))
            #expect(step.acknowledgedAt == start + .seconds(7) && step.reportedAt == start + .seconds(8))
        },
        Check("a second recording of one patient and contact follows the first, in whatever order they come") { store in
            try await store.addDevice(TestValues.device())
            let start = TestValues.start
            for (number, seconds) in [(UInt64(2), 600), (1, 0)] {
                var header = TestValues.header(number)
                header.patient.reference = "A"
                header.patient.firstMedicalContact = start
                header.deviceTime = start + .seconds(seconds)
                _ = try await store.openRecording(
                    header, device: TestValues.device, at: start + .seconds(700 + seconds))
            }
            var other = TestValues.header(3)
            other.patient.reference = "B"
            other.patient.firstMedicalContact = start
            _ = try await store.openRecording(other, device: TestValues.device, at: start + .seconds(2000))
            #expect(try await courses(store).map(\.followsAnother) == [false, true, false])
        },
        Check("what devices do is counted by device") { store in
            try await store.addDevice(TestValues.device())
            try await store.addDevice(TestValues.device(TestValues.otherDevice))
            let start = TestValues.start
            let alert = try await store.raiseTestAlert(at: start)
            _ = try await store.openTestRecording(2, at: start + .seconds(100))
            _ = try await store.commit(
                [.close(alert.recording, sampleCount: 100, reading: try TestValues.reading(), raising: [])], at: start)
            let found = try await store.deviceActivity(since: start, today: start + .seconds(50))
            #expect(found.keys.sorted() == [TestValues.device])
            let activity = try #require(found[TestValues.device])
            #expect(activity.recordingsToday == 1 && activity.quality == [.good: 1])
            #expect(activity.openAlerts == [.high: 1])
        },
        Check("a device keeps its place and what it last said of itself") { store in
            var device = TestValues.device()
            device.place = GeographicPlace(latitude: 28.25, longitude: -112.5)
            try await store.addDevice(device)
            try await store.touchDevice(
                device.id, at: TestValues.start, hello: DeviceHello(software: "box 1.2", clockOffset: .seconds(70)))
            try await store.touchDevices([device.id, "nobody"], at: TestValues.start + .seconds(9))
            device.lastContactAt = TestValues.start + .seconds(9)
            device.software = "box 1.2"
            device.clockOffset = .seconds(70)
            #expect(try await store.device(device.id) == device)
            try await store.placeDevice(device.id, at: nil)
            #expect(try await store.device(device.id)?.place == nil)
            await #expect(throws: StoreError.unknownDevice("x")) { try await store.placeDevice("x", at: nil) }
            #expect(GeographicPlace(latitude: 91, longitude: 0) == nil)
            #expect(GeographicPlace(latitude: .nan, longitude: 0) == nil)
            #expect(GeographicPlace(latitude: 1, longitude: nil) == nil)
        },
        Check("a disabled user has no tokens until enabled again, and stays in the list") { store in
            try await store.addUser(
                User(name: "li", role: .cardiologist, passwordHash: nil, addedAt: TestValues.start))
            try await store.addToken(
                AccessToken(digest: [9], user: "li", purpose: .program, addedAt: TestValues.start, expiresAt: nil))
            try await store.disableUser("li", at: TestValues.start + .seconds(1))
            try await store.disableUser("li", at: TestValues.start + .seconds(2))
            #expect(try await store.user("li")?.disabledAt == TestValues.start + .seconds(1))
            #expect(try await store.token(digest: [9], at: TestValues.start) == nil)
            try await store.enableUser("li")
            #expect(try await store.users().map(\.disabledAt) == [nil])
            await #expect(throws: StoreError.unknownUser("x")) { try await store.enableUser("x") }
        },
        Check("the audit trail is searched by patient, action and time") { store in
            let alert = try await store.raiseTestAlert(1)
            let other = try await store.raiseTestAlert(2)
            let start = TestValues.start
            func note(_ seconds: Int, _ action: String, _ subject: String) async throws {
                try await store.appendAudit(
                    AuditEntry(at: start + .seconds(seconds), actor: "li", action: action, subject: subject))
            }
            try await note(1, "recording.read", alert.recording.description)
            try await note(2, "alert.read", alert.id.description)
            try await note(3, "alert.read", other.id.description)
            // A user who is called as the alert is numbered is not the patient's.
            try await note(4, "user.add", alert.id.description)
            try await note(5, "alerts.list", "alerts")
            func actions(_ query: AuditQuery) async throws -> [String] { try await store.audit(query).map(\.action) }
            #expect(try await actions(AuditQuery(patient: "A-1")) == ["alert.read", "recording.read"])
            #expect(try await actions(AuditQuery(patient: "nobody")) == [])
            #expect(try await actions(AuditQuery(patient: "A-1' OR 1 --")) == [])
            #expect(try await actions(AuditQuery(action: "alert")) == ["alert.read", "alert.read"])
            #expect(try await actions(AuditQuery(action: "user.add")) == ["user.add"])
            #expect(
                try await actions(AuditQuery(since: start + .seconds(2), before: start + .seconds(4)))
                    == ["alert.read", "alert.read"])
        },
        Check("what was noted within the time is not noted again") { store in
            func shown(at seconds: Int, _ subjects: [String]) async throws {
                let time = TestValues.start + .seconds(seconds)
                try await store.appendAudit(
                    subjects.map { AuditEntry(at: time, actor: "li", action: "patient.list", subject: $0) },
                    unlessSince: time + .seconds(-3600))
            }
            try await shown(at: 0, ["a", "b"])
            try await shown(at: 60, ["a", "c"])
            try await shown(at: 3601, ["a"])
            #expect(try await store.audit(AuditQuery()).map(\.subject) == ["a", "c", "b", "a"])
        },
        Check("what many are shown at once is found for each of them") { store in
            func shown(at seconds: Int, _ subject: String, to actors: [String]) async throws {
                let time = TestValues.start + .seconds(seconds)
                try await store.appendAudit(
                    actors.map { AuditEntry(at: time, actor: $0, action: "patient.list", subject: subject) },
                    unlessSince: time + .seconds(-3600))
            }
            func found(_ query: AuditQuery) async throws -> [String] {
                try await store.audit(query).map { "\($0.actor) \($0.subject)" }
            }
            try await shown(at: 0, "a", to: ["anna", "ben", "anna", "\"ben\""])
            #expect(try await found(AuditQuery()) == ["anna a", "ben a", "\"ben\" a"])
            // Some have been noted already, as the actor or as one of the others.
            try await shown(at: 60, "a", to: ["ben", "cora", "anna", "dan"])
            #expect(try await found(AuditQuery(since: TestValues.start + .seconds(60))) == ["cora a", "dan a"])
            try await shown(at: 61, "b", to: ["dan", "anna"])
            #expect(try await found(AuditQuery(actor: "anna")) == ["anna b", "anna a"])
            #expect(try await found(AuditQuery(actor: "ben")) == ["ben a"])
            #expect(try await found(AuditQuery(actor: "dan")) == ["dan b", "dan a"])
            #expect(try await found(AuditQuery(actor: "dan", limit: 1)) == ["dan b"])
            #expect(try await found(AuditQuery(actor: "da")) == [])
            #expect(try await found(AuditQuery(subject: "a", limit: 1)) == ["cora a", "dan a"])
        },
    ]
}
