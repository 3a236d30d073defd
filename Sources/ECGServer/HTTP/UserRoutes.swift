import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// Accounts: an administrator's business, except that everybody may change their own password.
struct UserRoutes {
    let store: any Store
    let access: AccessControl
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct NewUser: Decodable {
        var name: String
        var role: User.Role
        /// For the role clinic, and for no other.
        var clinic: String?
        /// For cardiologists: whose alerts they are there for; every hospital's without one.
        var hospital: String?
        /// Without one the user acts by program tokens only.
        var password: String?
    }

    struct NewPassword: Decodable {
        var password: String
        /// Needed for one's own password, so that an open screen is not enough.
        var currentPassword: String?
        /// Whether programs that act for the user go on; without it only where it is one's own.
        var keepsTokens: Bool?
    }

    struct PasswordOutcome: Encodable {
        /// The programs' tokens that were ended with it.
        var endedTokens: Int
    }

    struct UserDocument: Encodable {
        var name: String
        var role: User.Role
        var clinic: String?
        var hospital: String?
        var hasPassword: Bool
        var addedAt: Timestamp
        var disabledAt: Timestamp?

        init(_ user: User) {
            name = user.name
            role = user.role
            clinic = user.clinic
            hospital = user.hospital
            hasPassword = user.passwordHash != nil
            addedAt = user.addedAt
            disabledAt = user.disabledAt
        }
    }

    struct Place: Decodable {
        /// Left out for every hospital.
        var hospital: String?
    }

    struct LoginLink: Encodable {
        /// To be put behind the console's address: the part after the `#` reaches no log.
        var path: String
        var expiresAt: Timestamp
    }

    struct UserList: Encodable { var users: [UserDocument] }

    /// `GET`, `POST /users`; `DELETE /users/{name}`; `PUT /users/{name}/password`, `…/hospital`; `POST /users/{name}/link`, `…/disable`,
    /// `…/enable`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("users") { _, context -> Response in
            _ = try context.reader(with: .manageUsers)
            return try JSONExchange.response(UserList(users: try await store.users().map(UserDocument.init)))
        }
        group.post("users") { request, context -> Response in
            let me = try context.person(with: .manageUsers)
            let new = try await JSONExchange.body(NewUser.self, of: request)
            let user = try await access.accounts.add(
                name: new.name, role: new.role, clinic: new.clinic, hospital: new.hospital,
                password: new.password, at: now()
            ) {
                try await audit.note("user.add", by: me.name, subject: new.name)
            }
            return try JSONExchange.response(UserDocument(user), status: .created)
        }
        group.delete("users/:name") { _, context -> Response in
            let me = try context.person(with: .manageUsers)
            let name: String = try context.path("name")
            // An administrator who removes others and cannot remove themselves always leaves one behind.
            guard name != me.name else {
                throw APIError(
                    .conflict, .ownAccount, "you cannot remove your own account: ask another administrator")
            }
            try await requireUser(name)
            try await audit.note("user.remove", by: me.name, subject: name)
            try await store.removeUser(name)
            access.sessionsEnded()
            return Response(status: .noContent)
        }
        group.post("users/:name/link") { _, context -> Response in
            let me = try context.person(with: .manageUsers)
            let name: String = try context.path("name")
            let time = now()
            guard try await requireUser(name).disabledAt == nil else { throw AccessError.disabled }
            try await audit.note("user.link", by: me.name, subject: name)
            let token = try await AccessControl.makeLoginLink(to: name, store: store, now: time)
            return try JSONExchange.response(
                LoginLink(path: "/login#link=\(token.text)", expiresAt: time + AccessControl.loginLinkDuration),
                status: .created)
        }
        group.post("users/:name/disable") { _, context -> Response in
            let me = try context.person(with: .manageUsers)
            let name: String = try context.path("name")
            guard name != me.name else {
                throw APIError(
                    .conflict, .ownAccount, "you cannot disable your own account: ask another administrator")
            }
            try await requireUser(name)
            try await audit.note("user.disable", by: me.name, subject: name)
            try await store.disableUser(name, at: now())
            access.sessionsEnded()
            return Response(status: .noContent)
        }
        group.post("users/:name/enable") { _, context -> Response in
            let me = try context.person(with: .manageUsers)
            let name: String = try context.path("name")
            try await requireUser(name)
            try await audit.note("user.enable", by: me.name, subject: name)
            try await store.enableUser(name)
            return Response(status: .noContent)
        }
        group.put("users/:name/hospital") { request, context -> Response in
            let me = try context.person(with: .manageUsers)
            let name: String = try context.path("name")
            let place = try await JSONExchange.body(Place.self, of: request)
            try await access.accounts.setHospital(place.hospital, of: name) {
                try await audit.note("user.hospital", by: me.name, subject: name)
            }
            return Response(status: .noContent)
        }
        group.put("users/:name/password") { request, context -> Response in
            let me = try context.person()
            let name: String = try context.path("name")
            let new = try await JSONExchange.body(NewPassword.self, of: request)
            if name == me.name {
                // The same door as signing in, so that it is slowed down alike.
                let proof = try await access.signIn(
                    name: name, password: new.currentPassword ?? "", from: context.address)
                try await access.revoke(proof.token)
            } else {
                try me.require(.manageUsers)
            }
            let ended = try await access.accounts.setPassword(
                new.password, of: name, endingPrograms: !(new.keepsTokens ?? (name == me.name))
            ) {
                try await audit.note("user.password", by: me.name, subject: name)
            }
            access.sessionsEnded()
            return try JSONExchange.response(PasswordOutcome(endedTokens: ended))
        }
    }

    @discardableResult
    private func requireUser(_ name: String) async throws -> User {
        guard let user = try await store.user(name) else { throw StoreError.unknownUser(name) }
        return user
    }
}
