/// The waves of the atria.
enum AtrialWaveForm {
    /// Time from the P onset to its end.
    static let pMilliseconds = 106.0

    /// A sinus P wave, from its onset: right atrium to the front and down, then left atrium to the left and back.
    static func sinus(_ traits: PatientTraits) -> WaveForm {
        WaveForm(lobes: [
            WaveLobe(
                peak: 40, before: 40, after: 42, vector: traits.pAmplitude * SIMD3(0.025, 0.075, -0.055)),
            WaveLobe(
                peak: 66, before: 42, after: 40, vector: traits.pAmplitude * SIMD3(0.065, 0.055, 0.035)),
        ])
    }

    /// A P wave that runs from the AV node upwards, as re-entrant tachycardia has it, from its onset.
    static func retrograde(_ traits: PatientTraits) -> WaveForm {
        WaveForm(lobes: [
            WaveLobe(peak: 35, before: 35, after: 35, vector: traits.pAmplitude * SIMD3(0.01, -0.09, -0.02))
        ])
    }

    /// The depression of the PR segment by inflamed atria: from the end of the P wave, given back under the QRS complex.
    /// Times count from the P onset.
    static func prDepression(_ vector: SIMD3<Double>, prMilliseconds: Double) -> WavePlateau {
        WavePlateau(
            rise: (pMilliseconds - 40)...pMilliseconds, fall: (prMilliseconds + 10)...(prMilliseconds + 70),
            vector: vector)
    }
}
