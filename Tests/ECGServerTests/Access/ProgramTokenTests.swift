import ECGModel
import ECGServer
import ECGStore
import HTTPTypes
import HummingbirdTesting
import Testing

/// Whoever had somebody's password may have made tokens for programs by it.
@Suite struct ProgramTokenTests {
    private struct Issued: Decodable { var token: String }
    private struct Ended: Decodable { var endedTokens: Int }
    private struct List: Decodable {
        struct Entry: Decodable {
            var id: String
            var addedAt: Timestamp
            var expiresAt: Timestamp?
        }
        var tokens: [Entry]
    }

    private static func issue(_ client: any TestClientProtocol, by session: String) async throws -> String {
        let issued: Issued = try await client.send(.post, "/api/v1/tokens", token: session).decoded()
        return issued.token
    }

    private static func isGood(_ token: String, _ client: any TestClientProtocol) async throws -> Bool {
        try await client.send(.get, "/api/v1/me", token: token).status == .ok
    }

    @Test("a password that an administrator sets ends the user's programs too, unless they are kept")
    func reset() async throws {
        let hospital = try Hospital()
        let root = try await hospital.token("root", .administrator)
        try await hospital.open { client async throws in
            let path = "/api/v1/users/li/password"
            let thief = try await Self.issue(client, by: try await hospital.token("li", .cardiologist))
            let json = #"{"password": "\#(Hospital.passphrase)"}"#
            let keeping = try await client.send(
                .put, path, token: root, json: #"{"password": "\#(Hospital.passphrase)", "keepsTokens": true}"#)
            #expect(try keeping.decoded(Ended.self).endedTokens == 0)
            #expect(try await Self.isGood(thief, client))
            let ended: Ended = try await client.send(.put, path, token: root, json: json).decoded()
            #expect(ended.endedTokens == 1)
            #expect(try await !Self.isGood(thief, client))

            // One's own does not stop one's own programs unless one says so.
            for (keeps, isGood) in [("", true), (#", "keepsTokens": false"#, false)] {
                let session = try await hospital.token("li", .cardiologist)
                let program = try await Self.issue(client, by: session)
                let own =
                    #"{"password": "\#(Hospital.passphrase)", "currentPassword": "\#(Hospital.passphrase)"\#(keeps)}"#
                #expect(try await client.send(.put, path, token: session, json: own).status == .ok)
                #expect(try await Self.isGood(program, client) == isGood, "\(keeps)")
            }
        }
    }

    @Test(
        "one's own programs' tokens are listed and ended, and everybody's by an administrator, with an entry in the audit"
    )
    func listAndEnd() async throws {
        let hospital = try Hospital()
        let root = try await hospital.token("root", .administrator)
        let li = try await hospital.token("li", .cardiologist)
        let wang = try await hospital.token("wang", .cardiologist)
        try await hospital.open { client async throws in
            var programs: [String] = []
            for _ in 1...3 {
                programs.append(try await Self.issue(client, by: li))
                hospital.clock.advance(seconds: 1)
            }
            let path = "/api/v1/users/li/tokens"
            let list = try await client.send(.get, path, token: li)
            let tokens = try list.decoded(List.self).tokens
            #expect(tokens.count == 3 && Set(tokens.map(\.id)).count == 3)
            #expect(tokens.map(\.addedAt) == tokens.map(\.addedAt).sorted())
            for program in programs { #expect(!list.text.contains(program)) }

            for (method, path) in [
                (HTTPRequest.Method.get, path), (.delete, path), (.delete, "\(path)/\(tokens[0].id)"),
            ] {
                #expect(try await client.send(method, path, token: wang).status == .forbidden)
                #expect(try await client.send(method, path, token: programs[0]).status == .forbidden, "in person")
            }
            #expect(try await client.send(.delete, "\(path)/x", token: li).status == .notFound)
            #expect(try await client.send(.get, "/api/v1/users/nobody/tokens", token: root).status == .notFound)

            #expect(try await client.send(.delete, "\(path)/\(tokens[1].id)", token: li).status == .noContent)
            var good: [Bool] = []
            for program in programs { good.append(try await Self.isGood(program, client)) }
            #expect(good == [true, false, true])
            let ended: Ended = try await client.send(.delete, path, token: root).decoded()
            #expect(ended.endedTokens == 2)
            for program in programs { #expect(try await !Self.isGood(program, client)) }
            #expect(try await Self.isGood(li, client), "the session goes on")
        }
        let noted = try await hospital.store.audit(AuditQuery(action: "user.tokens.end")).map(\.actor)
        #expect(noted == ["root", "li"])
    }
}
