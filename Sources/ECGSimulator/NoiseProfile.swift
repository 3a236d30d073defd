public import ECGModel

/// What disturbs the recording between the heart and the counts. The zero profile is noise-free.
public struct NoiseProfile: Sendable, Hashable {
    /// Peak of the slow drift by breathing and skin potentials, about, in lead II.
    public var baselineWander: Microvolts
    /// Peak of the mains hum in lead II; the other leads get between 0.3 and 1.3 times as much.
    public var mains: Microvolts
    public var mainsFrequency: Hertz
    /// Root mean square of the muscles' noise (15–120 Hz) in lead II; chest leads get 0.82 times as much.
    public var muscle: Microvolts
    /// Root mean square of the amplifier's own white noise in lead II.
    public var amplifier: Microvolts
    /// How often an electrode is pushed or pulled, and how large the artefact is.
    public var motionsPerMinute: Double
    public var motion: Microvolts

    public init(
        baselineWander: Microvolts = 0, mains: Microvolts = 0, mainsFrequency: Hertz = 50, muscle: Microvolts = 0,
        amplifier: Microvolts = 0, motionsPerMinute: Double = 0, motion: Microvolts = 0
    ) {
        self.baselineWander = baselineWander
        self.mains = mains
        self.mainsFrequency = mainsFrequency
        self.muscle = muscle
        self.amplifier = amplifier
        self.motionsPerMinute = motionsPerMinute
        self.motion = motion
    }

    public static let none = NoiseProfile()
    /// A patient who lies still, on a good device.
    public static let quiet = NoiseProfile(baselineWander: 40, mains: 3, muscle: 6, amplifier: 3)
    /// A cold, restless patient beside a badly earthed fan.
    public static let restless = NoiseProfile(
        baselineWander: 300, mains: 60, muscle: 35, amplifier: 5, motionsPerMinute: 8, motion: 700)
}

/// An electrode without contact over a span of time.
public struct ElectrodeFault: Sendable, Hashable {
    /// What the device reads in the leads it can no longer form.
    public enum Reading: Sendable, Hashable {
        /// A constant 0 V.
        case flat
        /// The input drifts to the rail within half a second and stays there.
        case saturated
    }
    public var electrode: Electrode
    public var reading: Reading
    public var startSeconds: Double
    /// Nil: to the end.
    public var endSeconds: Double?

    public init(_ electrode: Electrode, _ reading: Reading = .flat, from start: Double = 0, to end: Double? = nil) {
        self.electrode = electrode
        self.reading = reading
        startSeconds = start
        endSeconds = end
    }
}
