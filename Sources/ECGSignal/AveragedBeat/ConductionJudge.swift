import ECGModel

/// Tells bundle-branch blocks apart on the averaged beat, by the recommendations of AHA, ACCF and HRS for the
/// standardisation of the electrocardiogram, part III (Surawicz et al. 2009).
enum ConductionJudge {
    /// A complex of this duration is wide in adults.
    static let wideQRS = Milliseconds(120)
    /// In left bundle-branch block I and V6 have no q wave; a septal wave below this size is noise.
    static let septalQ = Millivolts(-0.05)
    /// Terminal forces smaller than this, in millivolts over the last 40 ms, point nowhere.
    static let terminalForce = Millivolts(0.03)
    /// In left bundle-branch block V1 is QS or rS: r is less than this part of S.
    static let smallR = 0.35

    static func judge(_ measurements: Measurements) -> Conduction {
        var conduction = Conduction()
        guard let qrs = measurements.intervals.qrs, qrs >= wideQRS else { return conduction }
        let lateral = [measurements[.i], measurements[.v6], measurements[.v5]].compactMap(\.self)
        if let v1 = measurements[.v1], !lateral.isEmpty {
            conduction.isRightBundleBranchBlock = isRight(v1, measurements)
            conduction.isLeftBundleBranchBlock =
                !conduction.isRightBundleBranchBlock && isLeft(v1, measurements)
        }
        conduction.isNonspecificBlock =
            !conduction.isLeftBundleBranchBlock && !conduction.isRightBundleBranchBlock
        return conduction
    }

    /// The end of the complex points to the right and forward: up in V1, down in I or V6.
    private static func isRight(_ v1: LeadWaves, _ measurements: Measurements) -> Bool {
        guard let terminal = v1.terminalQRS, terminal > terminalForce else { return false }
        return [Lead.i, .v6].contains { lead in
            guard let end = measurements[lead]?.terminalQRS else { return false }
            return end < -terminalForce
        }
    }

    /// The whole complex points to the left and back: down in V1, up without a q wave in I and V6.
    private static func isLeft(_ v1: LeadWaves, _ measurements: Measurements) -> Bool {
        guard let r = v1.r, let s = v1.s, let end = v1.terminalQRS, end < 0, r.value < -s.value * smallR
        else { return false }
        return [Lead.i, .v6].allSatisfy { lead in
            guard let waves = measurements[lead], let r = waves.r, let q = waves.q, let s = waves.s
            else { return true }
            return q >= septalQ && r > s.magnitude
        }
    }
}
