import ECGModel

/// Something the heart does at a time: play a wave form, or change rhythm.
enum CardiacEvent: Sendable {
    /// Starts a wave form at a time in seconds.
    case wave(WaveSource, atSeconds: Double)
    case rhythm(Rhythm, atSeconds: Double)

    var seconds: Double {
        switch self {
        case .wave(_, let seconds), .rhythm(_, let seconds): seconds
        }
    }
}

/// Which of the patient's wave forms.
enum WaveSource: Int, Sendable, CaseIterable {
    case sinusP, retrogradeP, conducted, ectopic, paced, escape, pacingSpike
}

/// Decides when atria and ventricles beat, one cycle after another, from its own random numbers.
///
/// Nothing depends on how many samples are asked for: the same seed conducts the same rhythm.
struct Conductor: Sendable {
    private let rhythm: HeartRhythm
    private let prSeconds: Double
    private let respirationHertz: Double
    private let respirationPhase: Double
    private let variability: Double
    private let slowWavePhase: Double
    private var random: SeededGenerator

    /// Time of the QRS onset that comes next, and of the next P wave where the atria go their own way.
    private var next: Double
    private var nextAtrial: Double
    private var cycle = 0
    private var isStopped = false
    private var label: Rhythm?

    init(_ rhythm: HeartRhythm, _ traits: PatientTraits, variability: Double, random: SeededGenerator) {
        self.rhythm = rhythm
        self.random = random
        self.variability = variability
        prSeconds = traits.prMilliseconds / 1000
        respirationHertz = traits.respirationHertz
        respirationPhase = traits.respirationPhase
        slowWavePhase = self.random.unit()
        let rr = 60 / rhythm.dominantRate.value
        // The recording starts anywhere in the cycle, but late enough for the first beat to have its P wave.
        next = 0.35 + self.random.unit() * min(rr, 1)
        leadSeconds = max(Self.longestPR, Self.earliestEctopicShare * rr)
        switch rhythm {
        case .completeBlock, .ventricularStandstill(_, .some, _): nextAtrial = next - prSeconds
        default: nextAtrial = .infinity
        }
    }

    /// The earliest time that an event yet to come can have; infinite once the heart has stopped.
    var horizonSeconds: Double { isStopped ? .infinity : min(next, nextAtrial) - leadSeconds }

    /// How long before the QRS onset its cycle's first event can be, in seconds.
    private let leadSeconds: Double
    /// The longest PR interval that can be asked for, in seconds; beyond it P waves hide in the beat before.
    private static let longestPR = 0.45
    /// No ectopic beat comes earlier than by this share of the cycle.
    private static let earliestEctopicShare = 0.42

    /// Adds the events of the next cycle.
    mutating func conductCycle(into events: inout [CardiacEvent]) {
        precondition(!isStopped, "a heart that has stopped has no next cycle")
        if label == nil { change(to: rhythm.baseLabel, at: 0, &events) }
        let mean = 60 / rhythm.dominantRate.value
        let start = next
        cycle += 1
        switch rhythm {
        case .sinus: sinusBeat(prSeconds, &events)
        case .firstDegreeBlock(_, let pr): sinusBeat(min(pr.value / 1000, Self.longestPR), &events)
        case .atrialFibrillation:
            events.append(.wave(.conducted, atSeconds: start))
            next += irregularInterval(mean: mean)
        case .supraventricularTachycardia:
            events.append(.wave(.conducted, atSeconds: start))
            events.append(.wave(.retrogradeP, atSeconds: start + 0.1))
            next += mean * (1 + 0.004 * variability * random.normal())
        case .ventricularEctopy(_, let everyBeats):
            guard cycle.isMultiple(of: everyBeats) else { return sinusBeat(prSeconds, &events) }
            // The ectopic beat comes early; the sinus node does not notice, so the pause is compensatory.
            let early = mean * random.uniform(0.34...Self.earliestEctopicShare)
            events.append(.wave(.ectopic, atSeconds: start - early))
            next += interval(at: start)
        case .ventricularRuns(_, let runRate, let runBeats, let sinusBeats):
            guard cycle.isMultiple(of: sinusBeats + 1) else { return sinusBeat(prSeconds, &events) }
            ventricularRun(beats: runBeats, rate: runRate, &events)
        case .ventricularTachycardia(let rate, let onset):
            guard start >= onset else { return sinusBeat(prSeconds, &events) }
            change(to: .wideComplexTachycardia, at: start, &events)
            let interval = 60 / rate.value * (1 + 0.008 * variability * random.normal())
            events.append(.wave(.ectopic, atSeconds: start))
            next += interval
            dissociatedAtria(until: next, interval: mean, &events)
        case .ventricularFibrillation(let onset):
            stop(at: onset, as: .ventricularFibrillation, &events)
        case .asystole(let onset): stop(at: onset, as: .asystole, &events)
        case .pauses(_, let seconds, let everyBeats):
            sinusBeat(prSeconds, &events)
            guard cycle.isMultiple(of: everyBeats) else { return }
            change(to: .pause, at: start + 0.1, &events)
            next = start + seconds
            change(to: rhythm.baseLabel, at: next, &events)
        case .wenckebach(_, let length):
            let position = (cycle - 1) % length
            events.append(.wave(.sinusP, atSeconds: start - prSeconds))
            if position < length - 1 {
                // The increment is largest at the second beat and shrinks, so that RR shortens before the drop.
                let growth = [0, 0.11, 0.16, 0.19, 0.21]
                events.append(.wave(.conducted, atSeconds: start + growth[min(position, growth.count - 1)]))
            }
            next += interval(at: start)
        case .twoToOneBlock(let atrialRate):
            sinusBeat(prSeconds, &events)
            events.append(.wave(.sinusP, atSeconds: start - prSeconds + 60 / atrialRate.value))
        case .completeBlock(let atrialRate, _): escapeBeat(mean, atrialRate: atrialRate, &events)
        case .ventricularStandstill(let atrialRate, let escapeRate, let onset):
            standstill(after: escapeRate.map { 60 / $0.value }, atrialRate: atrialRate, onset: onset, &events)
        case .paced:
            events.append(.wave(.pacingSpike, atSeconds: start - Self.spikeLeadSeconds))
            events.append(.wave(.paced, atSeconds: start))
            next += mean
        }
    }

