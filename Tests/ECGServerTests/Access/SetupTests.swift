import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct SetupTests {
    private static func link(_ hospital: Hospital) async throws -> String? {
        try await AccessControl.setupLinkIfNeeded(
            store: hospital.store, baseURL: "http://127.0.0.1:7780", now: hospital.clock.now)
    }

    private static func token(_ hospital: Hospital) async throws -> String {
        let link = try #require(try await link(hospital))
        #expect(link.hasPrefix("http://127.0.0.1:7780/setup?token="))
        return String(try #require(link.split(separator: "=").last))
    }

    @Test func thePageNamesTheFirstAdministratorOnce() async throws {
        let hospital = try Hospital()
        let token = try await Self.token(hospital)
        try await hospital.open { client async throws in
            let page = try await client.send(.get, "/setup?token=\(token)")
            #expect(page.status == .ok)
            #expect(page.text.contains("<form") && !page.text.contains("<script") && page.text.contains("管理员"))
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self'") == true)

            func post(_ form: String) async throws -> TestResponse {
                try await client.executeRequest(
                    uri: "/setup", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                    body: ByteBuffer(string: form))
            }
            // What is refused does not cost the link.
            #expect(try await post("token=\(token)&name=root&password=short").status == .badRequest)
            #expect(try await post("token=\(token)&name=a+b&password=long+enough+for+it").status == .badRequest)
            #expect(try await post("name=root").status == .badRequest)
            let done = try await post("token=\(token)&name=root&password=long+enough+for+it")
            #expect(done.status == .ok)
            #expect(try await post("token=\(token)&name=thief&password=long+enough+for+it").status == .forbidden)
            #expect(try await client.send(.get, "/setup?token=\(token)").status == .forbidden)
            let login = #"{"name": "root", "password": "long enough for it"}"#
            #expect(try await client.send(.post, "/api/v1/login", json: login).status == .ok)
        }
        #expect(try await hospital.store.users().map(\.name) == ["root"])
        #expect(try await hospital.store.users().map(\.role) == [.administrator])
        #expect(try await Self.link(hospital) == nil)
    }

    @Test("A name that somebody has already does not cost the link")
    func takenName() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        let token = try await Self.token(hospital)
        try await hospital.open { client async throws in
            let page = try await client.executeRequest(
                uri: "/setup", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "token=\(token)&name=li&password=long+enough+for+it"))
            #expect(page.status == .conflict && page.text.contains("<p>"))
            func send(_ name: String) async throws -> HTTPResponse.Status {
                let body = #"{"token": "\#(token)", "name": "\#(name)", "password": "long enough for it"}"#
                return try await client.send(.post, "/api/v1/setup", json: body).status
            }
            #expect(try await send("li") == .conflict)
            #expect(try await send("root") == .created)
        }
        #expect(try await hospital.store.user("li")?.role == .cardiologist)
    }

    @Test func ofManyAtOnceOneIsNamed() async throws {
        let hospital = try Hospital()
        let token = try await Self.token(hospital)
        try await hospital.open { client async throws in
            let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for number in 1...8 {
                    let body = #"{"token": "\#(token)", "name": "a\#(number)", "password": "long enough for it"}"#
                    group.addTask { try await client.send(.post, "/api/v1/setup", json: body).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == .created } == 1)
            #expect(statuses.count { $0 == .forbidden } == 7)
        }
        #expect(try await hospital.store.users().count == 1)
    }

    @Test func linksExpireAndAreNoSessions() async throws {
        let hospital = try Hospital()
        let token = try await Self.token(hospital)
        let second = try await Self.token(hospital)
        try await hospital.open { client async throws in
            #expect(try await client.send(.get, "/api/v1/me", token: token).status == .unauthorized)
            // A second link of an earlier start is worthless once there is somebody.
            let body = #"{"token": "\#(token)", "name": "root", "password": "long enough for it"}"#
            #expect(try await client.send(.post, "/api/v1/setup", json: body).status == .created)
            let late = #"{"token": "\#(second)", "name": "thief", "password": "long enough for it"}"#
            #expect(try await client.send(.post, "/api/v1/setup", json: late).status == .conflict)
        }
        let other = try Hospital()
        let old = try await Self.token(other)
        other.clock.advance(seconds: 3601)
        try await other.open { client async throws in
            #expect(try await client.send(.get, "/setup?token=\(old)").status == .forbidden)
            #expect(try await client.send(.get, "/setup").status == .forbidden)
        }
    }
}
