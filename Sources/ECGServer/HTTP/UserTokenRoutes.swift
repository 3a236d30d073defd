import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// The tokens by which programs act for a user: one's own, and an administrator's business.
struct UserTokenRoutes {
    let store: any Store
    let access: AccessControl
    let audit: AuditTrail

    struct TokenList: Encodable {
        struct Entry: Encodable {
            /// See ``AccessToken/id``.
            var id: String
            var addedAt: Timestamp
            var expiresAt: Timestamp?
        }
        var tokens: [Entry]
    }

    struct Ending: Encodable { var endedTokens: Int }

    /// `GET`, `DELETE /users/{name}/tokens`; `DELETE /users/{name}/tokens/{token}`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("users/:name/tokens") { _, context -> Response in
            let (_, name) = try await whose(context)
            let tokens = try await store.programTokens(of: name)
            return try JSONExchange.response(
                TokenList(
                    tokens: tokens.map { TokenList.Entry(id: $0.id, addedAt: $0.addedAt, expiresAt: $0.expiresAt) }))
        }
        group.delete("users/:name/tokens") { _, context -> Response in
            let (me, name) = try await whose(context)
            try await audit.note("user.tokens.end", by: me.name, subject: name)
            let ended = try await store.removeProgramTokens(of: name)
            access.sessionsEnded()
            return try JSONExchange.response(Ending(endedTokens: ended))
        }
        group.delete("users/:name/tokens/:token") { _, context -> Response in
            let (me, name) = try await whose(context)
            let id: String = try context.path("token")
            guard let token = try await store.programTokens(of: name).first(where: { $0.id == id }) else {
                throw APIError.notFound("\(name) has no such token: take its id from the list of tokens")
            }
            try await audit.note("user.tokens.end", by: me.name, subject: name)
            _ = try await store.removeToken(digest: token.digest)
            access.sessionsEnded()
            return Response(status: .noContent)
        }
    }

    private func whose(_ context: APIContext) async throws -> (me: Principal, name: String) {
        let me = try context.person()
        let name: String = try context.path("name")
        if name != me.name { try me.require(.manageUsers) }
        guard try await store.user(name) != nil else { throw StoreError.unknownUser(name) }
        return (me, name)
    }
}
