import ECGModel

/// Recognises ventricular tachycardia, flutter and fibrillation where the signal swings to and fro without rest, so that
/// QRS complexes cannot be counted on to be found.
///
/// Tachycardia repeats one complex at 130 to 240 a minute; flutter, which is faster, and fibrillation, which does not
/// repeat itself, count as one.
struct FibrillationDetector: Sendable {
    enum Kind: Sendable { case tachycardia, fibrillation }

    /// Odds to start and, lower, to go on; ``SwingMeasures`` says where they come from. Fibrillation that coarsens and
    /// becomes fine again is one episode: with −1 and 2.5 swings a second it fell apart, and two of 61 episodes of vfdb
    /// were found too late.
    private static let startLogOdds: Float = 0
    private static let holdLogOdds: Float = -2
    /// Swings a second: tachycardia at 120 a minute makes a swing each for QRS complex and T wave, flutter and
    /// fibrillation 3 to 9. Wide slow rhythms that sway like a tachycardia have fewer.
    private static let startFrequency: Float = 2.75
    private static let holdFrequency: Float = 2.25
    /// What repeats itself better than this is a rhythm of its own rate, too slow below the first one and a flutter above the
    /// second (accelerated idioventricular rhythm reaches 120 to 130 a minute, flutter starts at about 240).
    private static let repeatingRecurrence: Float = 0.5
    private static let tachycardiaRates: ClosedRange<Float> = 130...240
    /// From this recurrence on one complex follows the other.
    private static let tachycardiaRecurrence: Float = 0.6
    /// Fast wide complexes at changing intervals, as in atrial fibrillation with a bundle-branch block, leave no rest between
    /// them and do not repeat themselves. Where complexes that look alike are surer than the swings by more than this, as
    /// natural logarithms of odds, the heart beats: to start, and to go on. Of the seconds told as fibrillation on the open
    /// halves of vfdb and mitdb, those annotated so meet the first in 0.9 % and others in 40 %; with it, of 72 simulated
    /// patients with fibrillation of the atria and left bundle-branch block at 96 to 170 /min, seen in one to twelve leads, 4
    /// are taken for fibrillation of the ventricles for 3 s, and 43 without.
    private static let startAdvantage: Float = -1
    private static let holdAdvantage: Float = 0.5
    /// Successive seconds that must agree before it starts, before its kind changes, and before it ends.
    private static let secondsToStart = 2
    private static let secondsToChange = 2
    private static let secondsToEnd = 3
    private static let rateShare: Float = 0.25

    private var window: SwingWindow
    private var complexes = ComplexesSeen()
    private var agreeing = 0
    private var disagreeing = 0
    private var otherKind = 0
    /// What is going on; nil while the heart beats otherwise.
    private(set) var kind: Kind?
    /// How long the present or last fibrillation or flutter has lasted, and the present or last tachycardia.
    private(set) var fibrillationDuration = Milliseconds(0)
    private(set) var tachycardiaDuration = Milliseconds(0)
    /// The present or last tachycardia's complexes a minute.
    private(set) var tachycardiaRate = BeatsPerMinute(0)
    private var isNewEpisode: (tachycardia: Bool, fibrillation: Bool) = (true, true)

    func prefetch() { window.prefetch() }

    var isActive: Bool { kind != nil }

    /// - Parameter rate: ticks of the detection signal per second.
    init(rate: Double, channelCount: Int) {
        window = SwingWindow(rate: rate, channelCount: channelCount)
    }

    /// Takes the ticks of the low-passed channels that have just come.
    mutating func push(_ signal: DetectionSignal, _ ticks: Range<Int>) { window.push(signal, ticks) }

    /// Takes a complex that has just been found.
    mutating func note(_ complex: BeatDetector.Decision, isPaced: Bool) { complexes.note(complex, isPaced: isPaced) }

    /// Judges the window that ends now.
    /// - Parameter weight: how clearly each channel shows beats; 0 where there is none.
    mutating func endSecond(weight: SIMD16<Float>) {
        if !isActive { window.chooseLeads(weight: weight) }
        let limit = isActive ? Self.holdLogOdds : Self.startLogOdds
        let measures = window.isFull ? SwingMeasures(window, enough: limit) : SwingMeasures()
        let cyclesPerMinute = measures.cycleSeconds > 0 ? 60 / measures.cycleSeconds : 0
        let recurrence = measures.recurrence ?? -1
        let isSlow = recurrence > Self.repeatingRecurrence && cyclesPerMinute < Self.tachycardiaRates.lowerBound
        let isTachycardia =
            recurrence > Self.tachycardiaRecurrence && Self.tachycardiaRates.contains(cyclesPerMinute)
        let advantage = isActive ? Self.holdAdvantage : Self.startAdvantage
        let seen = complexes.endSecond()
        let areSurer = seen.sureness.map { $0 - measures.logOdds >= advantage } ?? false
        let isBeating = seen.arePaced || areSurer && recurrence <= Self.tachycardiaRecurrence
        let swings =
            measures.logOdds > limit && !isSlow && !isBeating
            && measures.frequency > (isActive ? Self.holdFrequency : Self.startFrequency)
        agreeing = swings ? agreeing + 1 : 0
        disagreeing = swings ? 0 : disagreeing + 1
        guard swings else {
            if disagreeing >= Self.secondsToEnd { kind = nil }
            return
        }
        let now: Kind = isTachycardia ? .tachycardia : .fibrillation
        if let present = kind {
            otherKind = now == present ? 0 : otherKind + 1
            if otherKind >= Self.secondsToChange {
                kind = now
                otherKind = 0
            }
            last(seconds: 1, cyclesPerMinute)
        } else if agreeing >= Self.secondsToStart {
            kind = now
            isNewEpisode = (true, true)
            otherKind = 0
            last(seconds: SwingWindow.seconds + Double(agreeing - 1), cyclesPerMinute)
        }
    }

    /// Adds to what is going on.
    private mutating func last(seconds: Double, _ cyclesPerMinute: Float) {
        let time = Milliseconds(seconds * 1000)
        switch kind {
        case .fibrillation:
            fibrillationDuration = isNewEpisode.fibrillation ? time : fibrillationDuration + time
            isNewEpisode.fibrillation = false
        case .tachycardia:
            let rate = Double(cyclesPerMinute)
            if isNewEpisode.tachycardia {
                tachycardiaDuration = time
                tachycardiaRate = BeatsPerMinute(rate)
            } else {
                tachycardiaDuration = tachycardiaDuration + time
                if rate > 0, otherKind == 0 {
                    let change = (rate - tachycardiaRate.value) * Double(Self.rateShare)
                    tachycardiaRate = BeatsPerMinute(tachycardiaRate.value + change)
                }
            }
            isNewEpisode.tachycardia = false
        case nil: break
        }
    }
}
