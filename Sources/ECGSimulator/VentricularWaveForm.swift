/// One beat of the ventricles: QRS complex, ST segment and T wave from the QRS onset on.
struct VentricularWaveForm: Sendable {
    var qrsMilliseconds: Double
    var tPeakMilliseconds: Double
    var tEndMilliseconds: Double
    /// Depolarisation; ends at the J point.
    var qrs: WaveForm
    /// ST segment and T wave without an infarct's injury.
    var repolarisation: WaveForm

    var whole: WaveForm {
        WaveForm(lobes: qrs.lobes + repolarisation.lobes, plateaus: qrs.plateaus + repolarisation.plateaus)
    }

    /// Makes a beat of QRS lobes given in fractions of the QRS duration, an ST level at J and a T wave.
    init(
        qrsMilliseconds: Double, qtMilliseconds: Double, qrs shares: [QRSLobe], st: SIMD3<Double>, t: SIMD3<Double>
    ) {
        self.qrsMilliseconds = qrsMilliseconds
        let tEnd = max(qtMilliseconds, qrsMilliseconds + 120)
        // The T wave is asymmetric: it falls faster than it rises.
        let tPeak = tEnd - 0.3 * (tEnd - qrsMilliseconds)
        tPeakMilliseconds = tPeak
        tEndMilliseconds = tEnd
        qrs = WaveForm(
            lobes: shares.map { lobe in
                WaveLobe(
                    peak: lobe.centre * qrsMilliseconds, before: lobe.reach * qrsMilliseconds,
                    after: lobe.reach * qrsMilliseconds, vector: lobe.vector)
            })
        repolarisation = WaveForm(
            lobes: [
                WaveLobe(
                    peak: tPeak, before: 0.86 * (tPeak - qrsMilliseconds), after: tEnd - tPeak, vector: t,
                    risesLate: true)
            ],
            plateaus: [Self.plateau(st, j: qrsMilliseconds, tPeak: tPeak, tEnd: tEnd)])
    }

    /// How long before J the ST level starts to show under the end of the QRS complex.
    private static let stRiseMilliseconds = 36.0

    /// An ST level that is whole at J, holds to the middle of the T wave's rise and is gone at the T wave's end.
    static func plateau(_ vector: SIMD3<Double>, j: Double, tPeak: Double, tEnd: Double) -> WavePlateau {
        WavePlateau(rise: (j - stRiseMilliseconds)...j, fall: (j + 0.6 * (tPeak - j))...tEnd, vector: vector)
    }
}

/// A lobe of the QRS complex: centre and reach on either side as fractions of the QRS duration.
struct QRSLobe: Sendable {
    var centre: Double
    var reach: Double
    var vector: SIMD3<Double>

    init(_ centre: Double, _ reach: Double, _ x: Double, _ y: Double, _ z: Double) {
        precondition(centre - reach >= -1e-9 && centre + reach <= 1 + 1e-9, "a QRS lobe lies within the complex")
        self.centre = centre
        self.reach = reach
        vector = SIMD3(x, y, z)
    }
}
