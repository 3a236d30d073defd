import ECGModel

/// The heart's electric source at one instant as a current dipole, in millivolts on Frank's orthogonal leads: x to the
/// patient's left, y to the feet, z to the back.
typealias HeartVector = SIMD3<Float>

/// What the electrodes on the skin see of the heart vector.
///
/// Lead vectors: G. E. Dower, H. B. Machado, J. A. Osborne, "On deriving the electrocardiogram from vectorcardiographic
/// leads", Clinical Cardiology 3 (1980) 87–95. The coefficients agree in several independent open implementations; the
/// paper's own table has not been checked. A dipole is an approximation: it reproduces the limb leads' and the
/// precordial leads' relations, not what a small source under a single electrode does.
enum Torso {
    static let leadI = SIMD3<Double>(0.632, -0.235, 0.059)
    static let leadII = SIMD3<Double>(0.235, 1.066, -0.132)
    /// V1 to V6 against Wilson's central terminal.
    static let precordial: [SIMD3<Double>] = [
        SIMD3(-0.515, 0.157, -0.917), SIMD3(0.044, 0.164, -1.387), SIMD3(0.882, 0.098, -1.277),
        SIMD3(1.213, 0.127, -0.601), SIMD3(1.125, 0.127, -0.086), SIMD3(0.831, 0.076, 0.230),
    ]

    /// The lead vector of each of the conventional twelve leads, by Einthoven's and Goldberger's definitions.
    static func leadVector(of lead: Lead) -> SIMD3<Double>? {
        switch lead {
        case .i: leadI
        case .ii: leadII
        case .iii: leadII - leadI
        case .aVR: -0.5 * (leadI + leadII)
        case .aVL: leadI - 0.5 * leadII
        case .aVF: leadII - 0.5 * leadI
        case .v1: precordial[0]
        case .v2: precordial[1]
        case .v3: precordial[2]
        case .v4: precordial[3]
        case .v5: precordial[4]
        case .v6: precordial[5]
        default: nil
        }
    }

    /// The vector of an electrode's potential against Wilson's central terminal, which is the mean of RA, LA and LL and
    /// therefore their zero.
    static func electrodeVector(_ electrode: Electrode) -> SIMD3<Double> {
        switch electrode {
        case .rightArm: -1.0 / 3 * (leadI + leadII)
        case .leftArm: 1.0 / 3 * (2 * leadI - leadII)
        case .leftLeg: 1.0 / 3 * (2 * leadII - leadI)
        case .v1: precordial[0]
        case .v2: precordial[1]
        case .v3: precordial[2]
        case .v4: precordial[3]
        case .v5: precordial[4]
        case .v6: precordial[5]
        }
    }
}

/// An electrode on the patient's skin. The right leg's is the amplifier's reference and has no potential of its own.
public enum Electrode: String, Hashable, Sendable, CaseIterable {
    case rightArm = "RA"
    case leftArm = "LA"
    case leftLeg = "LL"
    case v1 = "V1"
    case v2 = "V2"
    case v3 = "V3"
    case v4 = "V4"
    case v5 = "V5"
    case v6 = "V6"

    /// The electrode's lane in ``ElectrodePotentials``. The chest electrodes stand where their leads stand among the
    /// conventional twelve.
    var lane: Int {
        switch self {
        case .rightArm: 0
        case .leftArm: 1
        case .leftLeg: 2
        case .v1: 6
        case .v2: 7
        case .v3: 8
        case .v4: 9
        case .v5: 10
        case .v6: 11
        }
    }

    /// The leads that the amplifier cannot form without this electrode. Chest leads keep a central terminal of the limb
    /// electrodes that are left, as monitors do.
    var leads: [Lead] {
        switch self {
        case .rightArm: [.i, .ii, .aVR, .aVL, .aVF]
        case .leftArm: [.i, .iii, .aVR, .aVL, .aVF]
        case .leftLeg: [.ii, .iii, .aVR, .aVL, .aVF]
        case .v1: [.v1]
        case .v2: [.v2]
        case .v3: [.v3]
        case .v4: [.v4]
        case .v5: [.v5]
        case .v6: [.v6]
        }
    }
}

/// The potentials of the nine electrodes in millivolts at ``Electrode/lane``; the other lanes stay 0.
typealias ElectrodePotentials = SIMD16<Float>
