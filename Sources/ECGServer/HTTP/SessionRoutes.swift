import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// Signing in and out, tokens for programs, and who one is.
struct SessionRoutes {
    let access: AccessControl
    let store: any Store
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct Login: Decodable {
        var name: String
        var password: String
    }

    struct TokenRequest: Decodable {
        /// Whom the program acts for; an administrator may name somebody else.
        var user: String?
        /// Without it the token holds until the user is removed.
        var expiresInSeconds: Int?
    }

    struct TokenDocument: Encodable {
        /// To be sent as `Authorization: Bearer TOKEN`. Shown this once.
        var token: String
        var user: String
        var role: User.Role
        var expiresAt: Timestamp?

        init(_ issued: AccessControl.IssuedToken) {
            token = issued.token.text
            user = issued.user.name
            role = issued.user.role
            expiresAt = issued.expiresAt
        }
    }

    /// `POST /login`: the one route of the API that asks for no token.
    func addOpen(to group: RouterGroup<APIContext>) {
        group.post("login") { request, context -> Response in
            let login = try await JSONExchange.body(Login.self, of: request)
            let issued = try await access.signIn(name: login.name, password: login.password, from: context.address)
            context.actor.value = issued.user.name
            try await audit.note("session.begin", by: issued.user.name, subject: issued.user.name)
            return try JSONExchange.response(TokenDocument(issued))
        }
    }

    /// `GET /me`, `POST /logout`, `POST /tokens`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("me") { _, context -> Response in
            guard let me = context.principal else { throw AccessError.notSignedIn }
            return try JSONExchange.response(
                UserIdentityDocument(
                    name: me.name, role: me.role, clinic: me.clinic, hospital: me.hospital, purpose: me.purpose,
                    expiresAt: me.expiresAt))
        }
        group.post("logout") { _, context -> Response in
            guard let me = context.principal else { throw AccessError.notSignedIn }
            try await access.revoke(me.token)
            try await audit.note("session.end", by: me.name, subject: me.name)
            return Response(status: .noContent)
        }
        group.post("tokens") { request, context -> Response in
            let me = try context.person()
            let wish = try await JSONExchange.optionalBody(TokenRequest.self, of: request) ?? TokenRequest()
            if let seconds = wish.expiresInSeconds, !HTTPLimits.tokenSeconds.contains(seconds) {
                throw APIError.badRequest(
                    "expiresInSeconds must be from \(HTTPLimits.tokenSeconds.lowerBound) to "
                        + "\(HTTPLimits.tokenSeconds.upperBound), or left out")
            }
            let name = wish.user ?? me.name
            if name != me.name { try me.require(.manageUsers) }
            guard let user = try await store.user(name) else { throw StoreError.unknownUser(name) }
            let issued = try await access.issueProgramToken(
                to: user, expiresAt: wish.expiresInSeconds.map { now() + .seconds($0) })
            try await audit.note("user.token", by: me.name, subject: user.name)
            return try JSONExchange.response(TokenDocument(issued), status: .created)
        }
    }
}
