import ECGModel

/// An infarct's injury current as waves: the ST segment's level and what it does to the T wave.
struct InjuryCurrent: Sendable {
    /// ST vector at J and T vector of a full-size injury.
    var st: SIMD3<Double>
    var t: SIMD3<Double>
    private let isUpSloping: Bool

    /// Direction of the ST vector over each wall. The heart's walls on Frank's axes: anterior to the front, inferior to
    /// the feet, lateral to the left, posterior to the back, the right ventricle to the right and front.
    private static func direction(of wall: Infarct.Wall) -> SIMD3<Double> {
        switch wall {
        case .anterior: SIMD3(0.30, -0.12, -0.80)
        case .septal: SIMD3(-0.22, -0.10, -0.85)
        case .inferior: SIMD3(-0.10, 0.95, 0.12)
        case .lateral: SIMD3(0.95, -0.50, 0.45)
        case .posterior: SIMD3(0.10, 0.20, 0.95)
        case .rightVentricular: SIMD3(-0.75, 0.95, -0.30)
        case .leftMain: SIMD3(-0.85, -0.75, -0.12)
        case .deWinter: SIMD3(-0.38, -0.05, 0.72)
        }
    }

    /// The share of the ST vector by which the T wave grows; de Winter's and the posterior wall's T waves point the
    /// other way.
    private static func tShare(of wall: Infarct.Wall) -> Double {
        switch wall {
        case .anterior, .septal: 1.1
        case .inferior, .lateral, .rightVentricular: 0.9
        case .posterior: -0.5
        case .leftMain: 0.1
        case .deWinter: -3.0
        }
    }

    /// The injury whose ST level at J, on top of the patient's own vector `stBefore`, is what the infarct asks for.
    init(_ infarct: Infarct, stBefore: SIMD3<Double>, sex: Patient.Sex, ageYears: Int) {
        let direction = Self.direction(of: infarct.wall)
        let criterion = infarct.wall.criterion(sex: sex, ageYears: ageYears)
        let target: Double
        let unit: (WallCriterion.Limit) -> Double
        switch infarct.level {
        case .timesThreshold(let times):
            target = times
            unit = { $0.st.value }
        case .millivolts(let size):
            target = size
            unit = { $0.st.value < 0 ? -1 : 1 }
        }
        /// What the criterion's strongest run of neighbours reaches in its weakest lead.
        func reached(_ scale: Double) -> Double {
            let levels = criterion.limits.map { limit in
                (Torso.leadVector(of: limit.lead) ?? .zero) * (stBefore + scale * direction)
            }
            let ratios = zip(levels, criterion.limits).map { $0.sum() / unit($1) }
            return (0...(ratios.count - criterion.neighbours)).map { start in
                ratios[start..<start + criterion.neighbours].min() ?? 0
            }.max() ?? 0
        }
        // Every lead of a criterion grows with the scale, so halving finds it. 20 mV at most: beyond any heart.
        var (low, high) = (0.0, 20.0)
        for _ in 0..<60 {
            let middle = 0.5 * (low + high)
            if reached(middle) < target { low = middle } else { high = middle }
        }
        st = high * direction
        t = Self.tShare(of: infarct.wall) * st
        isUpSloping = infarct.wall == .deWinter
    }

    /// The waves to add to a beat.
    func waveForm(in beat: VentricularWaveForm) -> WaveForm {
        let j = beat.qrsMilliseconds
        let (peak, end) = (beat.tPeakMilliseconds, beat.tEndMilliseconds)
        var plateau = VentricularWaveForm.plateau(st, j: j, tPeak: peak, tEnd: end)
        if isUpSloping { plateau.fall = j...(j + 0.75 * (peak - j)) }
        return WaveForm(
            lobes: [WaveLobe(peak: peak, before: 0.9 * (peak - j), after: end - peak, vector: t, risesLate: true)],
            plateaus: [plateau])
    }
}
