public import ECGModel
public import ECGStore
public import Metrics

/// The metrics that the server keeps: names, meanings and handles in one place. No label and no value holds anything of
/// a patient, a recording or a user.
public struct ServerMetrics: Sendable {
    /// Connections of devices that are open now.
    public let connections: Gauge
    /// Waveform blocks that are durable, those stored before not counted again.
    public let blocks: Counter
    /// Bytes of waveform payload as received.
    public let bytes: Counter
    /// From a block's last byte to its acknowledgement.
    public let ackLatency: Metrics.Timer
    /// Changes in one durable transaction.
    public let commitBatch: Recorder
    public let commitDuration: Metrics.Timer
    /// Commits that failed and were tried again or given up.
    public let commitFailures: Counter
    /// Times that a connection was not read any further because much waited for the disk.
    public let waitsForDisk: Counter
    /// Turns of an event loop that ended with connections still waiting because the processor was behind.
    public let turnsBehind: Counter
    private let storeTransactions: Gauge
    private let triageTableUsable: Gauge

    private let factory: any MetricsFactory
    private let alertsRaised: [AlarmPriority: Counter]
    private let alertsOpen: [AlarmPriority: Gauge]
    private let alertsUnacknowledged: Gauge
    private let oldestUnacknowledgedAge: Gauge
    private let devicesRegistered: Gauge
    private let devicesSilent: Gauge
    private let waveformDaysDamaged: Gauge
    private let certificateExpires: Gauge
    private let waveformDaysAwaited: Gauge
    private let criticalValues: [CriticalValue.State: (open: Gauge, overdue: Gauge)]

    public init(factory: any MetricsFactory) {
        self.factory = factory
        connections = Gauge(label: Name.connections, factory: factory)
        blocks = Counter(label: Name.blocks, factory: factory)
        bytes = Counter(label: Name.bytes, factory: factory)
        ackLatency = Timer(label: Name.ackLatency, factory: factory)
        commitBatch = Recorder(label: Name.commitBatch, factory: factory)
        commitDuration = Timer(label: Name.commitDuration, factory: factory)
        commitFailures = Counter(label: Name.commitFailures, factory: factory)
        waitsForDisk = Counter(label: Name.waitsForDisk, factory: factory)
        turnsBehind = Counter(label: Name.turnsBehind, factory: factory)
        storeTransactions = Gauge(label: Name.storeTransactions, factory: factory)
        triageTableUsable = Gauge(label: Name.triageTableUsable, factory: factory)
        func perPriority<Handle>(_ make: ([(String, String)]) -> Handle) -> [AlarmPriority: Handle] {
            Dictionary(uniqueKeysWithValues: AlarmPriority.allCases.map { ($0, make([("priority", $0.rawValue)])) })
        }
        alertsRaised = perPriority { Counter(label: Name.alertsRaised, dimensions: $0, factory: factory) }
        alertsOpen = perPriority { Gauge(label: Name.alertsOpen, dimensions: $0, factory: factory) }
        alertsUnacknowledged = Gauge(label: Name.alertsUnacknowledged, factory: factory)
        oldestUnacknowledgedAge = Gauge(label: Name.oldestUnacknowledgedAge, factory: factory)
        devicesRegistered = Gauge(label: Name.devicesRegistered, factory: factory)
        devicesSilent = Gauge(label: Name.devicesSilent, factory: factory)
        waveformDaysDamaged = Gauge(label: Name.waveformDaysDamaged, factory: factory)
        certificateExpires = Gauge(label: Name.certificateExpires, factory: factory)
        waveformDaysAwaited = Gauge(label: Name.waveformDaysAwaited, factory: factory)
        let openStates = CriticalValue.State.allCases.filter(\.isOpen)
        criticalValues = Dictionary(
            uniqueKeysWithValues: openStates.map { state in
                let label = [("state", state.rawValue)]
                return (
                    state,
                    (
                        Gauge(label: Name.criticalOpen, dimensions: label, factory: factory),
                        Gauge(label: Name.criticalOverdue, dimensions: label, factory: factory)
                    )
                )
            })
    }

