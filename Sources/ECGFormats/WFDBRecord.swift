public import ECGModel

/// A WFDB record in memory.
///
/// A record's leads are its signals that are voltages; pressures, respiration and the like are left out
/// (``omittedSignals``). Where signals have several samples a frame, the recording runs at the rate of the fastest lead,
/// and a slower one holds each of its samples until the next. Skewed signals are shifted back in time.
public struct WFDBRecord: Sendable {
    /// The name of the header file without its extension.
    public var name: String
    public var recording: Recording
    /// The header's comments, without the `#`.
    public var comments: [String]
    /// One verdict a signal of every segment, the omitted ones too.
    public var checksums: [ChecksumVerdict]
    /// Leads whose header states no gain: 200 counts per millivolt are assumed.
    public var uncalibratedChannels: [Int]
    /// Whether the header states no sampling rate: ``WFDBHeader/defaultFrameRate`` is assumed.
    public var isRateAssumed: Bool
    /// Labels of the signals that are no voltages.
    public var omittedSignals: [String]
    /// How many samples the recording has for one tick of the header's rate, at which annotations count unless their
    /// file says otherwise.
    public var samplesPerFrame: Int

    public init(
        name: String, recording: Recording, comments: [String] = [], checksums: [ChecksumVerdict] = [],
        uncalibratedChannels: [Int] = [], isRateAssumed: Bool = false, omittedSignals: [String] = [],
        samplesPerFrame: Int = 1
    ) {
        self.name = name
        self.recording = recording
        self.comments = comments
        self.checksums = checksums
        self.uncalibratedChannels = uncalibratedChannels
        self.isRateAssumed = isRateAssumed
        self.omittedSignals = omittedSignals
        self.samplesPerFrame = samplesPerFrame
    }

    /// Whether voltages or times rest on what the format assumes where a header says nothing.
    public var isGuessed: Bool { isRateAssumed || !uncalibratedChannels.isEmpty }

    /// A header's checksum of one signal against the sum of what the file holds.
    public struct ChecksumVerdict: Hashable, Sendable {
        /// The record, or the segment of a multi-segment record.
        public var record: String
        /// The signal's place in that header.
        public var signal: Int
        /// What the header says, if anything.
        public var stated: Int16?
        public var computed: Int16

        public init(record: String, signal: Int, stated: Int16?, computed: Int16) {
            self.record = record
            self.signal = signal
            self.stated = stated
            self.computed = computed
        }

        public var isMismatch: Bool { stated != nil && stated != computed }
    }

    /// The signals whose counts do not sum up to what the header says: damaged, or edited without a new checksum.
    public var mismatchedSignals: [ChecksumVerdict] { checksums.filter(\.isMismatch) }

    /// Reads a record from disk.
    ///
    /// - Parameters:
    ///   - path: The header, with or without `.hea`. All files of the record lie in its folder.
    ///   - id: The recording's identifier; the format has none.
    public static func read(_ path: String, id: RecordingID) throws(WFDBError) -> WFDBRecord {
        let base = path.hasSuffix(".hea") ? String(path.dropLast(4)) : path
        var (name, folder) = (base, "")
        if let slash = base.lastIndex(of: "/") {
            folder = slash == base.startIndex ? "/" : String(base[..<slash])
            name = String(base[base.index(after: slash)...])
        }
        do throws(WFDBError) {
            return try read(name, id: id, from: .directory(folder))
        } catch {
            // Who names an ECG of another format, or one of the record's other files, is told so.
            guard error.kind == .inaccessible, error.file == name + ".hea", base == path, RegularFile.isThere(path)
            else { throw error }
            throw WFDBError(
                .unsupported, file: name, "only WFDB records are read, and there is no header \(name).hea",
                remedy: "name a record by its header, as in `100` or `100.hea`; convert other formats, such as "
                    + "SCP-ECG, HL7 aECG or DICOM, to WFDB first")
        }
    }

    /// Reads the record `name` from a folder.
    public static func read(_ name: String, id: RecordingID, from folder: WFDBFolder) throws(WFDBError) -> WFDBRecord {
        let header = try WFDBHeader.read(name, from: folder)
        return header.isMultiSegment
            ? try WFDBSegments(header: header, name: name, folder: folder).record(id: id)
            : try WFDBSegment(header: header, name: name).record(id: id, from: folder)
    }
}

extension WFDBHeader {
    /// Reads the header of the record `name`.
    public static func read(_ name: String, from folder: WFDBFolder) throws(WFDBError) -> WFDBHeader {
        // One byte more than allowed, so that what is too long is seen to be.
        try WFDBHeader(
            parsing: try folder.bytes(of: name + ".hea", limit: WFDBLimits.headerBytes + 1), file: name + ".hea")
    }
}
