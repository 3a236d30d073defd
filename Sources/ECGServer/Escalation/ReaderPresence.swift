import Synchronization

/// The readers whose screens this server keeps up to date: who follows the event stream and may handle alerts. A session
/// without an open page is nobody.
public final class ReaderPresence: Sendable {
    private let readers = Mutex(0)

    public init() {}

    public var count: Int { readers.withLock { $0 } }

    /// A reader's stream has begun; the reader leaves when the value goes away.
    public func enter() -> Reader { Reader(presence: self) }

    public final class Reader: Sendable {
        private let presence: ReaderPresence

        fileprivate init(presence: ReaderPresence) {
            self.presence = presence
            presence.readers.withLock { $0 += 1 }
        }

        deinit { presence.readers.withLock { $0 -= 1 } }
    }
}