    /// Counts an alert that was raised.
    public func alertRaised(_ priority: AlarmPriority) { alertsRaised[priority]?.increment() }

    /// Sets the gauges of the alert queue. The age of the oldest alert that nobody acknowledged is the one to put an
    /// alarm on: it rises while a queue is stuck, whatever the reason.
    public func record(_ queue: QueueStatus, at time: Timestamp) {
        for (priority, gauge) in alertsOpen { gauge.record(queue.openByPriority[priority] ?? 0) }
        alertsUnacknowledged.record(queue.unacknowledged)
        let age = queue.oldestUnacknowledgedAt.map { (time - $0) / .seconds(1) } ?? 0
        oldestUnacknowledgedAge.record(age)
    }

    /// Sets how many critical values wait for each step, and how many of them for too long.
    func record(_ queue: CriticalValueQueue) {
        for (state, gauges) in criticalValues {
            gauges.open.record(queue.open[state] ?? 0)
            gauges.overdue.record(queue.overdue[state] ?? 0)
        }
    }

    /// Sets how many devices are registered and not revoked, and how many of those have been silent for too long.
    func record(devices: Int, silent: Int) {
        devicesRegistered.record(devices)
        devicesSilent.record(silent)
    }

    /// Sets of how many days waveforms cannot be read, or not whole.
    func record(waveformDaysDamaged count: Int) { waveformDaysDamaged.record(count) }

    /// Sets how long devices and browsers will take the certificate; below 0 they do not any more.
    func record(certificateExpiresIn duration: Duration) { certificateExpires.record(duration / .seconds(1)) }

    /// Sets of how many days waveforms are kept beyond their time, since somebody has still to answer for an alert of theirs.
    func record(waveformDaysAwaited count: Int) { waveformDaysAwaited.record(count) }

    /// How many transactions the store has made durable since it was opened.
    public func record(storeTransactions count: Int) { storeTransactions.record(count) }

    /// Whether this server judges by the table that the site has put into force.
    func record(isTriageTableUsable: Bool) { triageTableUsable.record(isTriageTableUsable ? 1 : 0) }

    /// Counts an answered request. `route` is the route's pattern, never a path with an identifier in it.
    public func requestAnswered(method: String, route: String, status: Int, took duration: Duration) {
        Counter(
            label: Name.requests, dimensions: [("method", method), ("route", route), ("status", String(status))],
            factory: factory
        ).increment()
        Recorder(label: Name.requestDuration, dimensions: [("route", route)], factory: factory)
            .record(duration / .seconds(1))
    }

    // MARK: Catalogue

    private enum Name {
        static let connections = "ecgnet_device_connections"
        static let blocks = "ecgnet_blocks_stored_total"
        static let bytes = "ecgnet_waveform_received_bytes_total"
        static let ackLatency = "ecgnet_acknowledgement_latency_seconds"
        static let commitBatch = "ecgnet_commit_changes"
        static let commitDuration = "ecgnet_commit_duration_seconds"
        static let commitFailures = "ecgnet_commit_failures_total"
        static let waitsForDisk = "ecgnet_ingest_waits_for_disk_total"
        static let turnsBehind = "ecgnet_ingest_turns_behind_total"
        static let storeTransactions = "ecgnet_store_transactions"
        static let triageTableUsable = "ecgnet_triage_table_usable"
        static let alertsRaised = "ecgnet_alerts_raised_total"
        static let alertsOpen = "ecgnet_alerts_open"
        static let alertsUnacknowledged = "ecgnet_alerts_unacknowledged"
        static let oldestUnacknowledgedAge = "ecgnet_alerts_oldest_unacknowledged_age_seconds"
        static let devicesRegistered = "ecgnet_devices_registered"
        static let devicesSilent = "ecgnet_devices_silent"
        static let waveformDaysDamaged = "ecgnet_waveform_days_damaged"
        static let certificateExpires = "ecgnet_certificate_expires_seconds"
        static let waveformDaysAwaited = "ecgnet_waveform_days_awaited"
        static let criticalOpen = "ecgnet_critical_values_open"
        static let criticalOverdue = "ecgnet_critical_values_overdue"
        static let requests = "ecgnet_http_requests_total"
        static let requestDuration = "ecgnet_http_request_duration_seconds"
    }

