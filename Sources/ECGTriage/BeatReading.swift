import ECGModel

/// One lead of the averaged beat, as far as it is evidence.
struct LeadReading {
    var lead: Lead
    /// Where the lead stands on the page (``PageLeads``).
    var position: Int
    var stJ: Millivolts
    var st40: Millivolts
    var st60: Millivolts
    var st80: Millivolts
    /// Standard error of a level: the lead's noise over the root of the number of averaged beats.
    var standardError: Millivolts

    // The waves; nil where they were not measured and in a limb lead that was computed from I and II, where the levels
    // add and the waves' peaks do not.

    var q: Millivolts?
    var qDuration: Milliseconds?
    /// The R wave before the S wave, R' left aside: how the wall is first activated.
    var firstR: Millivolts?
    /// The taller of R and R'.
    var r: Millivolts?
    var rDuration: Milliseconds?
    /// The deeper of Q and S, negative.
    var s: Millivolts?
    var t: Millivolts?
    var tSecond: Millivolts?
    /// The sign of the complex's last forces, which a late activation turns.
    var terminalQRS: Millivolts?

    /// From the top of R to the bottom of S.
    var qrs: Millivolts? {
        guard let r, let s else { return nil }
        return r - s
    }

    /// Whether the lead's complex points up, R exceeding S.
    var isUpright: Bool {
        guard let r, let s else { return false }
        return r > s.magnitude
    }

    /// Whether the middle of the ST segment lies on or above the line through its ends.
    var isStraightOrConvex: Bool { st40 >= (stJ + st80) * 0.5 }

    /// Whether the ST segment has the shape of an infarct's: straight or convex, and nearly level.
    func isCoved(_ criteria: StShapeCriteria) -> Bool {
        isStraightOrConvex && st80 - stJ <= stJ * criteria.greatestRiseShare
    }

    /// Whether J passes the limit by `margin` and the levels after it keep `laterShare` of the limit.
    func isElevated(by limit: Millivolts, margin: Millivolts, laterShare: Double) -> Bool {
        guard stJ - margin >= limit else { return false }
        let later = limit * laterShare
        return st40 >= later && st60 >= later
    }

    /// Whether J lies below the PQ level by the limit and the levels after it keep `laterShare` of the limit.
    func isDepressed(by limit: Millivolts, laterShare: Double) -> Bool {
        guard stJ <= -limit else { return false }
        let later = -limit * laterShare
        return st40 <= later && st60 <= later
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
    /// Every lead that can be read, in the order of the page.
    private(set) var all: [LeadReading] = []
    /// By position on the page, the index in ``all``; -1 where the lead cannot be read.
    private var indices = [Int8](repeating: -1, count: PageLeads.positions)
    /// By position on the page, the recording's channel; -1 where it has none. One recording's leads never change.
    private var channels: [Int8] = []

    var count: Int { all.count }

    /// Reads every usable lead whose ST levels were measured, and computes the limb leads that follow from I and II
    /// (Einthoven, Goldberger) for devices that transmit eight leads.
    mutating func read(_ measurements: Measurements) {
        if channels.isEmpty {
            all.reserveCapacity(PageLeads.positions)
            for lead in PageLeads.order {
                channels.append(measurements.leads.firstIndex(of: lead).flatMap { Int8(exactly: $0) } ?? -1)
            }
        }
        let shareOfNoise = 1 / Double(max(measurements.averagedBeatCount, 1)).squareRoot()
        all.removeAll(keepingCapacity: true)
        for position in 0..<PageLeads.positions {
            let channel = Int(channels[position])
            indices[position] = -1
            if channel >= 0 {
                guard measurements.quality[channel].isUsable else { continue }
                let noise = Millivolts(measurements.quality[channel].noise.measured ?? 0)
                append(position, measurements.waves[channel], standardError: noise * shareOfNoise)
            } else if let reading = computed(at: position) {
                indices[position] = Int8(all.count)
                all.append(reading)
            }
        }
    }

    private mutating func append(_ position: Int, _ waves: LeadWaves, standardError: Millivolts) {
        guard let stJ = waves.stJ.measured, let st40 = waves.st40.measured, let st60 = waves.st60.measured,
            let st80 = waves.st80.measured
        else { return }
        let q = waves.q.measured
        let r = waves.r.measured
        indices[position] = Int8(all.count)
        all.append(
            LeadReading(
                lead: PageLeads.order[position], position: position, stJ: stJ, st40: st40, st60: st60, st80: st80,
                standardError: standardError, q: q, qDuration: waves.qDuration.measured, firstR: r,
                r: r.map { max($0, waves.rPrime.measured ?? 0) }, rDuration: waves.rDuration.measured,
                s: waves.s.measured.map { min($0, q ?? 0) }, t: waves.t.measured, tSecond: waves.tSecond.measured,
                terminalQRS: waves.terminalQRS.measured))
    }

    /// From I and II, which stand before them on the page.
    private func computed(at position: Int) -> LeadReading? {
        guard let (weightI, weightII) = PageLeads.order[position].weightsOfIAndII, let i = self[.i], let ii = self[.ii]
        else { return nil }
        let errorI = i.standardError.value * weightI
        let errorII = ii.standardError.value * weightII
        return LeadReading(
            lead: PageLeads.order[position], position: position, stJ: i.stJ * weightI + ii.stJ * weightII,
            st40: i.st40 * weightI + ii.st40 * weightII, st60: i.st60 * weightI + ii.st60 * weightII,
            st80: i.st80 * weightI + ii.st80 * weightII,
            standardError: Millivolts((errorI * errorI + errorII * errorII).squareRoot()))
    }

    /// Whether the recording has the lead, or I and II from which it follows, readable or not.
    func isRecorded(_ lead: Lead) -> Bool {
        func hasChannel(_ lead: Lead) -> Bool {
            PageLeads.position(of: lead).map { channels.indices.contains($0) && channels[$0] >= 0 } ?? false
        }
        return hasChannel(lead) || lead.weightsOfIAndII != nil && hasChannel(.i) && hasChannel(.ii)
    }

    subscript(lead: Lead) -> LeadReading? {
        guard let position = PageLeads.position(of: lead), indices[position] >= 0 else { return nil }
        return all[Int(indices[position])]
    }

    /// The readings of those of `leads` that meet the condition, in the order of the page.
    func readings(of leads: PageLeads, where isIncluded: (LeadReading) -> Bool = { _ in true }) -> [LeadReading] {
        var included: [LeadReading] = []
        for index in all.indices
        where leads.contains(PageLeads(at: all[index].position)) && isIncluded(all[index]) {
            included.append(all[index])
        }
        return included
    }

    /// How many of `leads` can be read.
    func count(of leads: PageLeads) -> Int {
        all.reduce(0) { leads.contains(PageLeads(at: $1.position)) ? $0 + 1 : $0 }
    }
}

extension Lead {
    /// How much of I and of II a limb lead is that follows from them (Einthoven, Goldberger): III = II − I,
    /// aVR = −(I + II)/2, aVL = I − II/2, aVF = II − I/2.
    var weightsOfIAndII: (i: Double, ii: Double)? {
        switch self {
        case .iii: (-1, 1)
        case .aVR: (-0.5, -0.5)
        case .aVL: (1, -0.5)
        case .aVF: (-0.5, 1)
        default: nil
        }
    }
}
