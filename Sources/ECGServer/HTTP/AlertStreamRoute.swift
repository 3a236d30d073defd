import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// `GET /alerts/stream`: the events of all alerts as they happen, as server-sent events (WHATWG HTML, section 9.2).
///
/// Every message has `event: alert`, the event's sequence as `id`, and an ``AlertNotice`` as data, the alert as it is by then. A reader that comes back with `Last-Event-ID` gets what it missed, nothing twice; without it the stream
/// begins now. An alert that has reached the screen of somebody who may handle it counts as delivered.
struct AlertStreamRoute {
    let store: any Store
    let feed: AlertFeed
    let access: AccessControl
    let presence: ReaderPresence
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp
    private let openStreams = StreamCount()

    init(
        store: any Store, feed: AlertFeed, access: AccessControl, presence: ReaderPresence,
        audit: AuditTrail, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.feed = feed
        self.access = access
        self.presence = presence
        self.audit = audit
        self.now = now
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("alerts/stream") { request, context -> Response in
            let me = try context.reader(with: .readAlerts)
            let start = try await firstCursor(of: request)
            guard let place = openStreams.enter() else {
                throw APIError(
                    .serviceUnavailable, "busy", "\(HTTPLimits.streams) streams are open already: try again later",
                    headers: [.retryAfter: "10"])
            }
            // Its messages name patients: that somebody follows them is written down once, not for every message.
            if me.may(.readPatients) { try await audit.note("alerts.follow", by: me.name, subject: "alerts") }
            let body = ResponseBody { writer in
                defer { place.leave() }
                let reader = me.may(.handleAlerts) ? presence.enter() : nil
                defer { withExtendedLifetime(reader) {} }
                try await stream(to: me, after: start, writer: &writer)
                try await writer.finish(nil)
            }
            return Response(
                status: .ok,
                // Proxies that buffer would hold alerts back.
                headers: [.contentType: "text/event-stream", .accelBuffering: "no"], body: body)
        }
    }

    /// The event after which the reader wants to go on. A number that the store has not reached yet, as after a restored
    /// backup, is taken as the present.
    private func firstCursor(of request: Request) async throws -> Int64 {
        let newest = try await store.latestAlertEvent()
        guard let text = try request.headers[.lastEventID] ?? request.query("lastEventID", as: String.self) else {
            return newest
        }
        guard let cursor = Int64(text), cursor >= 0 else {
            throw APIError.badRequest("Last-Event-ID must be the id of an event of this stream")
        }
        return min(cursor, newest)
    }

    @concurrent private func stream(to me: Principal, after start: Int64, writer: inout any ResponseBodyWriter)
        async throws
    {
        var cursor = start
        try await writer.write(ByteBuffer(string: ": machine readings, to be confirmed by a physician\n\n"))
        while let events = await nextEvents(after: cursor) {
            // A session may have ended while the stream was silent.
            guard try await isStillPermitted(me) else { return }
            if me.may(.readPatients), !events.isEmpty {
                try await audit.noteShown(events.map(\.recording), to: me.name)
            }
            if events.isEmpty { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
            for event in events {
                guard let alert = try await store.alert(event.alert) else { throw StoreError.unknownAlert(event.alert) }
                let recording = try await store.recording(alert.recording)
                let data = try JSONExchange.encode(
                    AlertNotice(
                        event: event.visible(to: me), alert: alert,
                        recording: recording.map { RecordingDocument($0, visibleTo: me) }))
                var message = ByteBuffer(string: "event: alert\nid: \(event.sequence)\ndata: ")
                message.writeBytes(data)
                message.writeString("\n\n")
                try await writer.write(message)
                cursor = event.sequence
                if alert.state == .raised, me.may(.handleAlerts) {
                    _ = try await store.advanceAlert(alert.id, by: .delivered, user: me.name, at: now())
                    feed.poke()
                }
            }
        }
    }

    /// None after a while of silence; nil when the server stops: a stream must not hold up its end.
    private func nextEvents(after cursor: Int64) async -> [AlertEvent]? {
        await cancelWhenGracefulShutdown { [feed] in
            await feed.events(after: cursor, waiting: .seconds(HTTPLimits.heartbeatSeconds))
        }
    }

    private func isStillPermitted(_ me: Principal) async throws -> Bool {
        do {
            return try await access.principal(of: me.token).may(.readAlerts)
        } catch AccessError.notSignedIn {
            return false
        }
    }
}

/// Counts the streams that are open.
private final class StreamCount: Sendable {
    private let count = Mutex(0)

    /// A place, or nil when all are taken.
    func enter() -> Place? {
        count.withLock { count in
            guard count < HTTPLimits.streams else { return nil }
            count += 1
            return Place(count: self)
        }
    }

    /// One stream's place; it is given back when the stream has ended, or was never written.
    final class Place: Sendable {
        private let count: StreamCount
        private let isTaken = Mutex(true)

        init(count: StreamCount) { self.count = count }
        deinit { leave() }

        func leave() {
            guard
                isTaken.withLock({ taken in
                    defer { taken = false }
                    return taken
                })
            else { return }
            count.count.withLock { $0 -= 1 }
        }
    }
}
