public import ECGModel

/// Somebody who signs in, and what they may do.
public struct User: Hashable, Sendable, Codable {
    public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
        /// Manages devices and users; reads what a cardiologist reads.
        case administrator
        /// Reads recordings, acknowledges, reports and dismisses alerts.
        case cardiologist
        /// Watches the system and replays tests; sees no patient context.
        case technician
        /// Sees the recordings of their own clinic and what became of them, and nothing else.
        case clinic
    }
    public var name: String
    public var role: Role
    /// The password's salted hash with its parameters; nil for users that sign in by token only.
    public var passwordHash: String?
    public var addedAt: Timestamp
    /// Since when the user may not sign in; nil for those who may.
    public var disabledAt: Timestamp?
    /// Whose recordings a user of the role ``Role/clinic`` sees; nil for all others.
    public var clinic: String?
    /// The hospital whose alerts a cardiologist is there for; nil for every hospital's.
    public var hospital: String?

    public init(
        name: String, role: Role, passwordHash: String?, addedAt: Timestamp, disabledAt: Timestamp? = nil,
        clinic: String? = nil, hospital: String? = nil
    ) {
        self.clinic = clinic
        self.hospital = hospital
        self.name = name
        self.role = role
        self.passwordHash = passwordHash
        self.addedAt = addedAt
        self.disabledAt = disabledAt
    }
}

/// A bearer token, of which only the digest is kept.
public struct AccessToken: Hashable, Sendable, Codable {
    public enum Purpose: String, Hashable, Sendable, Codable {
        /// A person signed in.
        case session
        /// A program acts for the user.
        case program
        /// Admits once to naming the first administrator.
        case setup
        /// Admits once as the user, who then has a session: a link that an operator prints on the server.
        case login
    }
    /// SHA-256 of the token.
    public var digest: [UInt8]
    public var user: String
    public var purpose: Purpose
    public var addedAt: Timestamp
    public var expiresAt: Timestamp?

    public init(digest: [UInt8], user: String, purpose: Purpose, addedAt: Timestamp, expiresAt: Timestamp?) {
        self.digest = digest
        self.user = user
        self.purpose = purpose
        self.addedAt = addedAt
        self.expiresAt = expiresAt
    }
}
