public import ECGModel
public import ECGStore
public import Hummingbird
public import HummingbirdCore
import NIOCore

/// The server's HTTP side: the console at `/`, the API under `/api/v1`, the set-up page, health and metrics.
///
/// ``router()`` is to be run by a Hummingbird application with ``channelConfiguration``, plain or under TLS. `/healthz` and
/// `/readyz` answer anybody, with a yes or a no. `/metrics` holds nothing of patients, but tells how the hospital works: it
/// answers anybody only where the address cannot be reached from another machine, by a proxy either, elsewhere any signed-in user.
public struct HTTPAPI: Sendable {
    let store: any Store
    let feed: AlertFeed
    let access: AccessControl
    let metrics: ServerMetrics
    let exposition: PrometheusMetrics
    let escalation: Escalation?
    let presence: ReaderPresence
    let metricsNeedToken: Bool
    let isBehindProxy: Bool
    let connections: HTTPConnections
    let cookie: SessionCookie
    let isIngestReady: @Sendable () async -> Bool
    let now: @Sendable () -> Timestamp
    let site: @Sendable () -> SiteSettings
    /// Changes them; nil where they stand.
    let settings: SettingsDesk?
    /// What recordings are judged by.
    let tables: TriageTableBook

    /// - Parameters:
    ///   - exposition: The backend that `metrics` was made with.
    ///   - escalation: The ladder, for its state; nil where none runs.
    ///   - presence: Told of the readers who follow the event stream.
    ///   - metricsNeedToken: False only on a loopback address that no proxy makes known; what plainly came through one is
    ///     asked for a token all the same.
    ///   - isEncrypted: Whether browsers reach the server by TLS, so that their cookies can be bound to it.
    ///   - isBehindProxy: Whether a proxy on this machine says whom it asks for.
    ///   - connections: How many are taken at a time.
    ///   - firstRequestSeconds: So long a connection may stay that has asked for nothing.
    ///   - site: What the site has decided, asked each time.
    ///   - settings: Changes what `site` says.
    ///   - isIngestReady: Whether devices can be served; part of `/readyz`.
    ///   - tables: What recordings are judged by.
    public init(
        store: any Store, feed: AlertFeed, access: AccessControl, metrics: ServerMetrics, exposition: PrometheusMetrics,
        escalation: Escalation? = nil, presence: ReaderPresence = ReaderPresence(),
        metricsNeedToken: Bool, isEncrypted: Bool, isBehindProxy: Bool = false,
        connections: Int = HTTPLimits.connections, firstRequestSeconds: Int64 = HTTPLimits.firstRequestSeconds,
        isIngestReady: @escaping @Sendable () async -> Bool, now: @escaping @Sendable () -> Timestamp,
        site: @escaping @Sendable () -> SiteSettings = { SiteSettings() }, settings: SettingsDesk? = nil,
        tables: TriageTableBook
    ) {
        self.store = store
        self.feed = feed
        self.access = access
        self.metrics = metrics
        self.exposition = exposition
        self.escalation = escalation
        self.presence = presence
        self.metricsNeedToken = metricsNeedToken
        self.isBehindProxy = isBehindProxy
        self.connections = HTTPConnections(limit: connections, firstRequest: .seconds(firstRequestSeconds))
        cookie = SessionCookie(isSecure: isEncrypted)
        self.isIngestReady = isIngestReady
        self.now = now
        self.site = site
        self.settings = settings
        self.tables = tables
    }

    /// Limits of a connection, for `HTTPServerBuilder.http1(configuration:)` and `.tls(.http1(configuration:), …)`.
    public var channelConfiguration: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [CutLineWatch(), ConnectionWatch(connections: connections)],
            idleTimeout: .seconds(HTTPLimits.idleSeconds),
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: HTTPLimits.headerBytes, maxHeaderListSize: HTTPLimits.headerBytes,
                maxHeaderFieldCount: HTTPLimits.headerFields))
    }

    public func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestObserver(metrics: metrics))
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ErrorAnswers())
        if isBehindProxy { router.add(middleware: ForwardedAddress()) }

        let audit = AuditTrail(store: store, now: now)
        let authentication = Authentication(access: access, cookie: cookie, connections: connections)
        let network = NetworkView(store: store, site: site, now: now)
        HealthRoutes(
            store: store, metrics: metrics, exposition: exposition,
            metricsGuard: MetricsGuard(authentication: authentication, needsToken: metricsNeedToken),
            isIngestReady: isIngestReady, now: now,
            network: network
        ).add(to: router)
        SetupRoutes(access: access, audit: audit).add(to: router)
        ConsoleRoutes().add(to: router)

        let open = router.group("/api/v1")
        let session = SessionRoutes(access: access, store: store, audit: audit, now: now)
        session.addOpen(to: open)
        let browserSession = BrowserSessionRoutes(access: access, audit: audit, cookie: cookie)
        browserSession.addOpen(to: open)
        let signedIn = router.group("/api/v1").add(middleware: authentication)
        session.add(to: signedIn)
        browserSession.add(to: signedIn)
        RecordingRoutes(store: store, audit: audit).add(to: signedIn)
        SampleRoutes(store: store, audit: audit).add(to: signedIn)
        WorklistRoutes(store: store, audit: audit, now: now).add(to: signedIn)
        AlertRoutes(store: store, feed: feed, audit: audit, site: site, now: now).add(to: signedIn)
        ClinicRoutes(store: store, audit: audit, now: now).add(to: signedIn)
        CriticalValueRoutes(store: store, feed: feed, audit: audit, now: now).add(to: signedIn)
        AlertStreamRoute(store: store, feed: feed, access: access, presence: presence, audit: audit, now: now)
            .add(to: signedIn)
        if let escalation { EscalationRoutes(escalation: escalation).add(to: signedIn) }
        UserRoutes(store: store, access: access, audit: audit, now: now).add(to: signedIn)
        UserTokenRoutes(store: store, access: access, audit: audit).add(to: signedIn)
        DeviceRoutes(store: store, audit: audit, now: now).add(to: signedIn)
        AuditRoutes(store: store, audit: audit, now: now).add(to: signedIn)
        FigureRoutes(desk: FigureDesk(store: store, site: site, now: now), audit: audit).add(to: signedIn)
        TableRoutes(store: store, book: tables, audit: audit, now: now).add(to: signedIn)
        if let settings { SettingsRoutes(store: store, desk: settings).add(to: signedIn) }
        NetworkRoutes(view: network).add(to: signedIn)
        return router
    }
}

/// Writes down who did what. What is to be audited and cannot be is not done.
struct AuditTrail: Sendable {
    let store: any Store
    let now: @Sendable () -> Timestamp
    private let shown: ShownPatients

    init(store: any Store, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
        shown = ShownPatients(store: store, now: now)
    }

    /// Notes that somebody looks at something, once an hour: a page that shows what is growing asks every few seconds.
    func noteLook(_ action: String, by actor: String, subject: String) async throws {
        try await shown.note([(action, subject)], to: actor)
    }

    /// Notes whose recordings, with their patients, somebody was shown in a list.
    func noteShown(_ recordings: [RecordingID], to actor: String) async throws {
        try await shown.note(recordings.map { ("patient.list", $0.description) }, to: actor)
    }

    func note(_ action: String, by actor: String, subject: String) async throws {
        try await store.appendAudit(AuditEntry(at: now(), actor: actor, action: action, subject: subject))
    }
}
