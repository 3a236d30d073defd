import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// Signing in from a browser: the cookie, and what other sites' pages cannot do with it.
@Suite struct BrowserSessionTests {
    private static let sameOrigin: HTTPFields = [fetchSite: "same-origin"]
    private static let fetchSite = name("Sec-Fetch-Site")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a header's name") }
        return name
    }

    private static func credentials(_ name: String = "li", _ password: String = Hospital.passphrase) -> String {
        #"{"name": "\#(name)", "password": "\#(password)"}"#
    }

    /// Signs in and gives what the browser would send back.
    private static func cookie(_ client: any TestClientProtocol) async throws -> String {
        let answer = try await client.send(.post, "/api/v1/session", json: credentials(), headers: sameOrigin)
        try #require(answer.status == .ok, "\(answer.text)")
        let setting = try #require(answer.headers[.setCookie])
        return String(try #require(setting.split(separator: ";").first))
    }

    @Test(arguments: [false, true]) func theCookieIsOutOfReach(isEncrypted: Bool) async throws {
        let hospital = try Hospital(isEncrypted: isEncrypted)
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let answer = try await client.send(
                .post, "/api/v1/session", json: Self.credentials(), headers: Self.sameOrigin)
            let cookie = try #require(answer.headers[.setCookie])
            let parts = cookie.split(separator: ";").map { $0.drop(while: { $0 == " " }) }
            #expect(parts[0].hasPrefix(isEncrypted ? "__Host-ecgnet=" : "ecgnet="))
            #expect(parts.contains("HttpOnly") && parts.contains("SameSite=Strict") && parts.contains("Path=/"))
            #expect(parts.contains("Secure") == isEncrypted)
            #expect(parts.contains("Max-Age=93600"))
            // The token is in the cookie only.
            let token = try #require(parts[0].split(separator: "=").last)
            #expect(!answer.text.contains(token))
            let me: UserIdentityDocument = try answer.decoded()
            #expect(me.name == "li" && me.permissions.contains("alerts.handle"))
            #expect(me.expiresAt == hospital.clock.now + AccessControl.sessionDuration, "of which the page warns")
            let again = try await client.send(.get, "/api/v1/me", headers: [.cookie: String(parts[0])])
            #expect(try again.decoded(UserIdentityDocument.self) == me)
        }
    }

    @Test func theCookieIsASession() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let cookie = try await Self.cookie(client)
            #expect(try await client.send(.get, "/api/v1/me", headers: [.cookie: cookie]).status == .ok)
            #expect(try await client.send(.get, "/api/v1/me", headers: [.cookie: "a=b; \(cookie)"]).status == .ok)
            for other in ["", "ecgnet=", "ecgnet=invented", "x\(cookie)", "__Host-\(cookie)"] {
                let answer = try await client.send(.get, "/api/v1/me", headers: [.cookie: other])
                #expect(answer.status == .unauthorized, "\(other)")
            }
            var headers = Self.sameOrigin
            headers[.cookie] = cookie
            let end = try await client.send(.delete, "/api/v1/session", headers: headers)
            #expect(end.status == .noContent)
            #expect(end.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await client.send(.get, "/api/v1/me", headers: [.cookie: cookie]).status == .unauthorized)
        }
    }

    @Test("what a page sends is never signed by somebody who has signed in on another page of the browser since")
    func twoPeopleInOneBrowser() async throws {
        let hospital = try Hospital()
        for name in ["li", "wang"] { try await hospital.addUser(name, .cardiologist) }
        let alert = try await hospital.addAlert(1)
        try await hospital.open { client async throws in
            let former = try await Self.cookie(client)
            var headers = Self.sameOrigin
            headers[.cookie] = former
            let answer = try await client.send(
                .post, "/api/v1/session", json: Self.credentials("wang"), headers: headers)
            #expect(answer.status == .ok)
            #expect(
                try await client.send(.get, "/api/v1/me", headers: [.cookie: former]).status == .unauthorized,
                "the session that the browser has forgotten is over")
            headers[.cookie] = try String(#require(answer.headers[.setCookie]?.split(separator: ";").first))
            headers[Self.name("X-Ecgnet-User")] = "li"
            let path = "/api/v1/alerts/\(alert.id)/acknowledge"
            let refused = try await client.send(.post, path, json: "{}", headers: headers)
            #expect(refused.status == .conflict && refused.text.contains("another-user"), "\(refused.text)")
            #expect(try await hospital.store.alert(alert.id)?.acknowledgedBy == nil)
            headers[Self.name("X-Ecgnet-User")] = "wang"
            #expect(try await client.send(.post, path, json: "{}", headers: headers).status == .ok)
            #expect(try await hospital.store.alert(alert.id)?.acknowledgedBy == "wang")
        }
    }

    @Test func anotherSitesPageCannotAct() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        let alert = try await hospital.addAlert(1)
        try await hospital.open { client async throws in
            let cookie = try await Self.cookie(client)
            let path = "/api/v1/alerts/\(alert.id)/acknowledge"
            let origin = Self.name("Origin")
            let forged: [HTTPFields] = [
                [:], [Self.fetchSite: "cross-site"], [Self.fetchSite: "same-site"], [Self.fetchSite: "none"],
                [origin: "https://evil.example"], [origin: "null"], [origin: "http://localhost.evil.example"],
                [Self.fetchSite: "cross-site", origin: "http://localhost"],
            ]
            for var headers in forged {
                let login = try await client.send(
                    .post, "/api/v1/session", json: Self.credentials(), headers: headers)
                #expect(login.errorCode == "cross-origin", "\(headers)")
                #expect(login.headers[.setCookie] == nil)
                headers[.cookie] = cookie
                let answer = try await client.send(.post, path, headers: headers)
                #expect(answer.status == .forbidden && answer.errorCode == "cross-origin", "\(headers)")
            }
            #expect(try await hospital.store.alert(alert.id)?.state == .raised)
            // An old browser, or one on plain HTTP, says where a request comes from by Origin alone.
            let own = try await client.send(.post, path, headers: [.cookie: cookie, origin: "http://localhost"])
            #expect(own.status == .ok)
        }
    }

    @Test func guessingIsSlowedDownHereToo() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let wrong = Self.credentials("li", "wrong password")
            for _ in 1...5 {
                let answer = try await client.send(.post, "/api/v1/session", json: wrong, headers: Self.sameOrigin)
                #expect(answer.errorCode == "wrong-name-or-password")
            }
            let slowed = try await client.send(
                .post, "/api/v1/session", json: Self.credentials(), headers: Self.sameOrigin)
            #expect(slowed.status == .tooManyRequests)
        }
    }

    // MARK: Login links

    @Test func aLinkAdmitsOnceAndOnlyForAWhile() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        let store = hospital.store
        let used = try await AccessControl.makeLoginLink(to: "li", store: store, now: hospital.clock.now)
        let late = try await AccessControl.makeLoginLink(to: "li", store: store, now: hospital.clock.now)
        try await hospital.open { client async throws in
            func follow(_ token: BearerToken) async throws -> TestResponse {
                try await client.send(
                    .post, "/api/v1/session", json: #"{"link": "\#(token.text)"}"#, headers: Self.sameOrigin)
            }
            // A link is not a session by itself.
            #expect(try await client.send(.get, "/api/v1/me", token: used.text).status == .unauthorized)
            let first = try await follow(used)
            #expect(first.status == .ok)
            #expect(first.headers[.setCookie] != nil)
            let second = try await follow(used)
            #expect(second.status == .forbidden && second.errorCode == "login-link-invalid")
            hospital.clock.advance(seconds: 601)
            #expect(try await follow(late).errorCode == "login-link-invalid")
            #expect(try await follow(BearerToken()).errorCode == "login-link-invalid")
            let session = try await hospital.token("li", .cardiologist)
            let bySession = try await client.send(
                .post, "/api/v1/session", json: #"{"link": "\#(session)"}"#, headers: Self.sameOrigin)
            #expect(bySession.errorCode == "login-link-invalid")
        }
    }

    @Test func aLinkDiesWithItsUserAndWithANewPassword() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        let store = hospital.store
        await #expect(throws: StoreError.unknownUser("nobody")) {
            _ = try await AccessControl.makeLoginLink(to: "nobody", store: store, now: hospital.clock.now)
        }
        let before = try await AccessControl.makeLoginLink(to: "li", store: store, now: hospital.clock.now)
        try await hospital.access.accounts.setPassword("another good password", of: "li", endingPrograms: false)
        await #expect(throws: AccessError.loginLinkInvalid) { _ = try await hospital.access.signIn(link: before) }
        let last = try await AccessControl.makeLoginLink(to: "li", store: store, now: hospital.clock.now)
        try await store.removeUser("li")
        await #expect(throws: AccessError.loginLinkInvalid) { _ = try await hospital.access.signIn(link: last) }
    }
}
