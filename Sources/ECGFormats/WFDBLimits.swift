/// What the WFDB reader and writer accept. A header is text that anybody may have written: every number in it is held
/// against one of these before memory is taken for it.
public enum WFDBLimits {
    /// Bytes of a header file. The longest headers in use are those of multi-segment records of days in intensive care,
    /// a line of about 25 bytes a segment; ``segments`` of them fit.
    public static let headerBytes = 1 << 20
    /// Signals of a record. Polysomnography carries about 32; a recording for this system has 16 leads at most, and
    /// `RecordingHeader.validate()` says so.
    public static let signals = 64
    /// Segments of a multi-segment record.
    public static let segments = 20_000
    /// Samples of one signal in one frame: 1 frame a second at the highest sampling rate the system accepts, eight times
    /// over.
    public static let samplesPerFrame = 8_000
    /// Counts of a record in memory, all signals together: 512 MiB. It holds a day of three leads at 500 Hz.
    public static let counts = 1 << 27
    /// Bytes of a signal file that are read: ``counts`` at the four bytes of the widest format, and their prolog.
    public static let signalBytes = 4 * counts + (1 << 20)
    /// Bytes of an annotation file: more than a million annotated beats with their notes.
    public static let annotationBytes = 1 << 24
    /// Bytes of a note in an annotation that is written. The format's length field has ten bits, but readers keep
    /// the length in one byte.
    public static let noteBytes = 255
}
