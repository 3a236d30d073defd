import ECGModel
import ECGStore

extension Escalation {
    /// How the policy's sinks do, and those that it no longer has but whose messages somebody should have had.
    func sinkStatus(_ policy: EscalationPolicy) async throws -> [SinkStatus] {
        let names = policy.sinks.keys.sorted()
        return try await store.sinkStatus(of: names) + store.sinkStatus(beside: names)
    }

    /// How the ladder does, without anything that only the server may know: addresses, files, arguments.
    public func document() async throws -> EscalationDocument {
        let site = settings.settings
        let policy = site.ladder
        let sinks = try await sinkStatus(policy)
        var hospitals: [EscalationDocument.Hospital] = []
        for hospital in policy.hospitals {
            let since = try await nobodyThereSince(for: hospital.name)
            hospitals.append(EscalationDocument.Hospital(hospital, of: policy, nobodyThereSince: since))
        }
        let queue = try await store.criticalValueQueue(at: now(), by: .countyDefault)
        return EscalationDocument(
            timeZone: policy.timeZone, localTime: site.calendar.clocks(at: now()), hospitals: hospitals,
            sinks: sinks.map { status in
                EscalationDocument.Sink(
                    name: status.sink, kind: policy.sinks[status.sink]?.kind.name ?? "", waiting: status.waiting,
                    oldestWaitingSince: status.oldestWaitingSince, undelivered: status.undelivered,
                    problem: status.problem)
            }, readers: presence.count, criticalValues: EscalationDocument.CriticalValues(queue),
            policyProblem: settings.problem,
            policyRefusal: settings.refusal.map(RefusalDocument.init))
    }
}
