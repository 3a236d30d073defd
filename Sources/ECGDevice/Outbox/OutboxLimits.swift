/// What an outbox may hold. At a bound it refuses to take more and says so: what was recorded and not yet stored by the
/// server is never dropped to make room.
public struct OutboxLimits: Hashable, Sendable {
    /// Bytes of all recordings together. Twelve leads at 500 Hz take about 130 MB a day, so that eight days of them fit.
    public var bytes = 1 << 30
    /// Recordings at once: a year of a village clinic with three a day.
    public var recordings = 1000

    public init() {}

    public init(bytes: Int, recordings: Int) {
        self.bytes = bytes
        self.recordings = recordings
    }

    public static let `default` = OutboxLimits()
}
