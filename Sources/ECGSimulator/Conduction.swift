/// How the ventricles are excited, apart from rhythm.
public enum VentricularConduction: String, Sendable, Hashable, CaseIterable {
    case narrow
    case leftBundleBranchBlock
    case rightBundleBranchBlock
    /// Narrow, with the voltages and the strain pattern of left ventricular hypertrophy.
    case leftVentricularHypertrophy
}

/// Where a beat starts when it does not come through the bundles.
enum VentricularOrigin: Sendable {
    /// Right ventricular apex, where a pacing lead lies: left bundle shape, superior axis.
    case rightVentricularApex
    /// Right ventricular outflow tract: left bundle shape, inferior axis.
    case outflowTract
    /// Left ventricular free wall: right bundle shape, right axis.
    case leftVentricle
}

/// The QRS complexes and their secondary repolarisation. Vectors in millivolts on Frank's axes; durations in the ranges
/// of the AHA/ACCF/HRS recommendations on conduction disturbances (Surawicz and others, Circulation 119 (2009)
/// e235–e240): at least 120 ms for complete blocks.
extension VentricularWaveForm {
    /// A beat conducted from the atria.
    static func conducted(
        _ conduction: VentricularConduction, _ traits: PatientTraits, rrMilliseconds: Double,
        from random: inout SeededGenerator
    ) -> VentricularWaveForm {
        let qt = traits.qtMilliseconds(rrMilliseconds: rrMilliseconds)
        switch conduction {
        case .narrow: return narrow(traits, qt: qt)
        case .leftVentricularHypertrophy: return hypertrophied(traits, qt: qt, from: &random)
        case .leftBundleBranchBlock: return leftBundleBranchBlock(traits, qt: qt, from: &random)
        case .rightBundleBranchBlock: return rightBundleBranchBlock(traits, qt: qt, from: &random)
        }
    }

    /// The T wave's direction in most people: left, down and a little to the front.
    private static func normalT(_ traits: PatientTraits) -> SIMD3<Double> {
        let t = traits.turned(SIMD3(0.28, 0.18, 0)) + SIMD3(0, 0, -0.25 * traits.sagittalForces)
        return traits.tAmplitude * t
    }

    /// The normal ST vector points to the front; its size is given by the level it causes in V2 and V3.
    private static func normalST(_ traits: PatientTraits) -> SIMD3<Double> {
        // V2 sees 0.834 of this vector, V3 0.699, V1 0.60, V4 0.27, the limb leads next to nothing.
        traits.stMillivolts / 0.834 * SIMD3(-0.08, 0.03, -0.60)
    }

    private static func narrow(_ traits: PatientTraits, qt: Double) -> VentricularWaveForm {
        let main = traits.turned(SIMD3(1.22, 0.84, 0))
        let septum = traits.septalForces
        let back = traits.sagittalForces
        let lobes = [
            QRSLobe(0.22, 0.22, -0.10 * septum, 0, -0.24 * septum * back),
            QRSLobe(0.45, 0.26, main.x, main.y, -0.22),
            QRSLobe(0.61, 0.25, 0.04, 0.06, 1.0 * back),
            QRSLobe(0.83, 0.17, -0.08, -0.12, 0.14 * back),
        ].map { $0.scaled(by: traits.qrsAmplitude) }
        return VentricularWaveForm(
            qrsMilliseconds: traits.qrsMilliseconds, qtMilliseconds: qt, qrs: lobes, st: normalST(traits),
            t: normalT(traits))
    }

    /// Large leftward and posterior forces, ST and T away from them (strain).
    private static func hypertrophied(
        _ traits: PatientTraits, qt: Double, from random: inout SeededGenerator
    ) -> VentricularWaveForm {
        let size = random.uniform(1.0...1.25)
        let strain = random.uniform(0.4...1.1)
        let turn = min(traits.axisTurnDegrees, -5)
        var horizontal = traits
        horizontal.axisTurnDegrees = max(turn, -50)
        let main = horizontal.turned(SIMD3(1.55, 0.85, 0))
        let lobes = [
            QRSLobe(0.20, 0.20, -0.12, 0.02, -0.26),
            QRSLobe(0.46, 0.27, main.x, main.y, 0.30),
            QRSLobe(0.62, 0.25, 0.40, 0.05, 1.15),
            QRSLobe(0.84, 0.16, -0.05, -0.10, 0.16),
        ].map { $0.scaled(by: size) }
        return VentricularWaveForm(
            qrsMilliseconds: min(traits.qrsMilliseconds + 8, 112), qtMilliseconds: qt, qrs: lobes,
            st: strain * SIMD3(-0.07, -0.03, -0.07), t: strain * SIMD3(-0.26, -0.06, -0.16))
    }

