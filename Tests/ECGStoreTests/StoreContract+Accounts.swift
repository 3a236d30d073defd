import ECGModel
import ECGStore
import Testing

extension StoreContract {
    static let accountChecks: [Check] = [
        Check("devices are registered once and revoked for good") { store in
            try await store.addDevice(TestValues.device("b"))
            try await store.addDevice(TestValues.device("a"))
            await #expect(throws: StoreError.deviceExists("a")) { try await store.addDevice(TestValues.device("a")) }
            #expect(try await store.devices().map(\.id) == ["a", "b"])
            try await store.touchDevice("a", at: TestValues.start + .seconds(2))
            try await store.touchDevice("a", at: TestValues.start)
            #expect(try await store.revokedDevices().isEmpty)
            try await store.revokeDevice("a", at: TestValues.start + .seconds(3))
            #expect(try await store.revokedDevices() == ["a"])
            try await store.revokeDevice("a", at: TestValues.start + .seconds(4))
            let device = try await store.device("a")
            #expect(device?.lastContactAt == TestValues.start + .seconds(2))
            #expect(device?.revokedAt == TestValues.start + .seconds(3))
            await #expect(throws: StoreError.unknownDevice("c")) {
                try await store.revokeDevice("c", at: TestValues.start)
            }
        },
        Check("a device's township is the recordings' too") { store in
            var device = TestValues.device()
            device.township = "Longtan"
            try await store.addDevice(device)
            #expect(try await store.device(device.id) == device)
            let id = try await store.openTestRecording()
            #expect(try await store.recording(id)?.township == "Longtan")
        },
        Check("settings have versions, each after the newest") { store in
            #expect(try await store.newestSettings() == nil)
            let first = try await store.addSettings(
                SettingsChange(document: "{}", digest: "a"), after: 0, at: TestValues.start)
            await #expect(throws: StoreError.settingsChanged(first.edition)) {
                try await store.addSettings(
                    SettingsChange(document: "[]", digest: "b"), after: 0, at: TestValues.start)
            }
            let second = try await store.addSettings(
                SettingsChange(document: "{1}", digest: "b", changedBy: "anna", copyOf: first.edition),
                after: first.edition, at: TestValues.start + .seconds(1))
            #expect(second.edition > first.edition)
            #expect(try await store.newestSettings() == second)
            #expect(try await store.settings(first.edition) == first)
            #expect(try await store.settings(second.edition + 1) == nil)
            let listed = try await store.settingsVersions(limit: 9)
            #expect(listed.map(\.edition) == [second.edition, first.edition] && listed.map(\.document) == ["", ""])
            #expect(listed.map(\.changedBy) == ["anna", nil] && listed[0].copyOf == first.edition)
            #expect(try await store.settingsVersions(limit: 1).count == 1)
        },
        Check("a reader's hospital is named and changed") { store in
            let user = User(
                name: "anna", role: .cardiologist, passwordHash: nil, addedAt: TestValues.start, hospital: "North")
            try await store.addUser(user)
            #expect(try await store.user("anna") == user)
            try await store.setHospital(nil, of: "anna")
            #expect(try await store.users().map(\.hospital) == [nil])
            await #expect(throws: StoreError.unknownUser("ben")) { try await store.setHospital("x", of: "ben") }
        },
        Check("users, their sessions and tokens") { store in
            let user = User(name: "anna", role: .cardiologist, passwordHash: "h", addedAt: TestValues.start)
            try await store.addUser(user)
            await #expect(throws: StoreError.userExists("anna")) { try await store.addUser(user) }
            #expect(try await store.user("anna") == user)
            let session = AccessToken(
                digest: [1], user: "anna", purpose: .session, addedAt: TestValues.start,
                expiresAt: TestValues.start + .seconds(10))
            let program = AccessToken(
                digest: [2], user: "anna", purpose: .program, addedAt: TestValues.start, expiresAt: nil)
            try await store.addToken(session)
            try await store.addToken(program)
            let login = AccessToken(
                digest: [4], user: "anna", purpose: .login, addedAt: TestValues.start, expiresAt: nil)
            try await store.addToken(login)
            #expect(try await store.token(digest: [1], at: TestValues.start + .seconds(9)) == session)
            #expect(try await store.token(digest: [1], at: TestValues.start + .seconds(11)) == nil)
            #expect(try await store.setPassword(of: "anna", hash: "new", endingPrograms: false) == 0)
            #expect(try await store.user("anna")?.passwordHash == "new")
            #expect(try await store.token(digest: [1], at: TestValues.start) == nil)
            #expect(try await store.token(digest: [4], at: TestValues.start) == nil)
            #expect(try await store.token(digest: [2], at: TestValues.start) == program)
            try await store.removeUser("anna")
            #expect(try await store.token(digest: [2], at: TestValues.start) == nil)
            #expect(try await store.users().isEmpty)
            await #expect(throws: StoreError.unknownUser("anna")) { try await store.removeUser("anna") }
            await #expect(throws: StoreError.unknownUser("anna")) {
                _ = try await store.setPassword(of: "anna", hash: "", endingPrograms: true)
            }
        },
        Check("the tokens of a user's programs are listed and ended, nobody else's") { store in
            for name in ["anna", "ben"] {
                try await store.addUser(
                    User(name: name, role: .cardiologist, passwordHash: "h", addedAt: TestValues.start))
            }
            func token(_ digest: UInt8, _ user: String, _ purpose: AccessToken.Purpose = .program) -> AccessToken {
                AccessToken(
                    digest: [digest], user: user, purpose: purpose, addedAt: TestValues.start + .seconds(Int(digest)),
                    expiresAt: nil)
            }
            let tokens = [token(2, "anna"), token(1, "anna"), token(3, "ben"), token(4, "anna", .session)]
            for token in tokens { try await store.addToken(token) }
            #expect(try await store.programTokens(of: "anna") == [tokens[1], tokens[0]])
            #expect(try await store.removeProgramTokens(of: "anna") == 2)
            #expect(try await store.removeProgramTokens(of: "anna") == 0)
            #expect(try await store.token(digest: [1], at: TestValues.start) == nil)
            #expect(try await store.token(digest: [4], at: TestValues.start) == tokens[3], "the session goes on")
            #expect(try await store.setPassword(of: "ben", hash: "new", endingPrograms: true) == 1)
            #expect(try await store.programTokens(of: "ben").isEmpty)
        },
        Check("a token that admits once is used by removing it") { store in
            try await store.addToken(
                AccessToken(digest: [3], user: "setup", purpose: .setup, addedAt: TestValues.start, expiresAt: nil))
            #expect(try await store.removeToken(digest: [3]))
            #expect(try await store.removeToken(digest: [3]) == false)
        },
        Check("the audit trail is listed newest first and filtered") { store in
            for (actor, subject) in [("anna", "1"), ("ben", "1"), ("anna", "2")] {
                try await store.appendAudit(
                    AuditEntry(at: TestValues.start, actor: actor, action: "recording.read", subject: subject))
            }
            #expect(try await store.audit(AuditQuery()).map(\.subject) == ["2", "1", "1"])
            #expect(try await store.audit(AuditQuery(actor: "anna", limit: 1)).map(\.subject) == ["2"])
            #expect(try await store.audit(AuditQuery(subject: "1")).map(\.actor) == ["ben", "anna"])
        },
    ]
}
