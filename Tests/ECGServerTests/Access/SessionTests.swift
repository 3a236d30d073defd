import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct SessionTests {
    struct Token: Decodable {
        var token: String
        var user: String
        var role: User.Role
        var expiresAt: Timestamp?
    }

    private static func login(_ name: String, _ password: String) -> String {
        #"{"name": "\#(name)", "password": "\#(password)"}"#
    }

    @Test("a session lasts a duty of a day and its handover, and no longer however it is used")
    func sessionLength() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let answer = try await client.send(
                .post, "/api/v1/login", json: Self.login("li", Hospital.passphrase))
            let session: Token = try answer.decoded()
            #expect(session.role == .cardiologist)
            #expect(session.expiresAt == hospital.clock.now + .seconds(26 * 3600))
            for _ in 1...26 {
                hospital.clock.advance(seconds: 3600 - 1)
                #expect(try await client.send(.get, "/api/v1/me", token: session.token).status == .ok)
            }
            hospital.clock.advance(seconds: 26 - 1)
            #expect(try await client.send(.get, "/api/v1/me", token: session.token).status == .ok)
            hospital.clock.advance(seconds: 2)
            #expect(try await client.send(.get, "/api/v1/me", token: session.token).status == .unauthorized)
        }
    }

    /// A house has as many IPv6 addresses as it likes, and a request may hold a name of any length.
    @Test func guessingIsSlowedDownByNetwork() async throws {
        let hospital = try Hospital()
        func fails(_ name: String, _ address: String) async -> AccessError? {
            do {
                _ = try await hospital.access.signIn(name: name, password: "wrong password", from: address)
                return nil
            } catch {
                return error as? AccessError
            }
        }
        for host in 1...5 { #expect(await fails("user\(host)", "2001:db8:1:2::\(host)") == .wrongNameOrPassword) }
        #expect(await fails("user6", "2001:db8:1:2:ffff::6") == .tooManyAttempts(retryAfterSeconds: 1))
        #expect(await fails("user7", "2001:db8:1:3::7") == .wrongNameOrPassword, "another house")
        #expect(await fails("user8", "::ffff:192.0.2.1") == .wrongNameOrPassword)
        let long = String(repeating: "x", count: 60_000)
        for host in 10...14 { #expect(await fails("\(long)\(host)", "192.0.2.\(host)") == .wrongNameOrPassword) }
        #expect(await fails("\(long)15", "192.0.2.15") == .tooManyAttempts(retryAfterSeconds: 1), "cut, they are one")
    }

    @Test("Of guesses that come all at once no more are answered than of those that come one by one")
    func guessesAtOnce() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        let access = hospital.access
        let answers = await withTaskGroup(of: AccessError?.self) { guesses in
            for _ in 1...20 {
                guesses.addTask {
                    do {
                        _ = try await access.signIn(name: "li", password: "guess", from: "192.0.2.7")
                        return nil
                    } catch {
                        return error as? AccessError
                    }
                }
            }
            return await guesses.reduce(into: [AccessError?]()) { $0.append($1) }
        }
        #expect(answers.count { $0 == .wrongNameOrPassword } == 5)
        #expect(answers.count { $0 == .tooManyAttempts(retryAfterSeconds: 1) } == 15)
        await #expect(throws: AccessError.tooManyAttempts(retryAfterSeconds: 1), "not even the right one") {
            _ = try await access.signIn(name: "li", password: Hospital.passphrase, from: "192.0.2.7")
        }
    }

    @Test func signingOutEndsTheSession() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("li", .cardiologist)
        try await hospital.open { client async throws in
            #expect(try await client.send(.post, "/api/v1/logout", token: token).status == .noContent)
            #expect(try await client.send(.get, "/api/v1/me", token: token).status == .unauthorized)
        }
    }

    @Test func wrongNameAndWrongPasswordLookAlike() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        try await hospital.access.accounts.add(name: "robot", role: .technician, password: nil, at: hospital.clock.now)
        try await hospital.open { client async throws in
            let wrong = try await client.send(.post, "/api/v1/login", json: Self.login("li", "wrong password"))
            #expect(wrong.status == .unauthorized)
            for name in ["nobody", "robot", String(repeating: "x", count: 500)] {
                let answer = try await client.send(.post, "/api/v1/login", json: Self.login(name, "wrong password"))
                #expect(answer.status == wrong.status)
                #expect(answer.text == wrong.text)
            }
        }
    }

    @Test func guessingIsSlowedDownAndNobodyIsLockedOut() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let wrong = Self.login("li", "wrong password")
            for _ in 1...5 {
                #expect(try await client.send(.post, "/api/v1/login", json: wrong).status == .unauthorized)
            }
            // Even the right password has to wait now, but not for long.
            let right = Self.login("li", Hospital.passphrase)
            let slowed = try await client.send(.post, "/api/v1/login", json: right)
            #expect(slowed.status == .tooManyRequests)
            let wait = try #require(HTTPField.Name("Retry-After").flatMap { slowed.headers[$0] }.flatMap { Int($0) })
            #expect(wait == 1)
            hospital.clock.advance(seconds: wait)
            #expect(try await client.send(.post, "/api/v1/login", json: right).status == .ok)
            // A success clears the failures.
            #expect(try await client.send(.post, "/api/v1/login", json: wrong).status == .unauthorized)
            #expect(try await client.send(.post, "/api/v1/login", json: right).status == .ok)
        }
    }

    @Test func aFloodFromElsewhereDoesNotHoldUpAKnownPlace() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        _ = try await hospital.access.signIn(name: "li", password: Hospital.passphrase, from: "ward")
        for attempt in 0..<20 {
            await #expect(throws: AccessError.wrongNameOrPassword) {
                _ = try await hospital.access.signIn(name: "li", password: "guess", from: "stranger")
            }
            if attempt >= 4 { hospital.clock.advance(seconds: 60) }
        }
        await #expect(throws: AccessError.tooManyAttempts(retryAfterSeconds: 60)) {
            hospital.clock.advance(seconds: -60)
            _ = try await hospital.access.signIn(name: "li", password: Hospital.passphrase, from: "cafe")
        }
        _ = try await hospital.access.signIn(name: "li", password: Hospital.passphrase, from: "ward")
    }

    /// Behind a proxy that does not say for whom it asks.
    @Test func strangersBehindTheSameProxyKeepNobodyOut() async throws {
        let hospital = try Hospital()
        for name in ["li", "wang"] { try await hospital.addUser(name, .cardiologist) }
        func signIn(_ name: String, _ password: String = Hospital.passphrase) async throws {
            _ = try await hospital.access.signIn(name: name, password: password, from: "127.0.0.1")
        }
        try await signIn("li")
        for attempt in 0..<20 {
            await #expect(throws: AccessError.wrongNameOrPassword) { try await signIn("guest\(attempt)", "guess") }
        }
        try await signIn("li")
        try await signIn("wang")
    }

    /// As in a hospital whose browsers all come from one address.
    @Test func failuresOfOthersDoNotHoldUpAKnownPlace() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        func signIn(_ name: String, _ password: String = Hospital.passphrase) async throws {
            _ = try await hospital.access.signIn(name: name, password: password, from: "192.0.2.7")
        }
        try await signIn("li")
        for attempt in 0..<5 {
            await #expect(throws: AccessError.wrongNameOrPassword) { try await signIn("guest\(attempt)", "guess") }
        }
        await #expect(throws: AccessError.tooManyAttempts(retryAfterSeconds: 1)) { try await signIn("guest", "guess") }
        try await signIn("li")
        // It has a count of its own.
        for _ in 0..<5 { await #expect(throws: AccessError.wrongNameOrPassword) { try await signIn("li", "guess") } }
        await #expect(throws: AccessError.tooManyAttempts(retryAfterSeconds: 1)) { try await signIn("li") }
    }

    @Test func aClockThatIsSetBackKeepsNobodyWaiting() async throws {
        let hospital = try Hospital()
        try await hospital.addUser("li", .cardiologist)
        for _ in 0..<5 {
            await #expect(throws: AccessError.wrongNameOrPassword) {
                _ = try await hospital.access.signIn(name: "li", password: "guess", from: "192.0.2.7")
            }
        }
        hospital.clock.set(by: .hours(-1))
        _ = try await hospital.access.signIn(name: "li", password: Hospital.passphrase, from: "192.0.2.7")
    }

    @Test(arguments: [false, true]) func aProxySaysForWhomItAsks(isKnown: Bool) async throws {
        let hospital = try Hospital(isBehindProxy: isKnown)
        try await hospital.addUser("li", .cardiologist)
        let forwarded = try #require(HTTPField.Name("X-Forwarded-For"))
        try await hospital.open(.live) { client async throws in
            func status(_ name: String, _ password: String, from address: String) async throws -> HTTPResponse.Status {
                try await client.send(
                    .post, "/api/v1/login", json: Self.login(name, password), headers: [forwarded: address]
                ).status
            }
            for attempt in 0..<5 {
                let answer = try await status("guest\(attempt)", "guess", from: "198.51.100.9, 192.0.2.7")
                #expect(answer == .unauthorized)
            }
            let again = try await status("guest", "guess", from: "198.51.100.8, 192.0.2.7")
            #expect(again == (isKnown ? .tooManyRequests : .unauthorized))
            #expect(try await status("li", Hospital.passphrase, from: "192.0.2.7, 192.0.2.8") == .ok)
        }
    }

    @Test func programTokensActButCannotMultiply() async throws {
        let hospital = try Hospital()
        let session = try await hospital.token("root", .administrator)
        try await hospital.addUser("li", .cardiologist)
        try await hospital.open { client async throws in
            let answer = try await client.send(
                .post, "/api/v1/tokens", token: session, json: #"{"expiresInSeconds": 3600}"#)
            #expect(answer.status == .created)
            let program: Token = try answer.decoded()
            #expect(try await client.send(.get, "/api/v1/devices", token: program.token).status == .ok)
            let refused = try await client.send(.post, "/api/v1/tokens", token: program.token)
            #expect(refused.status == .forbidden)
            let user = #"{"name": "x", "role": "administrator"}"#
            #expect(
                try await client.send(.post, "/api/v1/users", token: program.token, json: user).status == .forbidden)
            hospital.clock.advance(seconds: 3601)
            #expect(try await client.send(.get, "/api/v1/me", token: program.token).status == .unauthorized)

            let forever: Token = try await client.send(
                .post, "/api/v1/tokens", token: session, json: #"{"user": "li"}"#
            ).decoded()
            #expect(forever.expiresAt == nil)
            #expect(forever.user == "li")
            #expect(try await client.send(.delete, "/api/v1/users/li", token: session).status == .noContent)
            #expect(try await client.send(.get, "/api/v1/me", token: forever.token).status == .unauthorized)
        }
    }

    @Test func signingOutAndMakingATokenAreAuditedAlikeByWhicheverDoor() async throws {
        let hospital = try Hospital()
        let session = try await hospital.token("li", .cardiologist)
        try await hospital.open { client async throws in
            #expect(try await client.send(.post, "/api/v1/tokens", token: session).status == .created)
            #expect(try await client.send(.post, "/api/v1/logout", token: session).status == .noContent)
        }
        let noted = try await hospital.store.audit(AuditQuery(actor: "li")).map { "\($0.action) \($0.subject)" }
        #expect(noted == ["session.end li", "user.token li"])
    }

    /// What the operator has to know and the asker need not.
    @Test func whyTheStoreFailedIsInTheLogAndNotInTheAnswer() async throws {
        let hospital = try Hospital()
        let session = try await hospital.token("li", .cardiologist)
        try await hospital.store.close()
        try await hospital.application.test(.router) { client in
            for (path, code) in [("/api/v1/me", "store-unavailable"), ("/readyz", "not-ready")] {
                let answer = try await client.send(.get, path, token: session)
                #expect(answer.status == .serviceUnavailable && answer.errorCode == code)
                #expect(!answer.text.contains("is closed"))
                #expect(
                    hospital.log.lines.contains { $0.hasPrefix("error") && $0.contains("the store is closed") },
                    "\(path)")
                hospital.log.clear()
            }
        }
    }

    @Test func aNewPasswordEndsSessionsAndAsksForTheOldOne() async throws {
        let hospital = try Hospital()
        let token = try await hospital.token("li", .cardiologist)
        try await hospital.open { client async throws in
            let path = "/api/v1/users/li/password"
            let new = "another good password"
            let without = try await client.send(.put, path, token: token, json: #"{"password": "\#(new)"}"#)
            #expect(without.status == .unauthorized)
            let short = #"{"password": "short", "currentPassword": "\#(Hospital.passphrase)"}"#
            #expect(try await client.send(.put, path, token: token, json: short).status == .badRequest)
            let right = #"{"password": "\#(new)", "currentPassword": "\#(Hospital.passphrase)"}"#
            #expect(try await client.send(.put, path, token: token, json: right).status == .ok)
            #expect(try await client.send(.get, "/api/v1/me", token: token).status == .unauthorized)
            let old = Self.login("li", Hospital.passphrase)
            #expect(try await client.send(.post, "/api/v1/login", json: old).status == .unauthorized)
            #expect(try await client.send(.post, "/api/v1/login", json: Self.login("li", new)).status == .ok)
        }
    }
}
