public import ECGModel

/// A version of the site's settings. The newest is in force.
public struct StoredSettings: Hashable, Sendable {
    /// Rises with every change.
    public var edition: Int64
    /// In JSON, as it was understood, without the addresses and files of the sinks.
    public var document: String
    /// Differs where anything differs, also what the document leaves out.
    public var digest: String
    public var at: Timestamp
    /// Nil where the file was changed on the server.
    public var changedBy: String?
    /// The edition that was brought back.
    public var copyOf: Int64?

    public init(
        edition: Int64, document: String, digest: String, at: Timestamp, changedBy: String? = nil, copyOf: Int64? = nil
    ) {
        self.edition = edition
        self.document = document
        self.digest = digest
        self.at = at
        self.changedBy = changedBy
        self.copyOf = copyOf
    }
}

/// What a change makes of the settings.
public struct SettingsChange: Hashable, Sendable {
    public var document: String
    public var digest: String
    public var changedBy: String?
    public var copyOf: Int64?

    public init(document: String, digest: String, changedBy: String? = nil, copyOf: Int64? = nil) {
        self.document = document
        self.digest = digest
        self.changedBy = changedBy
        self.copyOf = copyOf
    }
}
