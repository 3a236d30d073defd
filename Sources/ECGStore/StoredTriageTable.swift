public import ECGModel

/// A triage table that the site has or had.
public struct StoredTriageTable: Hashable, Sendable, Codable {
    /// Rises with every table that is added.
    public var edition: Int64
    /// The version that the table itself names.
    public var version: String
    /// The table in JSON, as it was checked.
    public var document: String
    public var addedAt: Timestamp
    public var addedBy: String
    /// Nil for tables that are not in force.
    public var inForceSince: Timestamp?
}
