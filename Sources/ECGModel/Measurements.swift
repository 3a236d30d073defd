/// What the analyser knows of a recording up to a sample: the one input of triage.
///
/// Values that could not be measured are nil; a measured zero is a zero. The arrays have one element a channel, in the
/// recording's channel order, and are the analyser's own: it overwrites them at the next measurement.
public struct Measurements: Hashable, Sendable {
    /// The leads of the channels.
    public let leads: [Lead]
    public let samplingRate: Hertz
    /// The number of samples analysed.
    public var sampleCount: Int = 0
    /// True when the recording has ended and nothing will change any more.
    public var isFinal = false

    public var intervals = Intervals()
    /// One element a channel, measured on the averaged beat of the dominant shape.
    public var waves: [LeadWaves]
    /// One element a channel: how ST has moved since the recording began.
    public var stChanges: [STChange]
    /// The number of beats in the averaged beat; 0 while there is none.
    public var averagedBeatCount = 0
    public var conduction = Conduction()
    public var rhythm = RhythmMeasurements()
    /// One element a channel.
    public var quality: [LeadQuality]
    public var recordingQuality = RecordingQuality()

    public init(leads: [Lead], samplingRate: Hertz) {
        self.leads = leads
        self.samplingRate = samplingRate
        waves = Array(repeating: LeadWaves(), count: leads.count)
        stChanges = Array(repeating: STChange(), count: leads.count)
        quality = Array(repeating: LeadQuality(), count: leads.count)
    }

    /// The waves of a lead, or nil if the recording does not have it.
    public subscript(lead: Lead) -> LeadWaves? {
        leads.firstIndex(of: lead).map { waves[$0] }
    }

    /// How the ST level of a lead has moved, or nil if the recording does not have it.
    public func stChange(of lead: Lead) -> STChange? {
        leads.firstIndex(of: lead).map { stChanges[$0] }
    }

    /// The quality of a lead, or nil if the recording does not have it.
    public func quality(of lead: Lead) -> LeadQuality? {
        leads.firstIndex(of: lead).map { quality[$0] }
    }
}

/// Durations that hold for all leads together, from the averaged beat.
public struct Intervals: Hashable, Sendable {
    /// Mean ventricular rate over the last ten seconds.
    public var heartRate: BeatsPerMinute?
    public var pr: Milliseconds?
    public var qrs: Milliseconds?
    public var qt: Milliseconds?
    /// QT corrected for rate by Bazett: QT / √(RR in seconds) (Bazett 1920).
    public var qtcBazett: Milliseconds?
    /// QT corrected for rate by Fridericia: QT / ∛(RR in seconds) (Fridericia 1920).
    public var qtcFridericia: Milliseconds?

    public init() {}
}

/// The waves of one lead on the averaged beat, relative to the PQ level just before the QRS onset.
public struct LeadWaves: Hashable, Sendable {
    /// Level at the J point and 20, 40, 60 and 80 ms after it.
    public var stJ: Millivolts?
    public var st20: Millivolts?
    public var st40: Millivolts?
    public var st60: Millivolts?
    public var st80: Millivolts?
    /// Mean slope from J to J+80 ms in mV/s; positive rises.
    public var stSlopeMillivoltsPerSecond: Double?

    /// Amplitudes of the waves, signed: Q and S negative, R and R' positive; 0 where the complex has none.
    public var p: Millivolts?
    public var q: Millivolts?
    public var r: Millivolts?
    public var s: Millivolts?
    public var rPrime: Millivolts?
    /// The T wave's larger deflection; negative where it is inverted.
    public var t: Millivolts?
    /// The T wave's deflection of the other sign if it is biphasic, 0 otherwise.
    public var tSecond: Millivolts?
    public var qDuration: Milliseconds?
    public var rDuration: Milliseconds?
    /// Mean of the last 40 ms of the QRS complex: the sign of the terminal forces.
    public var terminalQRS: Millivolts?

    public init() {}
}

/// How the ventricles are excited, judged from the averaged beat and from pacing spikes.
public struct Conduction: Hashable, Sendable {
    public var isLeftBundleBranchBlock = false
    public var isRightBundleBranchBlock = false
    /// QRS of at least 120 ms that is neither.
    public var isNonspecificBlock = false
    public var isPaced = false
    public var isPreexcited = false

    public init() {}
}

/// The rhythm up to the measured sample.
public struct RhythmMeasurements: Hashable, Sendable {
    public var current: Rhythm = .unknown
    /// Number of beats found so far.
    public var beatCount = 0
    public var ventricularBeatCount = 0
    public var supraventricularBeatCount = 0
    /// Time since the last beat, or since the start if there was none, counted only while the signal is good enough to
    /// have shown one.
    public var timeSinceLastBeat = Milliseconds(0)
    /// Beat-to-beat irregularity from 0 (regular) up; ``Rhythm/atrialFibrillation`` is decided from it.
    public var irregularity: Double?
    /// What goes on, or ended within the last ``RhythmExtremes/recentSeconds``: what an alert is raised for.
    public var recent = RhythmExtremes()
    /// Of the whole recording so far: what its reading says.
    public var worst = RhythmExtremes()

    public init() {}
}

/// The extremes of a rhythm over a stretch of the recording.
public struct RhythmExtremes: Hashable, Sendable {
    /// For so long what has ended counts as recent: ten times the pace at which alerts are decided. Our own choice.
    public static let recentSeconds = 10

    /// Longest and shortest RR interval between beats of trusted signal.
    public var longestRR: Milliseconds?
    public var shortestRR: Milliseconds?
    /// The worst wide-complex run, the longest of those at 150 a minute and more or else the longest: beats in it, its mean
    /// rate, how long it lasted.
    public var wideComplexRunBeats = 0
    public var wideComplexRunRate: BeatsPerMinute?
    public var wideComplexRunDuration = Milliseconds(0)
    /// How long the longest ventricular fibrillation or flutter has lasted; 0 if there was none.
    public var fibrillationDuration = Milliseconds(0)
    /// The highest mean rate that lasted at least ten beats, and whether its complexes were narrow.
    public var sustainedHighRate: BeatsPerMinute?
    public var sustainedHighRateIsNarrow = false
    /// The lowest mean rate over any ten seconds; at the end of a recording in which no ten seconds could be counted, the
    /// mean rate of its last trusted beats.
    public var sustainedLowRate: BeatsPerMinute?
    /// The same without the longest RR interval of those seconds: a single gap, which a lost contact makes as well, does not
    /// lower it.
    public var sustainedLowRateBesideLongestRR: BeatsPerMinute?

    public init() {}
}
