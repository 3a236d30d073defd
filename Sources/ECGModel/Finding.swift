/// A number that supports a finding: what was measured, where, and the limit it was held against.
public struct Evidence: Hashable, Sendable, Codable {
    /// What was measured, for example `ST at J`.
    public var name: String
    public var lead: Lead?
    /// Not finite where it could not be measured; the API leaves such a number out.
    public var value: Double
    /// UCUM symbol, as ``Quantity/symbol`` gives it.
    public var unit: String
    public var limit: Double?

    public init(_ name: String, lead: Lead? = nil, value: Double, unit: String, limit: Double? = nil) {
        self.name = name
        self.lead = lead
        self.value = value
        self.unit = unit
        self.limit = limit
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try values.decode(String.self, forKey: .name),
            lead: try values.decodeIfPresent(Lead.self, forKey: .lead),
            value: try values.decodeIfPresent(Double.self, forKey: .value) ?? .nan,
            unit: try values.decode(String.self, forKey: .unit),
            limit: try values.decodeIfPresent(Double.self, forKey: .limit))
    }

    /// Evidence in one unit.
    public init<Q: Quantity>(_ name: String, lead: Lead? = nil, _ value: Q, limit: Q? = nil) {
        self.init(name, lead: lead, value: value.value, unit: Q.symbol, limit: limit?.value)
    }
}

/// Which rule of which table spoke, and what that rule rests on.
public struct RuleReference: Hashable, Sendable, Codable {
    /// The rule's name in the table, for example `stemi-anterior`.
    public var rule: String
    /// The table's version, for example `county-default 2026.1`.
    public var tableVersion: String
    /// The paper or consensus that the criterion comes from.
    public var source: String
    /// Whether somebody checked the criterion's digits against the source's own text.
    public var isVerified: Bool

    public init(rule: String, tableVersion: String, source: String, isVerified: Bool) {
        self.rule = rule
        self.tableVersion = tableVersion
        self.source = source
        self.isVerified = isVerified
    }
}

/// Something a reader should know of a recording: a machine reading, to be confirmed by a physician.
public struct Finding: Hashable, Sendable, Codable {
    /// Short stable name, for example `lbbb`.
    public var code: String
    /// One sentence for people.
    public var text: String
    public var leads: [Lead]
    public var evidence: [Evidence]
    public var rule: RuleReference

    public init(code: String, text: String, leads: [Lead] = [], evidence: [Evidence] = [], rule: RuleReference) {
        self.code = code
        self.text = text
        self.leads = leads
        self.evidence = evidence
        self.rule = rule
    }
}
