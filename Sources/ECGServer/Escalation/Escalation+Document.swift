import ECGModel
import ECGStore

extension Escalation {
    /// How the ladder does, without anything that only the server may know: addresses, files, arguments.
    public func document() async throws -> EscalationDocument {
        let policy = settings.policy
        let names = policy.sinks.keys.sorted()
        let sinks = try await store.sinkStatus(of: names)
        return EscalationDocument(
            timeZone: policy.timeZone, hospitals: policy.hospitals.map(EscalationDocument.Hospital.init),
            sinks: sinks.map { status in
                EscalationDocument.Sink(
                    name: status.sink, kind: policy.sinks[status.sink]?.kind.name ?? "", waiting: status.waiting,
                    oldestWaitingSince: status.oldestWaitingSince, undelivered: status.undelivered,
                    problem: status.problem)
            }, nobodyThere: policy.nobodyThere.map(EscalationDocument.Rung.init), readers: presence.count,
            nobodyThereSince: try await nobodyThereSince(), policyProblem: settings.problem)
    }
}
