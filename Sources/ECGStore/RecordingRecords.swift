public import ECGModel

/// A recording as the store knows it.
public struct StoredRecording: Hashable, Sendable, Identifiable {
    /// Whether more of it may come.
    public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
        /// The device may send more.
        case open
        /// The device said that it is complete, or stayed away so long that the server closed it.
        case closed
    }

    public var header: RecordingHeader
    public var device: String
    public var clinic: String
    /// The township of the device, by the register as it is now.
    public var township: String?
    public var openedAt: Timestamp
    public var closedAt: Timestamp?
    public var status: Status
    /// Number of samples durably stored; the device continues here.
    public var sampleCount: Int
    /// Whether the waveform is still there; retention drops it by days.
    public var hasWaveform: Bool
    public var hasReading: Bool
    /// How many samples the reading is of; nil where that was not written down, by versions before 9 of the main file.
    public var readingSampleCount: Int?
    /// Why nobody knows how many samples of an open recording are stored, and what to do about it: its waveform file
    /// cannot be read. The count is 0 then.
    public var waveformProblem: String?

    public var id: RecordingID { header.id }
    /// The device's clock minus the server's when it was opened, as far as it was known.
    public var clockOffset: Duration?
    /// When its first sample was taken, by the server's clock as far as it can be told; see
    /// ``ECGModel/RecordingHeader/taken(openedAt:clockOffset:)``.
    public var takenAt: Timestamp { header.taken(openedAt: openedAt, clockOffset: clockOffset) }

    public init(
        header: RecordingHeader, device: String, clinic: String, township: String? = nil, openedAt: Timestamp,
        closedAt: Timestamp?, status: Status, sampleCount: Int, hasWaveform: Bool, hasReading: Bool
    ) {
        self.header = header
        self.device = device
        self.clinic = clinic
        self.township = township
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.status = status
        self.sampleCount = sampleCount
        self.hasWaveform = hasWaveform
        self.hasReading = hasReading
    }
}

/// Which recordings a list holds; what is nil excludes none.
public struct RecordingQuery: Hashable, Sendable {
    public var device: String?
    public var clinic: String?
    public var status: StoredRecording.Status?
    /// Only recordings opened before this time.
    public var before: Timestamp?
    /// Only what follows this recording in the list: pass the last row's `id` to page on. Several may have one time.
    public var after: RecordingID?
    public var limit: Int
    public init(
        device: String? = nil, clinic: String? = nil, status: StoredRecording.Status? = nil,
        before: Timestamp? = nil, after: RecordingID? = nil, limit: Int = QueryLimit.standard
    ) {
        self.device = device
        self.clinic = clinic
        self.status = status
        self.before = before
        self.after = after
        self.limit = limit
    }
}

/// The machine reading of a recording that a later one of the same patient is compared with.
public struct EarlierReading: Hashable, Sendable {
    public var recording: RecordingID
    /// When it was taken, by the server's clock as far as it can be told.
    public var takenAt: Timestamp
    /// When it reached the server.
    public var openedAt: Timestamp
    public var reading: MachineReading

    public init(recording: RecordingID, takenAt: Timestamp, openedAt: Timestamp, reading: MachineReading) {
        self.recording = recording
        self.takenAt = takenAt
        self.openedAt = openedAt
        self.reading = reading
    }
}

/// A waveform block as the device sent it: still compressed, checked, never rewritten.
public struct StoredBlock: Hashable, Sendable {
    public var firstSample: SampleIndex
    public var sampleCount: Int
    /// The codec's number in the wire protocol.
    public var codec: UInt8
    public var payload: [UInt8]
    /// Who writes it: a number that one connection's session of the recording has of its own. A continued block can be
    /// read only after the very block that its sender had before it, and two connections of a device may each send the
    /// same samples in a run of their own. Kept no longer than the next block may come; 0 when read back.
    public var writer: UInt64
    /// Why the payload cannot be read back, and what to do about it; the payload is empty then.
    public var problem: String?

    public init(firstSample: SampleIndex, sampleCount: Int, codec: UInt8, payload: [UInt8], writer: UInt64 = 0) {
        self.firstSample = firstSample
        self.sampleCount = sampleCount
        self.codec = codec
        self.payload = payload
        self.writer = writer
    }

    public var endSample: SampleIndex { firstSample + sampleCount }

    /// The codec whose blocks can be read only after the block before them: codec 2's continued ones.
    public static let continuedCodec: UInt8 = 3

    public var isContinued: Bool { codec == Self.continuedCodec }
}

extension RecordingHeader {
    /// When it was taken, by the server's clock: what the device's clock said, set right by what is known of that clock, and
    /// never after it was opened; when it was opened where the device told no time.
    ///
    /// - Parameter clockOffset: the device's clock minus the server's.
    func taken(openedAt: Timestamp, clockOffset: Duration?) -> Timestamp {
        guard let deviceTime else { return openedAt }
        guard let clockOffset, max(clockOffset, .zero - clockOffset) < Timestamp.longestClockOffset else {
            return min(deviceTime, openedAt)
        }
        return min(deviceTime - clockOffset, openedAt)
    }
}
