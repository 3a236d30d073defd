import ECGModel

/// A set of the leads that triage reads, one bit a lead in the order of the page: asking it costs an instruction, where a
/// list of leads costs a search.
struct PageLeads: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ leads: [Lead]) {
        var bits: UInt32 = 0
        for lead in leads {
            if let position = Self.position(of: lead) { bits |= 1 << UInt32(position) }
        }
        rawValue = bits
    }

    init(at position: Int) { rawValue = 1 << UInt32(position) }

    /// The conventional twelve, the back, the right chest.
    static let order: [Lead] = Lead.standardTwelve + [.v7, .v8, .v9, .v3R, .v4R, .v5R]
    /// The number of leads in ``order``.
    static let positions = 18

    /// Where a lead stands on the page, or nil for a lead that no rule reads.
    static func position(of lead: Lead) -> Int? {
        switch lead {
        case .i: 0
        case .ii: 1
        case .iii: 2
        case .aVR: 3
        case .aVL: 4
        case .aVF: 5
        case .v1: 6
        case .v2: 7
        case .v3: 8
        case .v4: 9
        case .v5: 10
        case .v6: 11
        case .v7: 12
        case .v8: 13
        case .v9: 14
        case .v3R: 15
        case .v4R: 16
        case .v5R: 17
        default: nil
        }
    }

    static let aVR = PageLeads([.aVR])
    static let limb = PageLeads(Lead.limb)
    static let precordial = PageLeads(Lead.precordial)
    static let standardTwelve = PageLeads(Lead.standardTwelve)
    static let v1ToV3 = PageLeads([.v1, .v2, .v3])
    static let v2AndV3 = PageLeads([.v2, .v3])
    static let v5AndV6 = PageLeads([.v5, .v6])
    static let v2ToV4 = PageLeads([.v2, .v3, .v4])
    static let v1ToV4 = PageLeads([.v1, .v2, .v3, .v4])

    /// Every lead of the page.
    static let all = PageLeads(order)
    /// Every lead of the page but aVR, which looks into the cavity and mirrors the others.
    static let allButAVR = all.subtracting(aVR)

    /// The leads in the order of the page.
    var leads: [Lead] {
        Self.order.indices.filter { rawValue & (1 << UInt32($0)) != 0 }.map { Self.order[$0] }
    }
}
