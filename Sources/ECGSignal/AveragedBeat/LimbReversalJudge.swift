import ECGModel

/// Finds limb electrodes that were put on the wrong limbs, from the averaged beat.
///
/// The chest leads do not change when limb electrodes are exchanged among each other, and they tell fairly well what the
/// limb leads should be (``LimbLeadForecast``). Of the six ways in which three cables can be on three limbs, the one under
/// which the recorded limb leads agree best with that forecast is taken, if it does so clearly. Right arm and right leg
/// exchanged leave nothing between the two legs for lead II to see.
///
/// An exchange of left arm and left leg swaps I with II and turns III upside down, which many healthy hearts look like
/// anyway: two of five are found at the rate of false ones that is allowed.
struct LimbReversalJudge: Sendable {
    private struct Weights {
        var p: Float
        var qrs: Float
        var t: Float
    }
    /// How much the agreement of each wave counts in telling whether the right arm's electrode is where it belongs, and how
    /// much better another place must agree. With forecast and weights fitted on other fifths of 514 recordings (the open
    /// halves of LUDB, PTB-XL, PTB and the Challenge of 2020), 98.9 % of the exchanged arms and 99.1 % of right arm and left
    /// leg of LUDB and PTB-XL are named, and none of the 350 originals.
    private static let rightArm = Weights(p: 2, qrs: 1.5, t: 1)
    private static let rightArmMargin: Float = 0.3
    /// The same for left arm against left leg, by logistic regression: there the P wave tells most.
    private static let left = Weights(p: 7.35, qrs: 3.51, t: 1.34)
    private static let leftMargin: Float = 3
    /// Lead II is flat where its QRS is less than this part of the larger one of I and III; the least seen among 350
    /// recordings was 0.23.
    private static let flatPart: Float = 0.15

    private let leadI: Int
    private let leadII: Int
    private let p: LimbLeadForecast
    private let qrs: LimbLeadForecast
    private let t: LimbLeadForecast

    /// - Returns: nil without I, II and all six chest leads.
    init?(leads: [Lead]) {
        let chest = Lead.precordial.compactMap(leads.firstIndex(of:))
        guard chest.count == Lead.precordial.count, let i = leads.firstIndex(of: .i), let ii = leads.firstIndex(of: .ii)
        else { return nil }
        (leadI, leadII) = (i, ii)
        p = LimbLeadForecast(LimbLeadForecast.p, chest: chest)
        qrs = LimbLeadForecast(LimbLeadForecast.qrs, chest: chest)
        t = LimbLeadForecast(LimbLeadForecast.t, chest: chest)
    }

    func judge(_ beat: CoarseBeat, _ measurements: Measurements) -> RecordingQuality.LimbReversal? {
        guard !measurements.conduction.isPaced, isEveryLeadConnected(measurements) else { return nil }
        if isSecondLeadFlat(measurements) { return .rightArmRightLeg }
        let waves = (
            p.agreement(of: beat, leadI: leadI, leadII: leadII), qrs.agreement(of: beat, leadI: leadI, leadII: leadII),
            t.agreement(of: beat, leadI: leadI, leadII: leadII)
        )
        func agreement(_ placement: LimbPlacement, _ weights: Weights) -> Float {
            weights.p * waves.0.under(placement) + weights.qrs * waves.1.under(placement)
                + weights.t * waves.2.under(placement)
        }
        func best(_ one: LimbPlacement, _ other: LimbPlacement) -> Float {
            max(agreement(one, Self.rightArm), agreement(other, Self.rightArm))
        }
        // Where the right arm's cable is on the right arm, on the left arm, on the left leg.
        let inPlace = best(.correct, .leftArmAndLegExchanged)
        let onLeftArm = best(.armsExchanged, .turnedForward)
        let onLeftLeg = best(.rightArmAndLeftLegExchanged, .turnedBackward)
        if max(onLeftArm, onLeftLeg) > inPlace + Self.rightArmMargin {
            return onLeftArm > onLeftLeg ? .armElectrodes : .rightArmLeftLeg
        }
        // What block and hypertrophy do to the forecast is as large as what this exchange does.
        guard let duration = measurements.intervals.qrs, duration < ConductionJudge.wideQRS else { return nil }
        let gain = agreement(.leftArmAndLegExchanged, Self.left) - agreement(.correct, Self.left)
        return gain > Self.leftMargin ? .leftArmLeftLeg : nil
    }

    private func isEveryLeadConnected(_ measurements: Measurements) -> Bool {
        for (lead, quality) in zip(measurements.leads, measurements.quality)
        where lead == .i || lead == .ii || Lead.precordial.contains(lead) {
            if !quality.problems.isDisjoint(with: [.leadOff, .saturated]), lead != .ii { return false }
        }
        return true
    }

    private func isSecondLeadFlat(_ measurements: Measurements) -> Bool {
        guard let i = Self.size(.i, measurements), let ii = Self.size(.ii, measurements),
            let iii = Self.size(.iii, measurements)
        else { return false }
        return ii < Self.flatPart * max(i, iii)
    }

    /// From the lowest to the highest point of the QRS complex, in millivolts.
    private static func size(_ lead: Lead, _ measurements: Measurements) -> Float? {
        guard let waves = measurements[lead], let r = waves.r, let rPrime = waves.rPrime, let q = waves.q,
            let s = waves.s
        else { return nil }
        return Float(max(r, rPrime).value - min(q, s).value)
    }
}
