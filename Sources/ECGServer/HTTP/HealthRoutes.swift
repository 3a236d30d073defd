import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// `/healthz`: the process answers. `/readyz`: it can store durably and take devices. `/metrics`: Prometheus text.
struct HealthRoutes {
    let store: any Store
    let metrics: ServerMetrics
    let exposition: PrometheusMetrics
    /// Whom `/metrics` answers.
    let metricsGuard: MetricsGuard
    let isIngestReady: @Sendable () async -> Bool
    let now: @Sendable () -> Timestamp
    let network: NetworkView

    func add(to router: Router<APIContext>) {
        let readiness = Readiness(store: store, isIngestReady: isIngestReady)
        router.get("/healthz") { _, _ in "alive\n" }
        router.get("/readyz") { _, context -> Response in
            guard await readiness.isReady(logger: context.logger) else {
                throw APIError(
                    .serviceUnavailable, .notReady,
                    "the server cannot store or take devices at this moment: look at its log")
            }
            return Response(
                status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ready\n")))
        }
        let scraped = router.group().add(middleware: metricsGuard)
        scraped.get("/metrics") { [self] _, context -> Response in
            // Whoever sees one clinic only is told nothing of the network.
            if let me = context.principal, me.may(.readOwnClinic) { throw AccessError.notPermitted(.readAlerts) }
            metrics.record(try await store.queueStatus(), at: now())
            metrics.record(try await store.criticalValueQueue(at: now(), by: .countyDefault))
            metrics.record(waveformDaysDamaged: try await store.unreadableDays().count)
            let count = try await network.count(at: now())
            metrics.record(devices: count.devices, silent: count.silent)
            var bytes: [UInt8] = []
            exposition.emit(into: &bytes)
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }
}

/// Answers from memory for a moment: anybody may ask, and every look costs the disk a sync.
private actor Readiness {
    private static let validity = Duration.seconds(1)

    let store: any Store
    let isIngestReady: @Sendable () async -> Bool
    private var last: (isReady: Bool, at: ContinuousClock.Instant)?

    init(store: any Store, isIngestReady: @escaping @Sendable () async -> Bool) {
        self.store = store
        self.isIngestReady = isIngestReady
    }

    func isReady(logger: Logger) async -> Bool {
        if let last, ContinuousClock.now - last.at < Self.validity { return last.isReady }
        var isReady = await isIngestReady()
        do {
            try await store.checkHealth()
        } catch {
            isReady = false
            // Who asks need not know why, and machines ask every few seconds: each look is one to the disk.
            logger.error("the store cannot write durably", metadata: ["cause": "\(StoreError.words(for: error))"])
        }
        last = (isReady, .now)
        return isReady
    }
}
