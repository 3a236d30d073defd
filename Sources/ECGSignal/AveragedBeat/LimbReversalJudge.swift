import ECGModel

/// Finds limb electrodes that were put on the wrong limbs, from the averaged beat.
///
/// The chest leads do not change when limb electrodes are exchanged among each other, and they tell fairly well what the
/// limb leads should be; the heart's usual axes, above all the P wave's, tell the rest. ``LimbNetwork`` weighs both for
/// each of the six ways in which three cables can be on three limbs, and an exchange is said if it is clearly the
/// likelier. Right arm and right leg exchanged leave nothing between the two legs for lead II to see.
///
/// An exchange of left arm and left leg swaps I with II and turns III upside down, which some healthy hearts look like
/// anyway, and without a P wave half of all hearts: nine of ten are found at the rate of false ones that is allowed.
struct LimbReversalJudge: Sendable {
    /// How much likelier (as a logarithm) another place of the right arm's electrode must be than its own, and an exchange
    /// of left arm and left leg than none. With a tenth of 520 recordings (the open halves of LUDB, PTB-XL, PTB and the
    /// Challenges of 2020/21) at a time left out of the fit, exchanges of the right arm are named in 99.1 % of LUDB and
    /// PTB-XL, those of left arm and leg in 88.3 %, and three of the 350 originals are called exchanged.
    private static let rightArmMargin: Float = 0.8
    private static let leftMargin: Float = 1.4
    /// Lead II is flat where its QRS is less than this part of the larger one of I and III; the least seen among 350
    /// recordings was 0.23.
    private static let flatPart: Float = 0.15

    /// The network is asked with each of the first measurements, those of a standard ECG of 10 s, and later with one of so
    /// many: nobody moves electrodes from one second to the next, and it costs a twentieth of the analysis.
    private static let earlyLooks = 12
    private static let laterInterval = 4

    private(set) var view: LimbView
    private let network = LimbNetwork.fitted
    private var looks = 0
    private var verdict: RecordingQuality.LimbReversal?

    /// - Returns: nil without I, II and all six chest leads.
    init?(leads: [Lead]) {
        guard let view = LimbView(leads: leads) else { return nil }
        self.view = view
    }

    mutating func judge(
        _ beat: AveragedBeat, boundaries: QRSBoundaries, tWave: TWave?, _ measurements: Measurements
    ) -> RecordingQuality.LimbReversal? {
        guard !measurements.conduction.isPaced, isEveryLeadConnected(measurements) else { return nil }
        defer { looks += 1 }
        if looks < Self.earlyLooks || looks.isMultiple(of: Self.laterInterval) {
            verdict = look(at: beat, boundaries: boundaries, tWave: tWave, measurements)
        }
        return verdict
    }

    private mutating func look(
        at beat: AveragedBeat, boundaries: QRSBoundaries, tWave: TWave?, _ measurements: Measurements
    ) -> RecordingQuality.LimbReversal? {
        view.look(at: beat, boundaries: boundaries, pr: measurements.intervals.pr, tWave: tWave)
        if isSecondLeadFlat(measurements) { return .rightArmRightLeg }
        let sight = network.look(at: view.inputs)
        func likelihood(_ placement: LimbPlacement) -> Float { network.logLikelihood(of: placement, in: sight) }
        let (correct, left) = (likelihood(.correct), likelihood(.leftArmAndLegExchanged))
        // Where the right arm's cable is on the right arm, on the left arm, on the left leg.
        let inPlace = max(correct, left)
        let onLeftArm = max(likelihood(.armsExchanged), likelihood(.turnedForward))
        let onLeftLeg = max(likelihood(.rightArmAndLeftLegExchanged), likelihood(.turnedBackward))
        if max(onLeftArm, onLeftLeg) > inPlace + Self.rightArmMargin {
            return onLeftArm > onLeftLeg ? .armElectrodes : .rightArmLeftLeg
        }
        return left > correct + Self.leftMargin ? .leftArmLeftLeg : nil
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
