import Synchronization

/// The readers whose screens this server keeps up to date: who follows the event stream and may handle alerts. A session
/// without an open page is nobody.
public final class ReaderPresence: Sendable {
    /// By the hospital that they are there for; nil for readers of every hospital.
    private let readers = Mutex<[String?: Int]>([:])

    public init() {}

    public var count: Int { readers.withLock { $0.values.reduce(0, +) } }

    /// For whom somebody is there; nil stands for every hospital.
    var hospitals: Set<String?> { readers.withLock { Set($0.keys) } }

    func isAnybody(for hospital: String) -> Bool { readers.withLock { $0[nil] != nil || $0[hospital] != nil } }

    /// A reader's stream has begun; the reader leaves when the value goes away.
    public func enter(for hospital: String? = nil) -> Reader { Reader(presence: self, hospital: hospital) }

    public final class Reader: Sendable {
        private let presence: ReaderPresence
        private let hospital: String?

        fileprivate init(presence: ReaderPresence, hospital: String?) {
            self.presence = presence
            self.hospital = hospital
            presence.readers.withLock { $0[hospital, default: 0] += 1 }
        }

        deinit {
            presence.readers.withLock { readers in
                let left = readers[hospital, default: 0] - 1
                readers[hospital] = left > 0 ? left : nil
            }
        }
    }
}
