public import ECGStore

/// Who is signed in, and what they may do.
public struct UserIdentityDocument: Hashable, Sendable, Codable {
    public var name: String
    public var role: User.Role
    /// Raw values of ``Permission``, sorted.
    public var permissions: [String]
    public var purpose: AccessToken.Purpose

    public init(name: String, role: User.Role, purpose: AccessToken.Purpose) {
        self.name = name
        self.role = role
        permissions = role.permissions.map(\.rawValue).sorted()
        self.purpose = purpose
    }
}
