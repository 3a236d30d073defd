import ECGModel
import Logging
import ServiceLifecycle
import Synchronization

/// Says in the metrics, and ahead of time in the log, when the certificate that is shown ends.
///
/// On that day every device and every browser turns away at once, and what devices say of it sends people to look for another key.
final class CertificateWatch: Service {
    private static let interval = Duration.seconds(60)
    /// Programs that renew certificates do so a month ahead (RFC 8555's clients at a third of 90 days): who has none left by
    /// then has to be told.
    private static let warning = Duration.days(30)
    private static let pauseBetweenWarnings = Duration.days(1)

    private let certificate: CertificateReload
    private let metrics: ServerMetrics
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let warnedAt = Mutex<Timestamp?>(nil)

    init(
        certificate: CertificateReload, metrics: ServerMetrics, now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        self.certificate = certificate
        self.metrics = metrics
        self.now = now
        self.logger = logger
    }

    func run() async throws {
        try await repeatUntilShutdown("certificate watch", every: Self.interval, logger: logger) { [self] in look() }
    }

    func look() {
        let now = now()
        let end = certificate.current.expiresAt
        metrics.record(certificateExpiresIn: end - now)
        guard end - now < Self.warning else { return warnedAt.withLock { $0 = nil } }
        let isDue = warnedAt.withLock { warnedAt in
            if let last = warnedAt, now - last < Self.pauseBetweenWarnings, now >= last { return false }
            warnedAt = now
            return true
        }
        guard isDue else { return }
        if end > now {
            logger.warning(
                "the certificate ends soon: renew it, the server reads the new one by itself",
                metadata: ["ends": "\(end)"])
        } else {
            logger.error(
                "the certificate has ended: devices and browsers that ask for its authority turn away, renew it",
                metadata: ["ended": "\(end)"])
        }
    }
}
