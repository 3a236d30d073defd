public import ECGModel

/// A simulated 12-lead recording as a stream.
///
/// The samples are a function of scenario, seed and rate alone, bit for bit: no clock, no system randomness, no
/// dependence on how many samples are asked for at a time. Memory stays the same however long it runs, but for the
/// truth; a load generator turns that off.
///
///     let patient = Scenario(name: "drill", title: "Inferior infarction", infarct: Infarct(.inferior))
///     var recording = Simulation(scenario: patient, seed: 7)
///     let firstSecond = recording.next(500)
public struct Simulation: Sendable {
    public let scenario: Scenario
    public let seed: UInt64
    public let samplingRate: Hertz
    /// The conventional twelve leads.
    public let channels: [Channel]
    /// The patient that the scenario describes, with a reference made of the seed.
    public let patient: Patient

    /// 2.5 µV a count, finer than the 5 µV that IEC 60601-2-25 asks of an electrocardiograph.
    public static let nanovoltsPerCount = 2500.0

    private let heart: HeartModel
    private let electrodes: Electrodes
    private let traits: PatientTraits
    private let faultSpans: [(fault: ElectrodeFault, start: SampleIndex, end: SampleIndex)]
    private let recordsTruth: Bool
    private let rate: Double
    private var conductor: Conductor
    private var noise: NoiseGenerator
    private var atrialFibrillation: FibrillatoryWaves?
    private var ventricularFibrillation: FibrillatoryWaves
    private var fibrillationStart: SampleIndex?

    /// Cycles conducted but not yet begun, and waves being played.
    private var events: [CardiacEvent] = []
    private var pending: [PlayedWave] = []
    private var playing: [PlayedWave] = []
    private var block = [HeartVector](repeating: .zero, count: Self.blockSamples)

    private var skin = [ElectrodePotentials](repeating: .zero, count: Self.blockSamples)

    private var position: SampleIndex = 0
    private var dueBeats: [Beat] = []
    private var dueRhythms: [(rhythm: Rhythm, start: SampleIndex)] = []
    private var pastBeats: [Beat] = []
    private var pastRhythms: [RhythmEpisode] = []
    private var injuryShare: Double

    /// Most samples of the heart vector that are summed before they are projected.
    private static let blockSamples = 128

    /// - Parameters:
    ///   - samplingRate: one that ``AcquisitionLimits/samplingRate`` holds.
    ///   - recordsTruth: false keeps memory constant and leaves ``truth`` without beats and rhythms.
    public init(scenario: Scenario, seed: UInt64, samplingRate: Hertz = 500, recordsTruth: Bool = true) {
        precondition(AcquisitionLimits.samplingRate.contains(samplingRate), "sampling rate out of range")
        self.scenario = scenario
        self.seed = seed
        self.samplingRate = samplingRate
        self.recordsTruth = recordsTruth
        rate = samplingRate.value
        channels = Lead.standardTwelve.map { Channel(lead: $0, nanovoltsPerCount: Self.nanovoltsPerCount) }
        patient = Patient(
            reference: "SIM-\(seed)", sex: scenario.sex, ageYears: scenario.ageYears,
            chiefComplaint: scenario.chiefComplaint)

        var random = SeededGenerator(seed: seed)
        var anatomy = random.split()
        traits = PatientTraits(sex: scenario.sex, ageYears: scenario.ageYears, from: &anatomy)
        heart = HeartModel(scenario, traits, rateHertz: rate, random: &anatomy)
        electrodes = Electrodes(scenario, rateHertz: rate, nanovoltsPerCount: Self.nanovoltsPerCount)
        faultSpans = Electrodes.spans(scenario, rateHertz: rate)
        conductor = Conductor(
            scenario.rhythm, traits, variability: scenario.variability, random: random.split())
        noise = NoiseGenerator(scenario.noise, respiration: traits, rateHertz: rate, random: random.split())
        let atrialRandom = random.split()
        if case .atrialFibrillation = scenario.rhythm {
            // The right atrium lies to the front and right: the waves are largest in V1 and the inferior leads.
            atrialFibrillation = FibrillatoryWaves(
                bandHertz: 5...8, rotors: 3, millivolts: 0.05, axes: SIMD3(0.5, 0.8, 1), rateHertz: rate,
                random: atrialRandom)
        }
        ventricularFibrillation = FibrillatoryWaves(
            bandHertz: 3...7, rotors: 5, millivolts: 0.36, axes: SIMD3(1, 1, 0.7), rateHertz: rate,
            random: random.split())
        injuryShare = scenario.infarct?.evolution.share(atSeconds: 0) ?? 0
    }

    /// The header of the recording, under the name that the seed gives it.
    public func header(deviceTime: Timestamp? = nil) -> RecordingHeader {
        var names = SeededGenerator(seed: ~seed)
        return RecordingHeader(
            id: RecordingID(seedHigh: names.next(), seedLow: names.next()), samplingRate: samplingRate,
            channels: channels, deviceTime: deviceTime, patient: patient)
    }

    /// The next `count` samples.
    public mutating func next(_ count: Int) -> Samples {
        var samples = Samples(channelCount: channels.count)
        append(count, to: &samples)
        return samples
    }

    /// Appends the next `count` samples, so that a buffer can be used again.
    public mutating func append(_ count: Int, to samples: inout Samples) {
        precondition(count >= 0 && samples.channelCount == channels.count, "twelve channels and no negative count")
        samples.counts.reserveCapacity(samples.counts.count + count * channels.count)
        let end = position + count
        while position < end {
            let length = playHeart(upTo: min(end, position + Self.blockSamples))
            for offset in 0..<length { skin[offset] = electrodes.potentials(of: block[offset]) }
            noise.add(to: &skin, count: length, at: position)
            electrodes.append(skin, count: length, at: position, to: &samples.counts)
            position += length
        }
        settleTruth()
    }

