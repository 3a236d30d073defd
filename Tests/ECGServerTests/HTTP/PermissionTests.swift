import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// Who may do what, asked over HTTP: every route for every role and for nobody.
@Suite struct PermissionTests {
    typealias Request = (method: HTTPRequest.Method, path: String, json: String?, roles: Set<User.Role>)

    private static func requests(alert: AlertID, recording: RecordingID) -> [Request] {
        let all: Set<User.Role> = [.administrator, .cardiologist, .technician]
        let key = String(repeating: "ab", count: 32)
        return [
            (.get, "me", nil, all.union([.clinic])),
            (.get, "clinic/recordings", nil, [.clinic]),
            (.get, "clinic/recordings/\(recording)", nil, [.clinic]),
            (.get, "recordings", nil, all),
            (.get, "recordings/\(recording)", nil, all),
            (.get, "recordings/\(recording)/waveform", nil, all),
            (.get, "recordings/\(recording)/wfdb", nil, all),
            (.get, "recordings/\(recording)/samples?from=0&to=9", nil, all),
            (.get, "recordings/\(recording)/beats", nil, all),
            (.get, "recordings/\(recording)/earlier", nil, [.administrator, .cardiologist]),
            (.get, "worklist", nil, all),
            (.get, "alerts", nil, all),
            (.get, "alerts/\(alert)", nil, all),
            (.post, "alerts/lease", nil, [.cardiologist]),
            (.post, "alerts/\(alert)/lease", nil, [.cardiologist]),
            (.post, "alerts/\(alert)/seen", nil, [.cardiologist]),
            (.post, "alerts/\(alert)/acknowledge", nil, [.cardiologist]),
            (.get, "alerts/\(alert)/draft", nil, [.cardiologist]),
            (.put, "alerts/\(alert)/draft", #"{"text": "x"}"#, [.cardiologist]),
            (.post, "alerts/\(alert)/preliminary", #"{"text": "x"}"#, [.cardiologist]),
            (.post, "alerts/\(alert)/report", #"{"text": "x"}"#, [.cardiologist]),
            (.post, "alerts/\(alert)/amend", #"{"text": "y", "reason": "z"}"#, [.cardiologist]),
            (.post, "alerts/\(alert)/critical-value", #"{"text": "x"}"#, [.cardiologist]),
            (.get, "critical-values", nil, [.administrator, .cardiologist]),
            (.post, "alerts/\(alert)/critical-value/attempt", #"{"text": "x"}"#, [.cardiologist]),
            (
                .post, "alerts/\(alert)/critical-value/notify",
                #"{"person": {"name": "Wu"}, "told": "x", "readBack": "x"}"#, [.cardiologist]
            ),
            (.post, "alerts/\(alert)/critical-value/undo", nil, [.cardiologist]),
            (
                .post, "alerts/\(alert)/critical-value/notify",
                #"{"person": {"name": "Wu"}, "told": "x", "readBack": "x"}"#, [.cardiologist]
            ),
            (.post, "alerts/\(alert)/critical-value/handle", #"{"text": "x"}"#, [.cardiologist]),
            (.post, "alerts/\(alert)/critical-value/record", nil, [.cardiologist]),
            (.get, "devices", nil, [.administrator]),
            (.post, "devices", #"{"id": "d", "publicKey": "\#(key)", "clinic": "c"}"#, [.administrator]),
            (.post, "devices/clinic-1/revoke", nil, [.administrator]),
            (.get, "users", nil, [.administrator]),
            (.post, "users", #"{"name": "new", "role": "technician"}"#, [.administrator]),
            (.put, "users/other/password", #"{"password": "a new long password"}"#, [.administrator]),
            (.post, "users/other/link", nil, [.administrator]),
            (.post, "users/other/disable", nil, [.administrator]),
            (.post, "users/other/enable", nil, [.administrator]),
            (.post, "tokens", #"{"user": "other"}"#, [.administrator]),
            (.delete, "users/other", nil, [.administrator]),
            (.get, "audit", nil, [.administrator]),
            (.post, "audit/search", "{}", [.administrator]),
            (.get, "figures", nil, all),
            (.get, "figures.csv", nil, all),
            (.get, "figures-rules.csv", nil, all),
            (.get, "network", nil, all),
            (.get, "tables", nil, [.administrator]),
            (.get, "tables/0", nil, [.administrator]),
            (.post, "tables/0/enforce", nil, [.administrator]),
            (.put, "users/li/hospital", #"{"hospital": "North"}"#, [.administrator]),
            (.get, "settings", nil, [.administrator]),
            (.get, "settings/1", nil, [.administrator]),
            (.post, "settings/check", #"{"settings": {}}"#, [.administrator]),
            (.post, "settings", #"{"edition": 1, "settings": {"undoSeconds": 30}}"#, [.administrator]),
            (.post, "settings/1/restore", #"{"edition": 2}"#, [.administrator]),
            (.put, "devices/clinic-1/place", #"{"latitude": 28.5, "longitude": 112.6}"#, [.administrator]),
            (.delete, "session", nil, all.union([.clinic])),
        ]
    }

    @Test(arguments: User.Role.allCases) func aRoleCanDoWhatItMayAndNothingElse(role: User.Role) async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        try await hospital.addUser("other", .technician)
        try await hospital.addUser("li", .cardiologist)
        try await hospital.settings.look()
        let token = try await hospital.token(role.rawValue, role)
        try await hospital.open { client async throws in
            for request in Self.requests(alert: alert.id, recording: alert.recording) {
                let path = "/api/v1/\(request.path)"
                let nobody = try await client.send(request.method, path, json: request.json)
                #expect(nobody.status == .unauthorized, "\(path)")
                #expect(nobody.headers[.wwwAuthenticate] == "Bearer")
                let stranger = try await client.send(request.method, path, token: "invented", json: request.json)
                #expect(stranger.status == .unauthorized, "\(path)")
                let answer = try await client.send(request.method, path, token: token, json: request.json)
                if request.roles.contains(role) {
                    #expect(answer.status.kind == .successful, "\(role) \(path): \(answer.text)")
                } else {
                    #expect(answer.status == .forbidden, "\(role) \(path)")
                    #expect(answer.errorCode == "forbidden")
                }
            }
        }
    }

    @Test func whatPeopleWroteIsHiddenFromTechnicians() async throws {
        let hospital = try Hospital()
        let alert = try await hospital.addAlert(1)
        _ = try await hospital.store.advanceAlert(
            alert.id, by: .reported(text: "REPORT-SECRET-3"), user: "dr.li", at: hospital.clock.now)
        for (role, sees) in [(User.Role.cardiologist, true), (.technician, false)] {
            let token = try await hospital.token(role.rawValue, role)
            try await hospital.open { client async throws in
                let answer = try await client.send(.get, "/api/v1/alerts/\(alert.id)", token: token)
                #expect(answer.text.contains("REPORT-SECRET-3") == sees)
            }
        }
    }

    @Test func answersCarryTheirSafetyHeaders() async throws {
        let hospital = try Hospital()
        try await hospital.open { client async throws in
            for path in ["/healthz", "/api/v1/me", "/nowhere", "/setup"] {
                let headers = try await client.send(.get, path).headers
                #expect(headers[.cacheControl] == "no-store", "\(path)")
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
            }
            #expect(try await client.send(.get, "/nowhere").errorCode == "not-found")
        }
    }

    @Test func adminsCannotRemoveThemselves() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            #expect(try await client.send(.delete, "/api/v1/users/root", token: token).status == .conflict)
            #expect(try await client.send(.get, "/api/v1/me", token: token).status == .ok)
            #expect(try await client.send(.delete, "/api/v1/users/nobody", token: token).status == .notFound)
        }
    }

    @Test func devicesAreChecked() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("root", .administrator)
        let key = String(repeating: "ab", count: 32)
        try await hospital.open { client async throws in
            for body in [
                #"{"id": "a b", "publicKey": "\#(key)", "clinic": "c"}"#,
                #"{"id": "a", "publicKey": "abcd", "clinic": "c"}"#,
                #"{"id": "a", "publicKey": "\#(key)", "clinic": ""}"#,
            ] {
                #expect(try await client.send(.post, "/api/v1/devices", token: token, json: body).status == .badRequest)
            }
            let good = #"{"id": "a", "publicKey": "\#(key)", "clinic": "Village"}"#
            #expect(try await client.send(.post, "/api/v1/devices", token: token, json: good).status == .created)
            #expect(try await client.send(.post, "/api/v1/devices", token: token, json: good).status == .conflict)
            for _ in 1...2 {
                #expect(try await client.send(.post, "/api/v1/devices/a/revoke", token: token).status == .ok)
            }
            #expect(try await client.send(.post, "/api/v1/devices/b/revoke", token: token).status == .notFound)
        }
        let device = try #require(try await hospital.store.device("a"))
        #expect(device.publicKey == Array(repeating: 0xAB, count: 32))
        #expect(device.revokedAt == hospital.clock.now)
    }
}
