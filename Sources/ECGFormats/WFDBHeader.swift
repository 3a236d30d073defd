public import ECGModel

/// A WFDB header file (WFDB Applications Guide, header(5)) as it is written, before anything is made of it.
public struct WFDBHeader: Hashable, Sendable {
    /// The frame rate where a header names none.
    public static let defaultFrameRate: Hertz = 250

    /// One signal line.
    public struct Signal: Hashable, Sendable {
        /// The gain where a header names none or zero, in counts per millivolt: the signal is then not calibrated.
        public static let defaultGain = 200.0

        /// The signal file, in the header's own folder.
        public var file: String
        /// Nil for a signal without samples (format 0), as layout headers have them.
        public var format: WFDBSignalFormat?
        public var samplesPerFrame = 1
        /// The number of frames stored before the signal's frame 0.
        public var skew = 0
        /// Where the samples begin in the signal file.
        public var byteOffset = 0
        /// Counts per ``unit``.
        public var gain = Signal.defaultGain
        public var isCalibrated = false
        /// The count of physical zero; the converter's zero where the header does not say.
        public var baseline: Int32 = 0
        public var unit = "mV"
        public var resolutionBits = 0
        public var converterZero: Int32 = 0
        public var initialValue: Int32?
        /// The sum of all counts in 16 bits, if stated.
        public var checksum: Int16?
        public var blockSize = 0
        /// The lead's name, empty where there is none.
        public var label = ""

        public init(file: String, format: WFDBSignalFormat?) {
            self.file = file
            self.format = format
        }

        /// Nanovolts in one of the signal's unit, or nil where the unit is no voltage. Case is ignored, since headers
        /// write `mv` too; nobody means megavolts.
        public var nanovoltsPerUnit: Double? {
            switch unit.lowercased() {
            case "v": 1e9
            case "mv": 1e6
            case "uv", "µv", "μv": 1e3
            case "nv": 1
            default: nil
            }
        }
    }

    /// One segment line of a multi-segment record.
    public struct Segment: Hashable, Sendable {
        /// The segment's record name, or nil where nothing was recorded (`~`).
        public var name: String?
        public var frames: Int

        public init(name: String?, frames: Int) {
            self.name = name
            self.frames = frames
        }
    }

    public var name: String
    /// Frames a second. A signal has ``Signal/samplesPerFrame`` times as many samples.
    public var frameRate = WFDBHeader.defaultFrameRate
    /// Whether the header names its frame rate.
    public var statesFrameRate = false
    public var counterFrequency: Double?
    public var baseCounter: Double?
    /// Frames of the record; nil or zero in the file means that only the signal files know.
    public var frames: Int?
    /// Time and date of the first sample where both are present, taken as UTC since the format knows no time zone.
    public var baseTime: Timestamp?
    /// The signals; of a multi-segment record the segments' headers describe them, and this is empty.
    public var signals: [Signal] = []
    /// How many signals the first line names.
    public var signalCount: Int
    /// Empty unless the record is a multi-segment record.
    public var segments: [Segment] = []
    public var isMultiSegment = false
    /// The lines that begin with `#`, without it and without surrounding blanks.
    public var comments: [String] = []

    public init(name: String, signalCount: Int) {
        self.name = name
        self.signalCount = signalCount
    }
}
