import ECGModel

/// One lead of the averaged beat, as far as it is evidence.
struct LeadReading {
    var lead: Lead
    var stJ: Millivolts
    var st40: Millivolts
    var st60: Millivolts
    var st80: Millivolts
    /// Standard error of a level: the lead's noise over the root of the number of averaged beats.
    var standardError: Millivolts
    /// The waves; nil in a limb lead that was computed from I and II, where the levels add and the waves' peaks do not.
    var waves: LeadWaves?

    var r: Millivolts? { waves.flatMap { waves in waves.r.map { max($0, waves.rPrime ?? 0) } } }
    /// The deeper of Q and S, negative.
    var s: Millivolts? { waves.flatMap { waves in waves.s.map { min($0, waves.q ?? 0) } } }
    /// From the top of R to the bottom of S.
    var qrs: Millivolts? { r.flatMap { r in s.map { r - $0 } } }
    var t: Millivolts? { waves?.t }

    /// Whether the ST segment is straight or bulges upwards: its middle lies on or above the line through its ends.
    var isStraightOrConvex: Bool { st40 >= (stJ + st80) * 0.5 }

    /// Whether J passes the limit by `margin` and the levels after it keep `laterShare` of the limit.
    func isElevated(by limit: Millivolts, margin: Millivolts, laterShare: Double) -> Bool {
        let later = limit * laterShare
        return stJ - margin >= limit && st40 >= later && st60 >= later
    }

    /// Whether J lies below the PQ level by the limit and the levels after it keep `laterShare` of the limit.
    func isDepressed(by limit: Millivolts, laterShare: Double) -> Bool {
        let later = -limit * laterShare
        return stJ <= -limit && st40 <= later && st60 <= later
    }

    /// Whether the complex clearly points up (true) or down (false); nil where R and S nearly balance.
    func pointsUp(clearPolarity: Double) -> Bool? {
        guard let r, let s else { return nil }
        if r > s.magnitude * clearPolarity { return true }
        if s.magnitude > r * clearPolarity { return false }
        return nil
    }
}

/// The usable leads of the averaged beat.
struct BeatReading {
    private var byLead: [Lead: LeadReading] = [:]

    /// Reads every usable lead whose ST levels were measured, and computes the limb leads that follow from I and II
    /// (Einthoven, Goldberger) for devices that transmit eight leads.
    init(_ measurements: Measurements) {
        let averagedBeats = Double(max(measurements.averagedBeatCount, 1))
        for (index, lead) in measurements.leads.enumerated() where lead != .unspecified {
            let waves = measurements.waves[index]
            let quality = measurements.quality[index]
            guard quality.isUsable, let stJ = waves.stJ, let st40 = waves.st40, let st60 = waves.st60,
                let st80 = waves.st80
            else { continue }
            let noise = Millivolts(quality.noise ?? 0)
            byLead[lead] = LeadReading(
                lead: lead, stJ: stJ, st40: st40, st60: st60, st80: st80,
                standardError: noise * (1 / averagedBeats.squareRoot()), waves: waves)
        }
        guard let i = byLead[.i], let ii = byLead[.ii] else { return }
        for (lead, weightI, weightII) in Self.limbLeadsFromIAndII
        where byLead[lead] == nil && !measurements.leads.contains(lead) {
            func combine(_ level: (LeadReading) -> Millivolts) -> Millivolts {
                level(i) * weightI + level(ii) * weightII
            }
            let variance =
                (i.standardError.value * weightI) * (i.standardError.value * weightI)
                + (ii.standardError.value * weightII) * (ii.standardError.value * weightII)
            byLead[lead] = LeadReading(
                lead: lead, stJ: combine(\.stJ), st40: combine(\.st40), st60: combine(\.st60), st80: combine(\.st80),
                standardError: Millivolts(variance.squareRoot()), waves: nil)
        }
    }

    /// III = II − I, aVR = −(I + II)/2, aVL = I − II/2, aVF = II − I/2.
    private static let limbLeadsFromIAndII: [(Lead, Double, Double)] = [
        (.iii, -1, 1), (.aVR, -0.5, -0.5), (.aVL, 1, -0.5), (.aVF, -0.5, 1),
    ]

    subscript(lead: Lead) -> LeadReading? { byLead[lead] }

    /// The readings of those of `leads` that can be read, in the order asked.
    func readings(of leads: [Lead]) -> [LeadReading] { leads.compactMap { byLead[$0] } }

    /// Every lead that triage reads, in the order of the page.
    static let order = Lead.standardTwelve + [.v7, .v8, .v9, .v3R, .v4R, .v5R]
    var all: [LeadReading] { readings(of: Self.order) }
    var count: Int { byLead.count }
}
