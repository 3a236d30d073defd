public import ECGModel
public import ECGStore
import Synchronization

/// Who somebody is: by password, by token, by set-up link.
public final class AccessControl: Sendable {
    /// The longest duty that is usual in a county hospital, a day, and two hours to hand over: a session that ends sooner ends the
    /// alarm in front of whoever is on duty. It is never prolonged, however it is used, so that a token that was copied and a page
    /// that was left open end as well; NIST SP 800-63B allows thirty days after a sign-in by password.
    public static let sessionDuration = Duration.hours(26)
    /// Long enough to walk from the server to a browser.
    public static let setupDuration = Duration.hours(1)
    /// Long enough to carry a link from the terminal into a browser, too short for one that is found later.
    public static let loginLinkDuration = Duration.seconds(600)

    private let store: any Store
    private let hasher: PasswordHasher
    private let throttle = Mutex(LoginThrottle())
    private let now: @Sendable () -> Timestamp
    private let endingCount = Atomic<Int>(0)
    public let accounts: UserAccounts

    public init(store: any Store, hasher: PasswordHasher = PasswordHasher(), now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.hasher = hasher
        self.now = now
        accounts = UserAccounts(store: store, hasher: hasher)
    }

    // MARK: Signing in

    /// A token that was just made. The only time that its text is to be had.
    public struct IssuedToken: Sendable {
        public var token: BearerToken
        public var user: User
        public var expiresAt: Timestamp?
    }

    /// Checks name and password. An unknown name takes as long as a wrong password and gets the same answer.
    public func signIn(name: String, password: String, from address: String) async throws -> IssuedToken {
        let begin = now()
        let delay = throttle.withLock { $0.delaySeconds(name: name, address: address, at: begin) }
        guard delay == 0 else { throw AccessError.tooManyAttempts(retryAfterSeconds: delay) }
        let isKnowable = name.utf8.count <= UserAccounts.nameLengths.upperBound
        let user = isKnowable ? try await store.user(name) : nil
        let candidate = password.utf8.count <= UserAccounts.mostPasswordBytes ? password : ""
        let isRight = try await hasher.verify(candidate, against: user?.passwordHash) && user?.disabledAt == nil
        let time = now()
        // Looked at once more: of guesses that come together no more are answered than of those that come one by one.
        let wait = throttle.withLock { throttle -> Int in
            let wait = throttle.delaySeconds(name: name, address: address, at: time)
            guard wait == 0 else { return wait }
            if isRight {
                throttle.succeeded(name: name, address: address, at: time)
            } else {
                throttle.failed(name: name, address: address, at: time)
            }
            return 0
        }
        guard wait == 0 else { throw AccessError.tooManyAttempts(retryAfterSeconds: wait) }
        guard isRight, let user else { throw AccessError.wrongNameOrPassword }
        return try await issue(.session, to: user, expiresAt: time + Self.sessionDuration)
    }

    /// Opens a session for a login link's token, which is used up by it. Throws ``AccessError/loginLinkInvalid``.
    public func signIn(link token: BearerToken) async throws -> IssuedToken {
        let time = now()
        // Removing the token is atomic in the store: of two that come at once, one goes on.
        guard let known = try await store.token(digest: token.digest, at: time), known.purpose == .login,
            let user = try await store.user(known.user), user.disabledAt == nil,
            try await store.removeToken(digest: token.digest)
        else { throw AccessError.loginLinkInvalid }
        return try await issue(.session, to: user, expiresAt: time + Self.sessionDuration)
    }

    /// The token of a link that signs `user` in once, within ``loginLinkDuration``. For commands on the server itself, whose
    /// database lets them act as any user anyhow, and for administrators, who make the users. Throws
    /// ``StoreError/unknownUser(_:)`` and ``AccessError/disabled``.
    public static func makeLoginLink(
        to user: String, store: any Store, now: Timestamp
    ) async throws -> BearerToken {
        guard let known = try await store.user(user) else { throw StoreError.unknownUser(user) }
        guard known.disabledAt == nil else { throw AccessError.disabled }
        let token = BearerToken()
        try await store.addToken(
            AccessToken(
                digest: token.digest, user: user, purpose: .login, addedAt: now, expiresAt: now + loginLinkDuration))
        return token
    }