    /// A disk's sync takes 0.1 to 10 ms, a village's mobile link adds up to seconds; a minute is a stuck server.
    private static let latencyBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
    /// Powers of four up to what thousands of devices can have in flight at once.
    private static let batchBounds: [Double] = [1, 4, 16, 64, 256, 1024, 4096]

    /// Give it to the backend: ``PrometheusMetrics/init(catalogue:)``.
    public static let catalogue = own + EscalationMetrics.catalogue

    private static let own: [MetricDescription] = [
        MetricDescription(Name.connections, .gauge, help: "Connections of devices that are open."),
        MetricDescription(Name.blocks, .counter, help: "Waveform blocks made durable."),
        MetricDescription(Name.bytes, .counter, help: "Bytes of compressed waveform received."),
        MetricDescription(
            Name.ackLatency, .histogram, help: "Time from a block's last byte to its acknowledgement.",
            bucketBounds: latencyBounds),
        MetricDescription(
            Name.commitBatch, .histogram, help: "Changes in one durable transaction.", bucketBounds: batchBounds),
        MetricDescription(
            Name.commitDuration, .histogram, help: "Time that one durable transaction took.",
            bucketBounds: latencyBounds),
        MetricDescription(Name.commitFailures, .counter, help: "Durable transactions that failed."),
        MetricDescription(
            Name.waitsForDisk, .counter,
            help: "Times that a device's connection was not read because much waited for the disk."),
        MetricDescription(
            Name.turnsBehind, .counter,
            help: "Turns that ended with devices' connections still waiting: the processor is behind."),
        MetricDescription(
            Name.storeTransactions, .gauge, help: "Durable transactions of the store since the server started."),
        MetricDescription(
            Name.triageTableUsable, .gauge,
            help: "0 while the triage table that the site has put into force cannot be used and another one judges."),
        MetricDescription(Name.alertsRaised, .counter, help: "Alerts raised, by alarm priority."),
        MetricDescription(Name.alertsOpen, .gauge, help: "Alerts neither reported nor dismissed, by alarm priority."),
        MetricDescription(Name.alertsUnacknowledged, .gauge, help: "Open alerts that nobody has acknowledged."),
        MetricDescription(
            Name.oldestUnacknowledgedAge, .gauge, help: "Age of the oldest alert that nobody has acknowledged."),
        MetricDescription(Name.devicesRegistered, .gauge, help: "Devices that are registered and not revoked."),
        MetricDescription(
            Name.devicesSilent, .gauge, help: "Devices, not revoked, that were not in touch for longer than the limit."),
        MetricDescription(
            Name.waveformDaysDamaged, .gauge,
            help: "Days of which waveforms cannot be read, or a damaged file was set aside: the log says what to do."),
        MetricDescription(
            Name.certificateExpires, .gauge,
            help: "Time until the certificate that is shown ends; the server's own never does."),
        MetricDescription(
            Name.waveformDaysAwaited, .gauge,
            help: "Days whose waveforms are kept beyond their time: an alert or a critical value of theirs is open."),
        MetricDescription(Name.criticalOpen, .gauge, help: "Critical values that are open, by what was done so far."),
        MetricDescription(
            Name.criticalOverdue, .gauge, help: "Critical values whose next step is overdue, by what was done so far."),
        MetricDescription(Name.requests, .counter, help: "HTTP requests answered, by method, route and status."),
        MetricDescription(
            Name.requestDuration, .histogram, help: "Time to an HTTP response's head, by route.",
            bucketBounds: latencyBounds),
    ]
}
