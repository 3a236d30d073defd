import ECGModel

/// Tells bundle-branch blocks apart on the averaged beat, by the recommendations of AHA, ACCF and HRS for the
/// standardisation of the electrocardiogram, part III (Surawicz et al. 2009).
enum ConductionJudge {
    /// A complex of this duration is wide in adults. Right block, which its shape gives away, is called from here on.
    static let wideQRS = Milliseconds(120)
    /// From the earliest onset to the latest end over all leads a complex lasts about 10 ms longer than in one lead: 99 %
    /// of PTB-XL's normal recordings stay below 129 ms. A block that has nothing but its duration begins here.
    static let nonspecificBlockQRS = Milliseconds(130)
    /// A left block shorter than this is hypertrophy or a hemiblock (Strauss et al. 2011: 130 ms in women, and the same
    /// 10 ms).
    static let leftBlockQRS = Milliseconds(140)
    /// In left block V1 is QS or rS: its negative wave is at least this many times as deep as r or r' is high.
    static let depthOfS = 2.5
    /// In left block I and V6 have no q wave; what is smaller, in millivolts, is not counted as one.
    static let septalQ = Millivolts(-0.12)
    /// In left block R in I or V6 is at least this broad; its peak comes more than 60 ms after its start.
    static let broadR = Milliseconds(80)
    /// In left block R in V6 is larger than S by this factor.
    static let excessOfR = 1.5
    /// In right block S in I or V6 is at least this deep, and the last 40 ms lie this low, in millivolts.
    static let wideS = Millivolts(-0.1)
    static let lowEnd = Millivolts(-0.02)
    /// In right block V1 ends this high, in millivolts over the last 40 ms.
    static let highEnd = Millivolts(0.03)
    /// In right block R' in V1 is larger than r, and than this part of S; or there is a broad R with an S below the
    /// second part of it.
    static let rPrimeOfS = 0.2
    static let sOfBroadR = 0.2

    static func judge(_ measurements: Measurements, isPaced: Bool) -> Conduction {
        var conduction = Conduction()
        conduction.isPaced = isPaced
        guard let qrs = measurements.intervals.qrs, qrs >= wideQRS, !isPaced else { return conduction }
        conduction.isRightBundleBranchBlock = isRight(measurements)
        conduction.isLeftBundleBranchBlock =
            !conduction.isRightBundleBranchBlock && qrs >= leftBlockQRS && isLeft(measurements)
        conduction.isNonspecificBlock =
            qrs >= nonspecificBlockQRS && !conduction.isLeftBundleBranchBlock && !conduction.isRightBundleBranchBlock
        return conduction
    }

    /// The end of the complex points to the right and forward.
    private static func isRight(_ measurements: Measurements) -> Bool {
        guard let v1 = measurements[.v1], let r = v1.r, let s = v1.s, let rPrime = v1.rPrime,
            let end = v1.terminalQRS, end > highEnd
        else { return false }
        let hasRPrime = rPrime > r && rPrime.value > -s.value * rPrimeOfS
        let hasBroadR = r.value > 0 && -s.value < r.value * sOfBroadR
        guard hasRPrime || hasBroadR else { return false }
        return [Lead.i, .v6].contains { lead in
            guard let waves = measurements[lead], let s = waves.s, let end = waves.terminalQRS else { return false }
            return s < wideS && end < lowEnd
        }
    }

    /// The whole complex points to the left and back.
    private static func isLeft(_ measurements: Measurements) -> Bool {
        guard let v1 = measurements[.v1], let r = v1.r, let s = v1.s, let rPrime = v1.rPrime,
            let q = v1.q, -min(q, s).value > depthOfS * max(r.value, rPrime.value),
            let i = measurements[.i], let v6 = measurements[.v6], let iR = i.r, let iQ = i.q, let iS = i.s,
            let v6R = v6.r, let v6Q = v6.q, let v6S = v6.s, let iWidth = i.rDuration, let v6Width = v6.rDuration
        else { return false }
        return iQ > septalQ && v6Q > septalQ && iR > iS.magnitude && v6R.value > excessOfR * v6S.magnitude.value
            && max(iWidth, v6Width) >= broadR
    }
}
