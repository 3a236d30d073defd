import ECGStore
import HTTPTypes
import Hummingbird

/// Sessions of the console: as ``SessionRoutes``, but the token goes into a cookie and never into a script's hands.
struct BrowserSessionRoutes {
    let access: AccessControl
    let audit: AuditTrail
    let cookie: SessionCookie

    /// Name and password, or the token of a login link.
    struct Credentials: Decodable {
        var name: String?
        var password: String?
        var link: String?
    }

    /// `POST /session`: asks for no session.
    func addOpen(to group: RouterGroup<APIContext>) {
        group.post("session") { request, context -> Response in
            // A foreign page could otherwise sign somebody in as somebody else.
            try CrossOriginGuard.check(request)
            let credentials = try await JSONExchange.body(Credentials.self, of: request)
            let issued = try await signIn(credentials, from: context.address)
            // The browser forgets the cookie that it had; whoever kept a copy must not go on with it.
            if let former = cookie.token(in: request.headers) { try await access.revoke(former) }
            context.actor.value = issued.user.name
            try await audit.note("session.begin", by: issued.user.name, subject: issued.user.name)
            var response = try JSONExchange.response(
                UserIdentityDocument(
                    name: issued.user.name, role: issued.user.role, clinic: issued.user.clinic,
                    hospital: issued.user.hospital, purpose: .session, expiresAt: issued.expiresAt))
            response.headers[.setCookie] = cookie.setting(issued.token)
            return response
        }
    }

    /// `DELETE /session`.
    func add(to group: RouterGroup<APIContext>) {
        group.delete("session") { _, context -> Response in
            let me = try context.person()
            try await access.revoke(me.token)
            try await audit.note("session.end", by: me.name, subject: me.name)
            return Response(status: .noContent, headers: [.setCookie: cookie.clearing])
        }
    }

    private func signIn(_ credentials: Credentials, from address: String) async throws -> AccessControl.IssuedToken {
        if let link = credentials.link {
            guard let token = BearerToken(link) else { throw AccessError.loginLinkInvalid }
            return try await access.signIn(link: token)
        }
        guard let name = credentials.name, let password = credentials.password else {
            throw APIError.badRequest("send name and password, or the token of a login link as link")
        }
        return try await access.signIn(name: name, password: password, from: address)
    }
}