    // MARK: Heart vector

    /// A wave form that starts at a sample, turned by the patient's breath.
    private struct PlayedWave: Sendable {
        var source: WaveSource
        var start: SampleIndex
        var end: SampleIndex
        var injuryShare: Float
        var cosine: Float
        var sine: Float
    }

    /// Fills the block with the heart vectors from `position` on, up to `limit` or to the next sample at which a wave
    /// begins or ends, and returns how many they are. Waves add in the order in which they began, whatever the block's
    /// length, so that a sum of floating-point numbers does not depend on it.
    private mutating func playHeart(upTo limit: SampleIndex) -> Int {
        while conductor.horizonSeconds * rate <= Double(position + 1) {
            conductor.conductCycle(into: &events)
            takeEvents()
        }
        var end = limit
        let horizon = conductor.horizonSeconds * rate
        if horizon < Double(end) { end = max(position + 1, Int(horizon)) }
        let now = position
        playing.removeAll { $0.end <= now }
        playing.append(contentsOf: pending.lazy.filter { $0.start <= now })
        pending.removeAll { $0.start <= now }
        for wave in pending { end = min(end, wave.start) }
        for wave in playing { end = min(end, wave.end) }
        if let start = fibrillationStart, start > position { end = min(end, start) }

        let count = end - position
        for offset in 0..<count { block[offset] = .zero }
        for wave in playing { add(wave, count: count) }
        if atrialFibrillation != nil {
            for offset in 0..<count { block[offset] += atrialFibrillation?.next(position + offset) ?? .zero }
        }
        if let start = fibrillationStart, start <= position {
            for offset in 0..<count { block[offset] += ventricularFibrillation.next(position + offset - start) }
        }
        return count
    }

    private func length(of source: WaveSource) -> Int {
        let template = heart.templates[source.rawValue]
        return max(template.samples.count, template.injury.count)
    }

    private mutating func add(_ wave: PlayedWave, count: Int) {
        let template = heart.templates[wave.source.rawValue]
        let first = position - wave.start
        let axes = (
            HeartVector(wave.cosine, wave.sine, 0), HeartVector(-wave.sine, wave.cosine, 0), HeartVector(0, 0, 1)
        )
        func turned(_ vector: HeartVector) -> HeartVector {
            vector.x * axes.0 + vector.y * axes.1 + vector.z * axes.2
        }
        for offset in 0..<max(0, min(count, template.samples.count - first)) {
            block[offset] += turned(template.samples[first + offset])
        }
        guard wave.injuryShare != 0 else { return }
        for offset in 0..<max(0, min(count, template.injury.count - first)) {
            block[offset] += wave.injuryShare * turned(template.injury[first + offset])
        }
    }

    /// Turns the conductor's times into samples.
    private mutating func takeEvents() {
        for event in events {
            let start = Int((event.seconds * rate).rounded())
            switch event {
            case .rhythm(let rhythm, _):
                if rhythm == .ventricularFibrillation { fibrillationStart = start }
                dueRhythms.append((rhythm, start))
            case .wave(let source, let seconds):
                // What began before the recording did is not played.
                guard start >= 0 else { continue }
                assert(start >= position, "a wave is conducted before it begins")
                let share = scenario.infarct?.evolution.share(atSeconds: seconds) ?? 0
                let breath = CircularFunctions.sine(
                    turns: traits.respirationHertz * seconds + traits.respirationPhase)
                let turn = scenario.variability * traits.respiratoryAxisDegrees * breath / 360
                pending.append(
                    PlayedWave(
                        source: source, start: start, end: start + length(of: source), injuryShare: Float(share),
                        cosine: Float(CircularFunctions.cosine(turns: turn)),
                        sine: Float(CircularFunctions.sine(turns: turn))))
                guard let mark = heart.templates[source.rawValue].mark else { continue }
                injuryShare = share
                guard recordsTruth else { continue }
                dueBeats.append(
                    Beat(
                        rPeak: start + mark.rPeak, qrsOnset: start, jPoint: start + mark.jPoint,
                        beatClass: mark.beatClass))
            }
        }
        events.removeAll(keepingCapacity: true)
    }

    // MARK: Truth

    /// What really happened in the samples made so far.
    public var truth: SimulationTruth {
        var truth = SimulationTruth()
        truth.sampleCount = position
        truth.beats = pastBeats
        truth.rhythms = pastRhythms
        if let last = truth.rhythms.indices.last { truth.rhythms[last].end = position }
        truth.st = heart.stLevels(injuryShare: injuryShare)
        truth.limbReversal = scenario.limbReversal
        for span in faultSpans where span.start < position {
            for lead in span.fault.electrode.leads {
                truth.leadOff.append(LeadOffSpan(lead: lead, start: span.start, end: min(span.end, position)))
            }
        }
        return truth
    }

    /// Moves to the past what has been made.
    private mutating func settleTruth() {
        guard recordsTruth else { return dueRhythms.removeAll(keepingCapacity: true) }
        for beat in dueBeats where beat.rPeak < position { pastBeats.append(beat) }
        let now = position
        dueBeats.removeAll { $0.rPeak < now }
        for due in dueRhythms where due.start < position {
            if let last = pastRhythms.indices.last { pastRhythms[last].end = due.start }
            pastRhythms.append(RhythmEpisode(rhythm: due.rhythm, start: due.start, end: position))
        }
        dueRhythms.removeAll { $0.start < now }
    }
}