    /// Slow, notched forces to the left and back. ST and T oppose them; the share keeps ST/S well inside the quarter
    /// that Smith's modified Sgarbossa rule takes for infarction (S. W. Smith and others, Ann. Emerg. Med. 60 (2012)).
    private static func leftBundleBranchBlock(
        _ traits: PatientTraits, qt: Double, from random: inout SeededGenerator
    ) -> VentricularWaveForm {
        let duration = random.uniform(132...160)
        let share = random.uniform(0.07...0.12)
        let up = random.uniform(-0.25...0.3)
        let size = 0.9 * traits.qrsAmplitude
        let lobes = [
            QRSLobe(0.16, 0.16, 0.06, 0.10, -0.20),
            QRSLobe(0.365, 0.26, 1.02, 0.35 + 0.5 * up, 0.95),
            QRSLobe(0.675, 0.27, 0.92, 0.15 + up, 1.25),
            QRSLobe(0.88, 0.12, 0.25, 0, 0.30),
        ].map { $0.scaled(by: size) }
        let forces = size * SIMD3(0.95, 0.25 + up, 1.25)
        return VentricularWaveForm(
            qrsMilliseconds: duration, qtMilliseconds: qt + 0.6 * (duration - 90), qrs: lobes, st: -share * forces,
            t: -random.uniform(0.24...0.36) * forces)
    }

    /// A normal beginning and late forces to the right and front.
    private static func rightBundleBranchBlock(
        _ traits: PatientTraits, qt: Double, from random: inout SeededGenerator
    ) -> VentricularWaveForm {
        let duration = random.uniform(124...148)
        let late = random.uniform(0.8...1.15)
        let main = traits.turned(SIMD3(1.05, 0.75, 0))
        let lobes = [
            QRSLobe(0.15, 0.15, -0.16, 0, -0.28), QRSLobe(0.31, 0.18, main.x, main.y, 0),
            QRSLobe(0.42, 0.17, 0.18, 0.05, 0.66), QRSLobe(0.72, 0.23, -0.56 * late, 0.05, -0.52 * late),
            QRSLobe(0.88, 0.12, -0.20 * late, 0, -0.16 * late),
        ].map { $0.scaled(by: traits.qrsAmplitude) }
        // The T wave opposes the late forces, which turns it over in V1 and lowers ST there a little.
        return VentricularWaveForm(
            qrsMilliseconds: duration, qtMilliseconds: qt + 0.6 * (duration - 90), qrs: lobes,
            st: late * SIMD3(0.03, 0.01, 0.03), t: traits.tAmplitude * SIMD3(0.34, 0.18, 0.06))
    }

    /// A beat that starts in the ventricles.
    static func ventricular(
        from origin: VentricularOrigin, _ traits: PatientTraits, rrMilliseconds: Double,
        random: inout SeededGenerator
    ) -> VentricularWaveForm {
        let duration = random.uniform(148...172)
        let qt = traits.qtMilliseconds(rrMilliseconds: rrMilliseconds) + 30
        let lobes: [QRSLobe]
        let forces: SIMD3<Double>
        switch origin {
        case .rightVentricularApex:
            lobes = [
                QRSLobe(0.18, 0.18, 0.08, -0.30, 0.10), QRSLobe(0.42, 0.28, 0.70, -1.05, 0.95),
                QRSLobe(0.70, 0.28, 0.55, -0.95, 0.85), QRSLobe(0.88, 0.12, 0.10, -0.10, 0.15),
            ]
            forces = SIMD3(0.62, -0.95, 0.9)
        case .outflowTract:
            lobes = [
                QRSLobe(0.17, 0.17, 0.02, 0.25, -0.10), QRSLobe(0.43, 0.30, 0.28, 1.45, 0.85),
                QRSLobe(0.70, 0.27, 0.22, 0.95, 0.95), QRSLobe(0.87, 0.13, 0.05, 0.10, 0.20),
            ]
            forces = SIMD3(0.25, 1.2, 0.9)
        case .leftVentricle:
            lobes = [
                QRSLobe(0.19, 0.19, -0.10, -0.20, -0.20), QRSLobe(0.46, 0.32, -0.95, -0.55, -0.95),
                QRSLobe(0.72, 0.27, -0.60, -0.65, -0.55), QRSLobe(0.88, 0.12, -0.10, 0.15, 0.20),
            ]
            forces = SIMD3(-0.8, -0.6, -0.75)
        }
        return VentricularWaveForm(
            qrsMilliseconds: duration, qtMilliseconds: qt, qrs: lobes.map { $0.scaled(by: 0.95 * traits.qrsAmplitude) },
            st: -0.10 * traits.qrsAmplitude * forces, t: -0.38 * traits.qrsAmplitude * forces)
    }
}

extension QRSLobe {
    func scaled(by factor: Double) -> QRSLobe {
        var lobe = self
        lobe.vector *= factor
        return lobe
    }
}