    /// A pacing stimulus captures the ventricle with a short latency.
    private static let spikeLeadSeconds = 0.012

    private mutating func sinusBeat(_ pr: Double, _ events: inout [CardiacEvent]) {
        events.append(.wave(.sinusP, atSeconds: next - pr))
        events.append(.wave(.conducted, atSeconds: next))
        next += interval(at: next)
    }

    private mutating func escapeBeat(_ mean: Double, atrialRate: BeatsPerMinute, _ events: inout [CardiacEvent]) {
        events.append(.wave(.escape, atSeconds: next))
        next += mean * (1 + 0.006 * variability * random.normal())
        dissociatedAtria(until: next, interval: 60 / atrialRate.value, &events)
    }

    private mutating func standstill(
        after escape: Double?, atrialRate: BeatsPerMinute, onset: Double, _ events: inout [CardiacEvent]
    ) {
        if next + Self.beatSeconds < onset {
            if let escape {
                escapeBeat(escape, atrialRate: atrialRate, &events)
            } else {
                sinusBeat(prSeconds, &events)
            }
            return
        }
        change(to: .asystole, at: onset, &events)
        if let escape {
            next += escape
            dissociatedAtria(until: next, interval: 60 / atrialRate.value, &events)
        } else {
            events.append(.wave(.sinusP, atSeconds: next - prSeconds))
            next += interval(at: next)
        }
    }

    private mutating func ventricularRun(beats: Int, rate: BeatsPerMinute, _ events: inout [CardiacEvent]) {
        let interval = 60 / rate.value
        var time = next - 0.35 * 60 / rhythm.dominantRate.value
        change(to: .wideComplexTachycardia, at: time, &events)
        for _ in 0..<beats {
            events.append(.wave(.ectopic, atSeconds: time))
            time += interval * (1 + 0.02 * variability * random.normal())
        }
        change(to: rhythm.baseLabel, at: time, &events)
        next = time - interval + 1.2 * 60 / rhythm.dominantRate.value
    }

    /// P waves at the atria's own rate before a time.
    private mutating func dissociatedAtria(until time: Double, interval: Double, _ events: inout [CardiacEvent]) {
        if !nextAtrial.isFinite { nextAtrial = next }
        while nextAtrial < time {
            events.append(.wave(.sinusP, atSeconds: nextAtrial))
            nextAtrial += interval * (1 + 0.01 * variability * random.normal())
        }
    }

    private mutating func stop(at onset: Double, as label: Rhythm, _ events: inout [CardiacEvent]) {
        // The last beat must be over when the rhythm ends.
        if next + Self.beatSeconds < onset { return sinusBeat(prSeconds, &events) }
        change(to: label, at: onset, &events)
        isStopped = true
    }

    private static let beatSeconds = 0.12

    private mutating func change(to label: Rhythm, at seconds: Double, _ events: inout [CardiacEvent]) {
        guard label != self.label else { return }
        // A recording that starts in the new rhythm was never in the old one.
        if seconds <= 0, case .rhythm = events.last { events.removeLast() }
        self.label = label
        events.append(.rhythm(label, atSeconds: max(seconds, 0)))
    }

    /// The next sinus interval: respiratory arrhythmia, the slow wave of blood pressure at 0.1 Hz (Task Force of the ESC
    /// and NASPE, Circulation 93 (1996) 1043–1065) and a little noise.
    private mutating func interval(at seconds: Double) -> Double {
        let mean: Double
        if case .twoToOneBlock(let atrialRate) = rhythm {
            mean = 120 / atrialRate.value
        } else {
            mean = 60 / rhythm.dominantRate.value
        }
        let breath = CircularFunctions.sine(turns: respirationHertz * seconds + respirationPhase)
        let slow = CircularFunctions.sine(turns: 0.1 * seconds + slowWavePhase)
        let depth = 0.025 * breath + 0.015 * slow + 0.008 * random.normal()
        return mean * (1 + variability * min(max(depth, -0.1), 0.1))
    }

    /// RR intervals of atrial fibrillation: independent, skewed to the long side, with a floor set by the AV node.
    private mutating func irregularInterval(mean: Double) -> Double {
        let skewed = 0.5 * (random.unit() + random.unit() * random.unit() * 2)
        return max(mean * (0.58 + 0.84 * skewed), 0.27)
    }
}
