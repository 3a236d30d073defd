import ECGModel

/// Finds limb electrodes that were put on the wrong limbs, from the waves of the averaged beat.
///
/// With the arms exchanged lead I is upside down, with right arm and left leg exchanged lead II is; the chest leads stay
/// as they were. In a heart in its usual place P, QRS and T of I and II point where those of V5 and V6 do, so that one
/// that points the other way in all three betrays the exchange. Right arm and right leg exchanged leave nothing between
/// the two legs for lead II to see.
///
/// An exchange of left arm and left leg turns III upside down and swaps I with II, which many healthy hearts look like
/// anyway; it is not judged.
enum LimbReversalJudge {
    /// Weights of the agreement of P, QRS and T, and the sum below which the lead is called reversed. Fitted by logistic
    /// regression on 350 recordings of PTB-XL and LUDB (open halves) as they are and with the leads exchanged; with these
    /// numbers 96 % of either exchange are found at about 1 % false.
    static let pWeight: Float = 2.2
    static let qrsWeight: Float = 2.3
    static let tWeight: Float = 1.7
    static let leastAgreement: Float = -1.2
    /// Amplitudes at which a wave counts half, in millivolts: smaller ones have no certain sign.
    static let halfP: Float = 0.03
    static let halfQRS: Float = 0.05
    static let halfT: Float = 0.1
    /// Lead II is flat where its QRS is less than this part of the larger one of I and III; the least seen among the 350
    /// was 0.23.
    static let flatPart: Float = 0.15

    static func judge(_ measurements: Measurements) -> RecordingQuality.LimbReversal? {
        guard let i = waves(of: .i, in: measurements), let ii = waves(of: .ii, in: measurements, evenIfFlat: true),
            let v6 = waves(of: .v6, in: measurements), !measurements.conduction.isPaced
        else { return nil }
        if let iii = waves(of: .iii, in: measurements), ii.size < flatPart * max(i.size, iii.size) {
            return .rightArmRightLeg
        }
        let v5 = waves(of: .v5, in: measurements) ?? v6
        let arms = agreement(of: i, v5, v6)
        let rightArmLeg = agreement(of: ii, v5, v6)
        guard min(arms, rightArmLeg) < leastAgreement else { return nil }
        return arms < rightArmLeg ? .armElectrodes : .rightArmLeftLeg
    }

    /// What is compared of a lead, millivolts.
    private struct Waves {
        var p: Float
        var net: Float
        var size: Float
        var t: Float

        /// The direction of each wave from -1 to 1.
        var pSign: Float { p / (p.magnitude + halfP) }
        var qrsSign: Float { net / (size + halfQRS) }
        var tSign: Float { t / (t.magnitude + halfT) }
    }

    /// - Parameter evenIfFlat: whether a lead without any signal is taken too: exchanged legs make one.
    private static func waves(
        of lead: Lead, in measurements: Measurements, evenIfFlat: Bool = false
    ) -> Waves? {
        guard let waves = measurements[lead], let p = waves.p, let r = waves.r, let rPrime = waves.rPrime,
            let q = waves.q, let s = waves.s, let t = waves.t,
            evenIfFlat || measurements.quality(of: lead)?.isUsable != false
        else { return nil }
        let lowest = min(q.value, s.value)
        return Waves(
            p: Float(p.value), net: Float(r.value + lowest), size: Float(max(r.value, rPrime.value) - lowest),
            t: Float(t.value))
    }

    private static func agreement(of lead: Waves, _ v5: Waves, _ v6: Waves) -> Float {
        let qrs = min(1, max(-1, v5.qrsSign + v6.qrsSign))
        return pWeight * lead.pSign * v6.pSign + qrsWeight * lead.qrsSign * qrs
            + tWeight * lead.tSign * (v5.tSign + v6.tSign)
    }
}
