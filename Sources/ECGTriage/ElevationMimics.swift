import ECGModel

/// Elevations that are neither infarction nor early repolarisation.
enum ElevationMimics {
    /// Coved elevation that falls into an inverted T wave and is confined to V1–V2, V3 at most.
    static func isBrugada(_ elevated: [LeadReading], _ context: TriageContext) -> Bool {
        let criteria = context.rules.table.mimics.brugada
        guard elevated.allSatisfy({ [.v1, .v2, .v3].contains($0.lead) }) else { return false }
        return elevated.contains { reading in
            guard reading.lead != .v3, let t = reading.t else { return false }
            return t < 0 && reading.stJ >= criteria.elevation && reading.stJ - reading.st80 >= criteria.fall
        }
    }

    /// Q waves and T waves that are small beside the QRS complexes over V1–V4, where all the elevation is: the infarction is
    /// old. What is elevated further on the ratio says nothing of.
    static func isAneurysm(_ elevated: [LeadReading], _ context: TriageContext) -> Bool {
        let criteria = context.rules.table.mimics.aneurysm
        let readings = context.beat.readings(of: .v1ToV4)
        guard readings.count == 4, PageLeads.v1ToV4.isSuperset(of: elevated.positions) else { return false }
        var sumT = Millivolts(0)
        var sumQRS = Millivolts(0)
        for reading in readings {
            guard let t = reading.t, let qrs = reading.qrs else { return false }
            sumT = sumT + max(t, 0)
            sumQRS = sumQRS + qrs
        }
        let haveQ = elevated.filter { reading in
            guard let r = reading.r, let q = reading.q else { return false }
            return r <= 0 || q <= -criteria.deepQ
        }
        return haveQ.count >= 2 && sumQRS > 0 && sumT / sumQRS <= criteria.ratioTToQRS
    }

    /// Mostly concave elevation that takes in II and the left chest leads, higher in II than in III, with depression
    /// nowhere but in aVR and V1.
    static func isPericarditis(_ elevated: [LeadReading], _ context: TriageContext) -> Bool {
        let criteria = context.rules.table.mimics.pericarditis
        let leads = elevated.map(\.lead)
        let concave = elevated.filter { !$0.isStraightOrConvex }
        guard elevated.count >= criteria.fewestElevatedLeads, concave.count * 2 > elevated.count,
            leads.contains(.ii), leads.contains(.v5) || leads.contains(.v6),
            let ii = context.reading(of: .ii), let iii = context.reading(of: .iii), context.reading(of: .aVL) != nil,
            ii.stJ > iii.stJ
        else { return false }
        return context.beat.all.allSatisfy { reading in
            reading.lead == .aVR || reading.lead == .v1 || reading.stJ > -criteria.excludingDepression
        }
    }
}
