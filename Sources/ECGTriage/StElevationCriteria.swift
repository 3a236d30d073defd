public import ECGModel

/// From which level at the J point a lead counts as elevated, and for whom.
public struct StElevationLimit: Hashable, Sendable, Codable {
    public var leads: [Lead]
    /// The sex the row is for; nil is for everybody.
    public var sex: Patient.Sex?
    /// First completed year of life the row is for; nil is from birth.
    public var fromAgeYears: Int?
    /// First completed year of life the row is no longer for; nil is without end.
    public var belowAgeYears: Int?
    /// The least elevation at the J point above the PQ level.
    @InUnit public var elevation: Millivolts

    init(
        _ leads: [Lead], _ elevation: Millivolts, sex: Patient.Sex? = nil, from: Int? = nil, below: Int? = nil
    ) {
        self.leads = leads
        self.sex = sex
        fromAgeYears = from
        belowAgeYears = below
        self.elevation = elevation
    }

    /// Whether the row may be the patient's: what is not known of the patient excludes no row.
    func mayApply(to patient: Patient) -> Bool {
        if let sex, let theirs = patient.sex, sex != theirs { return false }
        guard let age = patient.ageYears else { return true }
        return age >= (fromAgeYears ?? Int.min) && age < (belowAgeYears ?? Int.max)
    }
}

/// A region of the heart's wall, as the leads that look at it see it.
public enum Wall: String, Hashable, Sendable, Codable, CaseIterable {
    case inferior, anterior, lateral, posterior, right

    /// The leads whose elevation speaks for the wall.
    var leads: [Lead] {
        switch self {
        case .inferior: [.ii, .iii, .aVF]
        case .anterior: [.v1, .v2, .v3, .v4]
        case .lateral: [.i, .aVL, .v5, .v6]
        case .posterior: [.v7, .v8, .v9]
        case .right: [.v3R, .v4R, .v5R]
        }
    }
}

/// The leads that see an infarction of a wall from behind: their depression confirms its elevation.
public struct ReciprocalLeads: Hashable, Sendable, Codable {
    public var wall: Wall
    public var leads: [Lead]

    init(_ wall: Wall, _ leads: [Lead]) {
        self.wall = wall
        self.leads = leads
    }
}

/// When the ST segment's shape speaks for an infarction.
public struct StShapeCriteria: Hashable, Sendable, Codable {
    /// How much a straight or convex segment may rise from J to J+80 ms, as a share of the level at J. What rises more is
    /// on its way into a T wave, as every normal segment is.
    public var greatestRiseShare: Double
}

/// ST elevation in contiguous leads: the table of the Fourth Universal Definition and what has to confirm it.
///
/// Elevation alone is seen in about 2 % of normal hearts, so it asks for a prompt reading only. It becomes an immediate
/// alert where a sign that normal variants lack confirms it: reciprocal depression, a straight or convex ST segment, the
/// formula that tells occlusion from early repolarisation, or a size that no variant has.
public struct StElevationCriteria: Hashable, Sendable, Codable {
    /// Elevation with a confirming sign.
    public var confirmed: TriageRule
    /// Elevation without one.
    public var unconfirmed: TriageRule
    /// Where several rows may apply, because sex or age is not known, the confirmed rule takes the highest limit and the
    /// unconfirmed rule the lowest: nobody is missed and nobody is paged by a guess.
    public var limits: [StElevationLimit]
    /// Rows of leads whose neighbours are contiguous.
    public var contiguous: [[Lead]]
    public var reciprocal: [ReciprocalLeads]
    /// The least depression that counts as reciprocal.
    @InUnit public var reciprocalDepression: Millivolts
    /// The share of a limit that the levels 40 and 60 ms after J must keep. A notch or the tail of the QRS complex
    /// reaches the limit at J alone.
    public var laterShare: Double
    /// Elevation in two contiguous leads that needs no other sign, and that early repolarisation, pericarditis and a scar
    /// do not explain.
    @InUnit public var unmistakable: Millivolts

    /// The multiple of their limits that two neighbours of V1–V4 must reach to be more than a variant. Early
    /// repolarisation is as high only further to the left: every such pair holds V2 or V3, whose limits allow for it. In
    /// hypertrophy a pair that its deep S waves explain has been taken out before.
    public var evidentMultipleInV1ToV4: Double

    /// The limits that may be the patient's in a lead: one and the same where sex and age are known.
    struct PatientLimits {
        var lowest: Millivolts
        var highest: Millivolts
    }

    /// The patient's limits in a lead; nil where the table does not judge the lead.
    func limits(for lead: Lead, of patient: Patient) -> PatientLimits? {
        let candidates = limits.filter { $0.leads.contains(lead) && $0.mayApply(to: patient) }.map(\.elevation)
        guard let lowest = candidates.min(), let highest = candidates.max() else { return nil }
        return PatientLimits(lowest: lowest, highest: highest)
    }

    /// Whether two leads are neighbours in a row of ``contiguous``.
    func areContiguous(_ a: Lead, _ b: Lead) -> Bool { contiguous.contains { $0.hasNeighbours(a, b) } }
}

extension [Lead] {
    func hasNeighbours(_ a: Lead, _ b: Lead) -> Bool {
        guard let first = firstIndex(of: a), let second = firstIndex(of: b) else { return false }
        return abs(first - second) == 1
    }
}
