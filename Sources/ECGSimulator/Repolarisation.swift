import ECGModel

/// Variants of repolarisation that resemble an infarct's and are none.
public enum Repolarisation: Sendable, Hashable {
    case usual
    /// J points raised in V2–V5 with a notch and an upward concave ST segment into a tall T wave; the level at J is that
    /// of V3 (P. W. Macfarlane and others, J. Am. Coll. Cardiology 66 (2015) 470–477: at least 0.1 mV).
    case earlyRepolarisation(jMillivolts: Double)
    /// Diffuse concave elevation with depressed PR segments, aVR the other way; the level at J is that of V5.
    case pericarditis(jMillivolts: Double)
}

extension Repolarisation {
    // V3 sees 0.91 of this vector and aVL next to nothing: early repolarisation has no reciprocal depression there.
    private static let earlyRepolarisationDirection = SIMD3<Double>(0.42, 0.16, -0.41)
    // V5 sees 0.97 of this vector, II 0.69, III 0.30, aVL +0.04.
    private static let pericarditisDirection = SIMD3<Double>(0.80, 0.45, -0.20)

    /// Adds the variant to a narrow beat.
    func apply(to form: inout VentricularWaveForm, tAmplitude: Double) {
        let j = form.qrsMilliseconds
        switch self {
        case .usual: return
        case .earlyRepolarisation(let level):
            let direction = Self.earlyRepolarisationDirection
            let st = level / Self.response(.v3, direction) * direction
            form.repolarisation.plateaus = [
                VentricularWaveForm.plateau(
                    st, j: j, tPeak: form.tPeakMilliseconds, tEnd: form.tEndMilliseconds)
            ]
            // A notch that ends at J, and a T wave that towers over the usual one.
            form.qrs.lobes.append(WaveLobe(peak: j - 13, before: 13, after: 13, vector: 0.6 * st))
            form.repolarisation.lobes.append(
                WaveLobe(
                    peak: form.tPeakMilliseconds, before: 0.8 * (form.tPeakMilliseconds - j),
                    after: form.tEndMilliseconds - form.tPeakMilliseconds,
                    vector: tAmplitude * SIMD3(0.12, 0.08, -0.06), risesLate: true))
        case .pericarditis(let level):
            let direction = Self.pericarditisDirection
            let st = level / Self.response(.v5, direction) * direction
            form.repolarisation.plateaus = [
                VentricularWaveForm.plateau(
                    st, j: j, tPeak: form.tPeakMilliseconds, tEnd: form.tEndMilliseconds)
            ]
        }
    }

    /// How far the PR segment is pushed the other way.
    var prVector: SIMD3<Double> {
        guard case .pericarditis(let level) = self else { return .zero }
        return -0.35 * level / Self.response(.v5, Self.pericarditisDirection) * Self.pericarditisDirection
    }

    private static func response(_ lead: Lead, _ direction: SIMD3<Double>) -> Double {
        Torso.leadVector(of: lead).map { ($0 * direction).sum() } ?? 1
    }
}
