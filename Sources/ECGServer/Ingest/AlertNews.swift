import ECGModel
import ECGStore
import ECGWire
import NIOCore

/// What the device of one connection has been told of its recordings' alerts, and what it has not.
///
/// The store's sequence of events is the only order: a fetch asks for a recording's events, hands on those beyond the
/// last one told, and asks again if something happened meanwhile. Confined to its event loop.
///
/// It remembers so many recordings only: a device that stays connected for months would fill the memory. A device that wants
/// to hear of an older one opens it again.
final class AlertNews {
    private struct Told {
        var sequence: Int64 = 0
        var isFetching = false
        /// Whether the store has failed and is going to be asked again.
        var isPutOff = false
        var hasMore = false
    }

    /// When a store that failed is asked again: until then the device does not know that somebody answered.
    private static let retry = TimeAmount.seconds(1)

    private let store: any Store
    private let loop: any EventLoop
    private var told: [RecordingID: Told] = [:]
    /// The recordings of ``told``, oldest first.
    private var order = CircularBuffer<RecordingID>()

    init(store: any Store, loop: any EventLoop) {
        self.store = store
        self.loop = loop
    }

    var recordings: [RecordingID] { Array(told.keys) }

    /// Takes a recording among those that are told of; returns one that is forgotten for it, never one that is needed.
    func remember(_ recording: RecordingID, isNeeded: (RecordingID) -> Bool) -> RecordingID? {
        guard told[recording] == nil else { return nil }
        told[recording] = Told()
        order.append(recording)
        guard order.count > IngestLimits.recordingsWithNews,
            let index = order.firstIndex(where: { !isNeeded($0) && told[$0]?.isFetching == false })
        else { return nil }
        let forgotten = order.remove(at: index)
        told[forgotten] = nil
        return forgotten
    }

    /// Hands on, on the loop, what the device has not been told of the recording; a store that fails is asked until it
    /// answers, once in a while for all that happens meanwhile.
    func fetch(_ recording: RecordingID, _ deliver: @escaping (Result<[AlertStatus], any Error>) -> Void) {
        guard let known = told[recording], !known.isPutOff else { return }
        guard !known.isFetching else {
            told[recording]?.hasMore = true
            return
        }
        told[recording]?.isFetching = true
        let after = known.sequence
        loop.makeFutureWithTask { [store] in try await Self.news(of: recording, after: after, in: store) }
            .assumeIsolated().whenComplete { [self] result in
                told[recording]?.isFetching = false
                switch result {
                case .success(let news):
                    told[recording]?.sequence = news.last?.sequence ?? after
                    if !news.isEmpty { deliver(.success(news.map(\.status))) }
                case .failure(let error):
                    told[recording]?.hasMore = false
                    putOff(recording, deliver)
                    deliver(.failure(error))
                }
                if told[recording]?.hasMore == true {
                    told[recording]?.hasMore = false
                    fetch(recording, deliver)
                }
            }
    }

    private func putOff(_ recording: RecordingID, _ deliver: @escaping (Result<[AlertStatus], any Error>) -> Void) {
        told[recording]?.isPutOff = true
        loop.assumeIsolated().scheduleTask(in: Self.retry) { [weak self] in
            self?.told[recording]?.isPutOff = false
            self?.fetch(recording, deliver)
        }
    }

    private struct Item: Sendable {
        var sequence: Int64
        var status: AlertStatus
    }

    private static func news(
        of recording: RecordingID, after sequence: Int64, in store: any Store
    ) async throws -> [Item] {
        let events = try await store.alertEvents(ofRecording: recording).filter { $0.sequence > sequence }
        guard !events.isEmpty else { return [] }
        let query = AlertQuery(states: Set(AlertState.allCases), recording: recording)
        let alerts = Dictionary(uniqueKeysWithValues: try await store.alerts(query).map { ($0.id, $0) })
        return events.compactMap { event in
            guard let alert = alerts[event.alert], let step = ClinicStep(event) else { return nil }
            return Item(
                sequence: event.sequence,
                status: AlertStatus(
                    alert: event.alert, recording: recording, code: alert.code, priority: event.priority,
                    state: step.state, by: step.by, at: event.at, text: step.text ?? alert.finding.text,
                    report: step.report, reason: step.reason, signedBy: step.signedBy))
        }
    }
}
