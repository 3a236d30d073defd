import ECGModel
import ECGStore
public import Metrics
import Synchronization

/// The ladder's metrics. Labels are sinks by their names in the policy; nothing of an alert but its urgency.
public struct EscalationMetrics: Sendable {
    public enum Result: String, Hashable, Sendable, CaseIterable {
        case delivered
        /// One attempt; the message may still arrive.
        case failed
        case undelivered
        case withdrawn
    }

    private let factory: any MetricsFactory
    private let readers: Gauge
    private let hospitals = KnownLabels()
    private let sinks = KnownLabels()
    private let policyValid: Gauge

    public init(factory: any MetricsFactory) {
        self.factory = factory
        readers = Gauge(label: Name.readers, factory: factory)
        policyValid = Gauge(label: Name.policyValid, factory: factory)
    }

    func count(_ sink: String, _ result: Result) {
        Counter(label: Name.deliveries, dimensions: [("sink", sink), ("result", result.rawValue)], factory: factory)
            .increment()
    }

    func raisedAgain(_ priority: AlarmPriority) {
        Counter(label: Name.raisedAgain, dimensions: [("priority", priority.rawValue)], factory: factory).increment()
    }

    /// - Parameter absences: For how long nobody has been there, by hospital; zero while somebody is.
    func record(readers count: Int, absences: [String: Duration], isPolicyValid: Bool) {
        readers.record(count)
        // One that the policy no longer has would otherwise stay as it was last.
        for hospital in hospitals.add(absences.keys) {
            Gauge(label: Name.absence, dimensions: [("hospital", hospital)], factory: factory)
                .record((absences[hospital] ?? .zero) / .seconds(1))
        }
        policyValid.record(isPolicyValid ? 1 : 0)
    }

    /// - Parameter statuses: Of all sinks that there is something to be said of.
    func record(_ statuses: [SinkStatus], at time: Timestamp) {
        for status in statuses { record(status, at: time) }
        for sink in sinks.add(statuses.map(\.sink)).subtracting(statuses.map(\.sink)) {
            let nothing = SinkStatus(sink: sink, waiting: 0, oldestWaitingSince: nil, undelivered: 0, problem: nil)
            record(nothing, at: time)
        }
    }

    private func record(_ status: SinkStatus, at time: Timestamp) {
        func gauge(_ name: String) -> Gauge {
            Gauge(label: name, dimensions: [("sink", status.sink)], factory: factory)
        }
        gauge(Name.waiting).record(status.waiting)
        gauge(Name.oldestWaiting).record(status.oldestWaitingSince.map { (time - $0) / .seconds(1) } ?? 0)
        gauge(Name.undelivered).record(status.undelivered)
    }

    private enum Name {
        static let deliveries = "ecgnet_escalation_deliveries_total"
        static let raisedAgain = "ecgnet_alerts_raised_again_total"
        static let waiting = "ecgnet_escalation_waiting"
        static let oldestWaiting = "ecgnet_escalation_oldest_waiting_age_seconds"
        static let undelivered = "ecgnet_escalation_undelivered"
        static let readers = "ecgnet_readers_present"
        static let absence = "ecgnet_readers_absent_seconds"
        static let policyValid = "ecgnet_escalation_policy_valid"
    }

    static let catalogue: [MetricDescription] = [
        MetricDescription(
            Name.deliveries, .counter,
            help: "Messages of the ladder by sink and result; failed counts attempts, the others messages."),
        MetricDescription(
            Name.raisedAgain, .counter, help: "Alerts raised again, acknowledged and not reported in time."),
        MetricDescription(Name.waiting, .gauge, help: "Messages that have not arrived yet, by sink."),
        MetricDescription(
            Name.oldestWaiting, .gauge, help: "Age of the oldest message that has not arrived yet, by sink."),
        MetricDescription(
            Name.undelivered, .gauge, help: "Messages given up since the last that arrived, by sink."),
        MetricDescription(Name.readers, .gauge, help: "Readers who follow this server's alerts."),
        MetricDescription(
            Name.absence, .gauge,
            help: "How long no reader of the hospital has followed the alerts of any server; 0 while one does."),
        MetricDescription(
            Name.policyValid, .gauge, help: "1 while the settings in the data folder are in effect."),
    ]
}

/// The hospitals or sinks whose gauge was ever set.
private final class KnownLabels: Sendable {
    private let names = Mutex<Set<String>>([])

    func add(_ labels: some Sequence<String>) -> Set<String> {
        names.withLock { names in
            names.formUnion(labels)
            return names
        }
    }
}
