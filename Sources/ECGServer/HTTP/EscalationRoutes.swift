import Hummingbird

/// `GET /escalation`: the policy in effect, how its sinks do, and whether a reader is there.
struct EscalationRoutes {
    let escalation: Escalation

    func add(to group: RouterGroup<APIContext>) {
        group.get("escalation") { _, context -> Response in
            _ = try context.reader(with: .readAlerts)
            return try JSONExchange.response(try await escalation.document())
        }
    }
}
