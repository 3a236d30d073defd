import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// `GET /alerts/stream`: the events of all alerts as they happen, as server-sent events (WHATWG HTML, section 9.2).
///
/// Every message has `event: alert`, the event's sequence as `id`, and an ``AlertNotice`` as data, the alert as it was when the
/// first reader was told. A reader that comes back with `Last-Event-ID` gets what it missed, nothing twice; without it the stream
/// begins now. An alert that has reached the screen of somebody who may handle it counts as delivered; a program that follows is
/// nobody at a screen.
struct AlertStreamRoute {
    let store: any Store
    let feed: AlertFeed
    let access: AccessControl
    let presence: ReaderPresence
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp
    private let screens: AlertScreens
    private let openStreams = StreamPlaces(limit: HTTPLimits.streams, userLimit: HTTPLimits.streamsPerUser)

    /// A session that ended in another process is noticed within this time, one that ended in this process at once.
    private static let permissionChecked = Duration.seconds(1)

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
        screens = AlertScreens(store: store, now: now) { feed.poke() }
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("alerts/stream") { request, context -> Response in
            // Asked before who it is: what ends from here on is noticed.
            let endings = access.endings
            let me = try await access.principal(of: try context.reader(with: .readAlerts).token)
            let start = try await firstCursor(of: request)
            let place = try openStreams.enter(as: me.name)
            // Its messages name patients: that somebody follows them is written down once, not for every message.
            if me.may(.readPatients) { try await audit.note("alerts.follow", by: me.name, subject: "alerts") }
            let body = ResponseBody { writer in
                defer { place.leave() }
                let reader = me.isAtAScreen ? presence.enter(for: me.hospital) : nil
                defer { withExtendedLifetime(reader) {} }
                try await stream(to: me, after: start, endings: endings, writer: &writer)
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

    /// - Parameter endings: ``AccessControl/endings`` when it was last asked who the reader is.
    @concurrent private func stream(
        to me: Principal, after start: Int64, endings: Int, writer: inout any ResponseBodyWriter
    ) async throws {
        var cursor = start
        var permitted = (at: ContinuousClock.now, endings: endings)
        try await writer.write(ByteBuffer(string: ": machine readings, to be confirmed by a physician\n\n"))
        while let events = await nextEvents(after: cursor) {
            // A session may have ended meanwhile.
            let endings = access.endings
            if endings != permitted.endings || permitted.at + Self.permissionChecked < .now {
                guard try await isStillPermitted(me) else { return }
                permitted = (.now, endings)
            }
            if me.may(.readPatients), !events.isEmpty {
                try await audit.noteShown(events.map(\.recording), to: me.name)
            }
            guard let last = events.last else {
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                continue
            }
            for event in events where event.kind == .reopened || event.kind == .raisedAgain {
                await screens.reopened(event.alert)
            }
            let messages = try await screens.messages(of: events, for: me)
            var bytes = ByteBuffer()
            for message in messages { bytes.writeImmutableBuffer(message.bytes) }
            try await writer.write(bytes)
            cursor = last.sequence
            guard me.isAtAScreen else { continue }
            for case let alert? in messages.map(\.undelivered) { try await screens.deliver(alert, to: me.name) }
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

extension Principal {
    /// Whether what is shown to them is before somebody who may act on it.
    fileprivate var isAtAScreen: Bool { purpose == .session && may(.handleAlerts) }
}
