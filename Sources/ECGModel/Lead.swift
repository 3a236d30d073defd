/// An electrocardiographic lead, identified as ISO/IEEE 11073-10101 identifies it.
///
/// The raw value is the lead's discriminator of that standard (and of SCP-ECG, EN 1064 table of leads); the number that
/// travels is ``mdcCode``. The codes of I, II, V1–V7 and V2R–V7R were found published with HL7's device profiles; those
/// of the others are not yet verified against the standard's text.
public enum Lead: UInt16, CaseIterable, Hashable, Sendable {
    /// A lead nobody named: single-channel devices and research recordings have them. The only lead that a recording
    /// may hold more than once.
    case unspecified = 0
    case i = 1
    case ii = 2
    case v1 = 3
    case v2 = 4
    case v3 = 5
    case v4 = 6
    case v5 = 7
    case v6 = 8
    case v7 = 9
    case v2R = 10
    case v3R = 11
    case v4R = 12
    case v5R = 13
    case v6R = 14
    case v7R = 15
    case x = 16
    case y = 17
    case z = 18
    case cc5 = 19
    case cm5 = 20
    case iii = 61
    case aVR = 62
    case aVL = 63
    case aVF = 64
    case v8 = 66
    case v9 = 67

    /// The base of MDC_ECG_ELEC_POTL in ISO/IEEE 11073-10101 (partition 2, term code 256): base + discriminator is the
    /// code of the potential measured in a lead.
    public static let mdcBase: UInt32 = 131_328

    /// The code MDC_ECG_ELEC_POTL_<lead>, for example 131329 for lead I.
    public var mdcCode: UInt32 { Self.mdcBase + UInt32(rawValue) }

    /// The lead of an MDC_ECG_ELEC_POTL code, or nil if this system does not know it.
    public init?(mdcCode: UInt32) {
        guard mdcCode >= Self.mdcBase, let raw = UInt16(exactly: mdcCode - Self.mdcBase) else { return nil }
        self.init(rawValue: raw)
    }

    /// The conventional twelve in the order in which reports print them.
    public static let standardTwelve: [Lead] = [.i, .ii, .iii, .aVR, .aVL, .aVF, .v1, .v2, .v3, .v4, .v5, .v6]
    /// The six frontal-plane leads, all of them combinations of I and II (Einthoven, Goldberger).
    public static let limb: [Lead] = [.i, .ii, .iii, .aVR, .aVL, .aVF]
    /// The six chest leads of the conventional twelve, from the right of the sternum to the axilla.
    public static let precordial: [Lead] = [.v1, .v2, .v3, .v4, .v5, .v6]

    /// The lead's name as reports print it.
    public var name: String {
        switch self {
        case .unspecified: "ECG"
        case .i: "I"
        case .ii: "II"
        case .iii: "III"
        case .aVR: "aVR"
        case .aVL: "aVL"
        case .aVF: "aVF"
        case .v1: "V1"
        case .v2: "V2"
        case .v3: "V3"
        case .v4: "V4"
        case .v5: "V5"
        case .v6: "V6"
        case .v7: "V7"
        case .v8: "V8"
        case .v9: "V9"
        case .v2R: "V2R"
        case .v3R: "V3R"
        case .v4R: "V4R"
        case .v5R: "V5R"
        case .v6R: "V6R"
        case .v7R: "V7R"
        case .x: "X"
        case .y: "Y"
        case .z: "Z"
        case .cc5: "CC5"
        case .cm5: "CM5"
        }
    }

    private static let byLowercaseName: [String: Lead] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.name.lowercased(), $0) })

    /// The lead of a printed name, whatever its case, or nil.
    ///
    /// Research recordings prefix modified placements (MLII is lead II with the electrodes on the torso, as in MIT-BIH):
    /// they see the heart from the same side and are read as the lead they modify.
    public init?(name: String) {
        let key = name.lowercased()
        if let lead = Self.byLowercaseName[key] {
            self = lead
        } else if key.hasPrefix("ml"), let lead = Self.byLowercaseName[String(key.dropFirst(2))],
            Self.limb.contains(lead)
        {
            self = lead
        } else {
            return nil
        }
    }
}

extension Lead: CustomStringConvertible {
    public var description: String { name }
}

extension Lead: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let lead = Lead(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no lead has this name")
        }
        self = lead
    }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
