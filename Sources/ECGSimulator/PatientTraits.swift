import ECGModel

/// What makes one patient's ECG differ from another's of the same scenario, drawn from the seed.
///
/// The ranges were set so that intervals, amplitudes and ST levels of the drawn normals fall where those of PTB-XL's
/// normal recordings do.
struct PatientTraits: Sendable {
    /// Turn of the heart in the frontal plane; positive turns the electrical axis to the feet.
    var axisTurnDegrees: Double
    var qrsAmplitude: Double
    /// Scale of the forces towards the front and the back: early or late R progression.
    var sagittalForces: Double
    var septalForces: Double
    var tAmplitude: Double
    var pAmplitude: Double
    /// Duration of a narrow QRS complex.
    var qrsMilliseconds: Double
    var prMilliseconds: Double
    /// Rate-corrected QT (Framingham).
    var qtcMilliseconds: Double
    /// ST level at J in V2, the highest of the normal ones, before any injury.
    var stMillivolts: Double
    var respirationHertz: Double
    var respirationPhase: Double
    /// Half the range by which the axis swings as the patient breathes.
    var respiratoryAxisDegrees: Double

    init(sex: Patient.Sex, ageYears: Int, from random: inout SeededGenerator) {
        let age = Double(ageYears)
        let isMale = sex == .male
        // The axis goes from about 60 degrees at 20 years to about 30 at 80.
        axisTurnDegrees = random.normal(mean: (isMale ? 0 : 14) - 0.4 * (age - 20), deviation: 13, within: -55...25)
        let youth = min(max((50 - age) / 30, 0), 1)
        qrsAmplitude = random.normal(
            mean: (isMale ? 0.92 : 0.82) + 0.14 * youth, deviation: 0.18, within: 0.5...1.4)
        sagittalForces = random.normal(mean: isMale ? 1.05 : 0.95, deviation: 0.2, within: 0.5...1.5)
        septalForces = random.normal(mean: 1, deviation: 0.25, within: 0.5...1.6)
        tAmplitude = random.normal(mean: isMale ? 1.15 + 0.3 * youth : 0.9, deviation: 0.25, within: 0.5...1.7)
        pAmplitude = random.normal(mean: 1, deviation: 0.2, within: 0.5...1.5)
        qrsMilliseconds = random.normal(mean: isMale ? 96 : 88, deviation: 6, within: 80...110)
        prMilliseconds = random.normal(mean: 148 + 0.25 * (age - 20), deviation: 14, within: 124...196)
        qtcMilliseconds = random.normal(mean: isMale ? 405 : 416, deviation: 14, within: 370...445)
        // P. W. Macfarlane: the upper limit in V2-V3 is about 0.2 mV and more in young men, 0.1 mV in women.
        stMillivolts =
            isMale
            ? random.normal(mean: 0.06 + 0.05 * youth, deviation: 0.035, within: 0...(ageYears < 40 ? 0.2 : 0.16))
            : random.normal(mean: 0.02, deviation: 0.02, within: -0.01...0.08)
        respirationHertz = random.uniform(0.2...0.32)
        respirationPhase = random.unit()
        respiratoryAxisDegrees = random.uniform(1...4)
    }

    /// QT at a rate: QT = QTc − 0.154 (1 − RR), A. Sagie and others, Am. J. Cardiology 70 (1992) 797–801 (digits from
    /// memory of the formula, not checked against the paper), kept to a share of the cycle at high rates.
    func qtMilliseconds(rrMilliseconds: Double) -> Double {
        let linear = qtcMilliseconds - 0.154 * (1000 - min(rrMilliseconds, 1500))
        return min(linear, max(0.78 * rrMilliseconds, 200))
    }

    /// Turns a vector by the patient's axis.
    func turned(_ vector: SIMD3<Double>) -> SIMD3<Double> {
        let cosine = CircularFunctions.cosine(turns: axisTurnDegrees / 360)
        let sine = CircularFunctions.sine(turns: axisTurnDegrees / 360)
        return SIMD3(vector.x * cosine - vector.y * sine, vector.x * sine + vector.y * cosine, vector.z)
    }
}
