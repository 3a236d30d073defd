public import ECGModel
public import ECGStore

/// Who is signed in, and what they may do.
public struct UserIdentityDocument: Hashable, Sendable, Codable {
    public var name: String
    public var role: User.Role
    /// The clinic whose recordings they see, if that is all they see.
    public var clinic: String?
    /// The hospital whose alerts they are there for; left out for every hospital's.
    public var hospital: String?
    /// Raw values of ``Permission``, sorted.
    public var permissions: [String]
    public var purpose: AccessToken.Purpose
    /// When the session or the token ends; left out for a token that holds until its user is removed.
    public var expiresAt: Timestamp?

    public init(
        name: String, role: User.Role, clinic: String? = nil, hospital: String? = nil, purpose: AccessToken.Purpose,
        expiresAt: Timestamp? = nil
    ) {
        self.clinic = clinic
        self.hospital = hospital
        self.name = name
        self.role = role
        permissions = role.permissions.map(\.rawValue).sorted()
        self.purpose = purpose
        self.expiresAt = expiresAt
    }
}
