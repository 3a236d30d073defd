public import ECGModel
public import ECGStore

/// Makes and changes accounts by the rules for names and passwords: for the API, the set-up page and the command line.
public struct UserAccounts: Sendable {
    public static let nameLengths = 1...64
    /// OWASP's Authentication Cheat Sheet counts what is shorter than 8 as weak; guessing here is slowed to one attempt a
    /// minute, and the hash bears a stolen database, for which 12 leave a margin.
    public static let leastPasswordCharacters = 12
    /// OWASP asks for a limit of at least 64 characters; more than this would only cost time to digest.
    public static let mostPasswordBytes = 256

    private let store: any Store
    private let hasher: PasswordHasher

    public init(store: any Store, hasher: PasswordHasher) {
        self.store = store
        self.hasher = hasher
    }

    /// Throws ``AccessError`` for a name or password that is not acceptable, ``StoreError/userExists(_:)`` for one taken.
    ///
    /// - Parameter note: Writes down, here as in the other changes, that it is about to be made; what cannot be written down is
    ///   not done. Called once nothing speaks against the change.
    @discardableResult
    public func add(
        name: String, role: User.Role, clinic: String? = nil, hospital: String? = nil, password: String?,
        at time: Timestamp, noting note: () async throws -> Void = {}
    ) async throws -> User {
        try Self.checkName(name)
        guard (role == .clinic) == (clinic != nil),
            clinic.map({ (1...HTTPLimits.clinicBytes).contains($0.utf8.count) }) ?? true
        else { throw AccessError.badClinic }
        try Self.checkHospital(hospital, of: role)
        if let password { try Self.checkPassword(password) }
        var hash: String?
        if let password { hash = try await hasher.hash(password) }
        let user = User(name: name, role: role, passwordHash: hash, addedAt: time, clinic: clinic, hospital: hospital)
        guard try await store.user(name) == nil else { throw StoreError.userExists(name) }
        try await note()
        try await store.addUser(user)
        return user
    }

    /// Names the hospital whose alerts a cardiologist is there for, from the next page that they open; nil for every
    /// hospital's.
    public func setHospital(
        _ hospital: String?, of name: String, noting note: () async throws -> Void = {}
    ) async throws {
        guard let user = try await store.user(name) else { throw StoreError.unknownUser(name) }
        try Self.checkHospital(hospital, of: user.role)
        try await note()
        try await store.setHospital(hospital, of: name)
    }

    private static func checkHospital(_ hospital: String?, of role: User.Role) throws(AccessError) {
        guard let hospital else { return }
        guard role == .cardiologist, (1...HTTPLimits.clinicBytes).contains(hospital.utf8.count) else {
            throw .badHospital
        }
    }

    /// Ends all sessions of the user, and where the password is set by somebody else the programs' tokens too, unless they are
    /// to be kept: whoever knew the old one may have made some. Says how many of these.
    @discardableResult
    public func setPassword(
        _ password: String, of name: String, endingPrograms: Bool, noting note: () async throws -> Void = {}
    ) async throws -> Int {
        try Self.checkPassword(password)
        guard try await store.user(name) != nil else { throw StoreError.unknownUser(name) }
        let hash = try await hasher.hash(password)
        try await note()
        return try await store.setPassword(of: name, hash: hash, endingPrograms: endingPrograms)
    }

    static func checkName(_ name: String) throws(AccessError) {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "-_.@".unicodeScalars.contains(scalar)
        }
        guard nameLengths.contains(name.utf8.count), isPlain else { throw .badUserName }
    }

    static func checkPassword(_ password: String) throws(AccessError) {
        guard password.utf8.count <= mostPasswordBytes else { throw .passwordTooLong }
        guard password.count >= leastPasswordCharacters else { throw .passwordTooShort }
    }
}
