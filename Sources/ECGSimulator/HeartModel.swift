import ECGModel

/// One patient's wave forms, sampled once when the simulation starts and played for every beat.
struct HeartModel: Sendable {
    /// A wave form as samples from its onset on, and the marks of the beat it is.
    struct Template: Sendable {
        var samples: [HeartVector]
        /// What an injury of full size adds, from the same onset on; empty where nothing.
        var injury: [HeartVector] = []
        /// Nil for what is not a heartbeat.
        var mark: Mark?
    }

    /// A beat's marks in samples after the QRS onset.
    struct Mark: Sendable {
        var rPeak: Int
        var jPoint: Int
        var beatClass: BeatClass
    }

    /// Indexed by ``WaveSource``.
    let templates: [Template]
    /// ST deviation from the PQ level of a dominant beat without injury, and what a full injury adds.
    let stWithoutInjury: [STVector]
    let stOfInjury: [STVector]

    struct STVector: Sendable {
        var milliseconds: Double
        var vector: SIMD3<Double>
    }

    init(_ scenario: Scenario, _ traits: PatientTraits, rateHertz: Double, random: inout SeededGenerator) {
        let rr = 60_000 / scenario.rhythm.dominantRate.value
        let ventricularRR = 60_000 / scenario.rhythm.ventricularRate.value
        var conducted = VentricularWaveForm.conducted(
            scenario.conduction, traits, rrMilliseconds: rr, from: &random)
        if scenario.conduction == .narrow {
            scenario.repolarisation.apply(to: &conducted, tAmplitude: traits.tAmplitude)
        }
        let origin: VentricularOrigin = random.chance(0.5) ? .outflowTract : .leftVentricle
        let ectopic = VentricularWaveForm.ventricular(
            from: origin, traits, rrMilliseconds: ventricularRR, random: &random)
        let paced = VentricularWaveForm.ventricular(
            from: .rightVentricularApex, traits, rrMilliseconds: rr, random: &random)
        let narrowEscape = scenario.rhythm.dominantRate.value > Self.narrowEscapeRate

        let pr = traits.prMilliseconds
        var sinusP = AtrialWaveForm.sinus(traits)
        if scenario.conduction == .narrow {
            sinusP.plateaus.append(
                AtrialWaveForm.prDepression(scenario.repolarisation.prVector, prMilliseconds: pr))
        }

        // Paced beats of a paced patient are the dominant ones.
        var dominant = conducted
        if case .paced = scenario.rhythm { dominant = paced }
        let injury = scenario.infarct.map { infarct in
            InjuryCurrent(
                infarct, stBefore: dominant.repolarisation.value(at: dominant.qrsMilliseconds), sex: scenario.sex,
                ageYears: scenario.ageYears
            ).waveForm(in: dominant)
        }

        func template(_ form: VentricularWaveForm, _ beatClass: BeatClass, injured: Bool = false) -> Template {
            let samples = form.whole.sampled(rateHertz: rateHertz)
            let j = Int((form.qrsMilliseconds * rateHertz / 1000).rounded())
            let peak = (0...j).max { (samples[$0] * samples[$0]).sum() < (samples[$1] * samples[$1]).sum() } ?? 0
            return Template(
                samples: samples, injury: injured ? injury?.sampled(rateHertz: rateHertz) ?? [] : [],
                mark: Mark(rPeak: peak, jPoint: j, beatClass: beatClass))
        }
        templates = WaveSource.allCases.map { source in
            switch source {
            case .sinusP: Template(samples: sinusP.sampled(rateHertz: rateHertz))
            case .retrogradeP:
                Template(samples: AtrialWaveForm.retrograde(traits).sampled(rateHertz: rateHertz))
            case .conducted: template(conducted, .normal, injured: true)
            case .ectopic: template(ectopic, .ventricular)
            case .paced: template(paced, .paced, injured: true)
            case .escape:
                narrowEscape ? template(conducted, .normal, injured: true) : template(ectopic, .ventricular)
            case .pacingSpike: Template(samples: Self.pacingSpike(rateHertz: rateHertz))
            }
        }

        let j = dominant.qrsMilliseconds
        let usesP = dominant.qrsMilliseconds == conducted.qrsMilliseconds
        let whole = dominant.whole
        func level(_ after: Double) -> SIMD3<Double> {
            guard usesP else { return whole.value(at: j + after) }
            let pq = sinusP.value(at: pr)
            return whole.value(at: j + after) + sinusP.value(at: pr + j + after) - pq
        }
        stWithoutInjury = Self.stTimes.map { STVector(milliseconds: $0, vector: level($0)) }
        stOfInjury = Self.stTimes.map {
            STVector(milliseconds: $0, vector: injury?.value(at: j + $0) ?? .zero)
        }
    }

    /// Where ST is read, in milliseconds after J.
    static let stTimes: [Double] = [0, 20, 40, 60, 80]

    /// Escapes above this rate come from the AV junction, in beats per minute.
    private static let narrowEscapeRate = 45.0

    /// A pacing stimulus of 0.5 ms and 12 mV as the front end's anti-alias filter leaves it: its area is kept, its width
    /// becomes that of the filter, 1 ms or three sampling intervals, whichever is longer.
    private static func pacingSpike(rateHertz: Double) -> [HeartVector] {
        let areaMillivoltMilliseconds = 0.5 * 12.0
        let reach = max(1, 1500 / rateHertz)
        // The integral of (1 − u²)² from −1 to 1 is 16/15.
        let peak = areaMillivoltMilliseconds / (reach * 16 / 15)
        let spike = WaveForm(lobes: [
            WaveLobe(peak: reach, before: reach, after: reach, vector: peak * SIMD3(0.30, -0.60, -0.20))
        ])
        return spike.sampled(rateHertz: rateHertz)
    }
}