    /// Makes a token for a program that acts for the user; without an expiry it holds until the user is removed.
    public func issueProgramToken(to user: User, expiresAt: Timestamp?) async throws -> IssuedToken {
        try await issue(.program, to: user, expiresAt: expiresAt)
    }

    private func issue(
        _ purpose: AccessToken.Purpose, to user: User, expiresAt: Timestamp?
    ) async throws -> IssuedToken {
        let token = BearerToken()
        try await store.addToken(
            AccessToken(
                digest: token.digest, user: user.name, purpose: purpose, addedAt: now(), expiresAt: expiresAt))
        return IssuedToken(token: token, user: user, expiresAt: expiresAt)
    }

    /// Who a presented token stands for. Throws ``AccessError/notSignedIn``.
    public func principal(of token: BearerToken) async throws -> Principal {
        guard let known = try await store.token(digest: token.digest, at: now()),
            known.purpose == .session || known.purpose == .program, let user = try await store.user(known.user),
            user.disabledAt == nil
        else { throw AccessError.notSignedIn }
        return Principal(
            name: user.name, role: user.role, clinic: user.clinic, hospital: user.hospital,
            purpose: known.purpose, expiresAt: known.expiresAt, token: token)
    }

    /// Makes a token worthless from now on; again does no harm.
    public func revoke(_ token: BearerToken) async throws {
        _ = try await store.removeToken(digest: token.digest)
        sessionsEnded()
    }

    /// Changes whenever sessions may have ended in this process: whoever relies on one for long asks again then.
    var endings: Int { endingCount.load(ordering: .sequentiallyConsistent) }
    func sessionsEnded() { endingCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    // MARK: The first administrator

    /// The user name that set-up tokens carry; no account can have it.
    private static let setupUser = "(setup)"

    /// The one-time link under which the first administrator is named, or nil if there is an administrator. There is no default
    /// password: whoever can read what the server prints may name the administrator.
    public static func setupLinkIfNeeded(
        store: any Store, baseURL: String, now: Timestamp
    ) async throws -> String? {
        guard try await !hasAdministrator(store) else { return nil }
        let token = BearerToken()
        try await store.addToken(
            AccessToken(
                digest: token.digest, user: setupUser, purpose: .setup, addedAt: now, expiresAt: now + setupDuration))
        return "\(baseURL)/setup?token=\(token.text)"
    }

    private static func hasAdministrator(_ store: any Store) async throws -> Bool {
        try await store.users().contains { $0.role == .administrator && $0.disabledAt == nil }
    }

    /// Whether a set-up link can still be used.
    public func isSetupToken(_ token: BearerToken) async throws -> Bool {
        try await store.token(digest: token.digest, at: now())?.purpose == .setup
    }

    /// Names the first administrator. The token is used up by it, and only by it: a password or a name that is refused does not
    /// cost the link.
    public func setUp(token: BearerToken, name: String, password: String) async throws -> User {
        guard try await isSetupToken(token) else { throw AccessError.setupLinkInvalid }
        try UserAccounts.checkName(name)
        try UserAccounts.checkPassword(password)
        // Users of other roles, or one who is disabled, may be there.
        guard try await store.user(name) == nil else { throw StoreError.userExists(name) }
        // Removing the token is atomic in the store: of two that come at once, one goes on.
        guard try await store.removeToken(digest: token.digest) else { throw AccessError.setupLinkInvalid }
        guard try await !Self.hasAdministrator(store) else { throw AccessError.alreadySetUp }
        return try await accounts.add(name: name, role: .administrator, password: password, at: now())
    }
}

/// Somebody who has proved who they are.
public struct Principal: Hashable, Sendable {
    public var name: String
    public var role: User.Role
    /// The clinic whose recordings they see, if that is all they see.
    public var clinic: String?
    /// The hospital whose alerts they are there for; nil for every hospital's.
    public var hospital: String?
    public var purpose: AccessToken.Purpose
    /// When the token ends; nil for one that holds until its user is removed.
    public var expiresAt: Timestamp?
    var token: BearerToken

    /// Throws ``AccessError/notPermitted(_:)``.
    func require(_ permission: Permission) throws(AccessError) {
        guard may(permission) else { throw .notPermitted(permission) }
    }
    func may(_ permission: Permission) -> Bool { role.permissions.contains(permission) }
}
