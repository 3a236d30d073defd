import ECGModel
import ECGStore
import NIOCore

/// What all event streams share: each event is looked up and written out once, however many readers it goes to.
actor AlertScreens {
    /// An event as the stream sends it.
    struct Message: Sendable {
        var bytes: ByteBuffer
        /// The alert, if it had not been on anybody's screen when this was written.
        var undelivered: AlertID?
    }

    private let store: any Store
    private let now: @Sendable () -> Timestamp
    private let poke: @Sendable () -> Void

    private struct Key: Hashable {
        var sequence: Int64
        var seesPatients: Bool
    }
    private var messages: [Key: Task<Message, any Error>] = [:]
    private var order = CircularBuffer<Key>()
    private var delivered: Set<AlertID> = []

    init(store: any Store, now: @escaping @Sendable () -> Timestamp, poke: @escaping @Sendable () -> Void) {
        self.store = store
        self.now = now
        self.poke = poke
    }

    /// The events' messages for somebody who may see what `reader` may.
    func messages(of events: [AlertEvent], for reader: Principal) async throws -> [Message] {
        let tasks = events.map { message(of: $0, for: reader) }
        var messages: [Message] = []
        messages.reserveCapacity(tasks.count)
        for task in tasks { messages.append(try await task.value) }
        return messages
    }

    private func message(of event: AlertEvent, for reader: Principal) -> Task<Message, any Error> {
        // The one right on which a message depends; see ``AlertEvent/visible(to:)`` and ``RecordingDocument``.
        let key = Key(sequence: event.sequence, seesPatients: reader.may(.readPatients))
        if let known = messages[key] { return known }
        let task = Task { [store] in
            do {
                return try await Self.write(event, for: reader, from: store)
            } catch {
                self.forget(key)
                throw error
            }
        }
        messages[key] = task
        order.append(key)
        if order.count > HTTPLimits.keptMessages { messages[order.removeFirst()] = nil }
        return task
    }

    /// What failed is tried again by the next who asks.
    private func forget(_ key: Key) {
        guard messages.removeValue(forKey: key) != nil, let index = order.firstIndex(of: key) else { return }
        order.remove(at: index)
    }

    @concurrent private static func write(
        _ event: AlertEvent, for reader: Principal, from store: any Store
    ) async throws -> Message {
        guard let alert = try await store.alert(event.alert) else { throw StoreError.unknownAlert(event.alert) }
        let recording = try await store.recording(alert.recording)
        let data = try JSONExchange.encode(
            AlertNotice(
                event: event.visible(to: reader), alert: alert,
                recording: recording.map { RecordingDocument($0, visibleTo: reader) }))
        var bytes = ByteBuffer(string: "event: alert\nid: \(event.sequence)\ndata: ")
        bytes.writeBytes(data)
        bytes.writeString("\n\n")
        return Message(bytes: bytes, undelivered: alert.state == .raised ? alert.id : nil)
    }

    /// Says that an alert has reached the screen of somebody who may handle it; of all who say so the first one counts.
    func deliver(_ alert: AlertID, to user: String) async throws {
        guard delivered.insert(alert).inserted else { return }
        if delivered.count > HTTPLimits.keptDeliveries { delivered = [alert] }
        do {
            _ = try await store.advanceAlert(alert, by: .delivered, user: user, at: now())
        } catch StoreError.alertClosed {
            // Somebody was faster than the screen.
        } catch {
            delivered.remove(alert)
            throw error
        }
        poke()
    }

    /// An alert that is raised anew is to be delivered anew.
    func reopened(_ alert: AlertID) { delivered.remove(alert) }
}
