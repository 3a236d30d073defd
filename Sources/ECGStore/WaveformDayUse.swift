/// A day whose waveforms are kept.
public struct WaveformDayUse: Hashable, Sendable {
    /// As the server's clock named it when its recordings were opened.
    public var name: String
    /// The newest day that had begun when the last of its recordings was opened: later than `name` where the clock was
    /// behind, since recordings that were opened before have a later one.
    public var usedUntil: String
    /// Grows whenever a recording is opened in it.
    public var lastOpening: Int64
    /// Whether it holds a recording that is still open, so that it cannot be dropped.
    public var isOpen: Bool
    /// Whether somebody has still to answer one of its alerts, or to act on one of its critical values, so that it cannot be
    /// dropped either.
    public var isAwaited: Bool

    public init(name: String, usedUntil: String, lastOpening: Int64, isOpen: Bool = false, isAwaited: Bool = false) {
        self.isOpen = isOpen
        self.isAwaited = isAwaited
        self.name = name
        self.usedUntil = usedUntil
        self.lastOpening = lastOpening
    }
}
