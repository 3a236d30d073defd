import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// The hospital's queue: look, lease, open, acknowledge, report, dismiss. Every step may be repeated.
struct AlertRoutes {
    let store: any Store
    let feed: AlertFeed
    let audit: AuditTrail
    let site: @Sendable () -> SiteSettings
    let now: @Sendable () -> Timestamp

    struct Lease: Decodable { var seconds: Int? }
    struct Report: Decodable {
        var text: String
        var conclusion: ReportConclusion?
    }
    struct Amendment: Decodable {
        var text: String
        var reason: String
        var conclusion: ReportConclusion?
    }
    struct Signature: Decodable {
        /// The sequence of the event that holds the report as its reader saw it.
        var submission: Int64
    }
    struct Dismissal: Decodable { var reason: String }

    /// `GET /alerts?state=`, `/alerts/{id}`; `POST /alerts/lease`, `/alerts/{id}/lease`, `…/seen`, `…/acknowledge`,
    /// `…/preliminary`, `…/report`, `…/sign`, `…/amend`, `…/dismiss`, `…/undo`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("alerts", use: list)
        group.get("alerts/:alert", use: one)
        group.post("alerts/lease", use: leaseMostUrgent)
        group.post("alerts/:alert/lease", use: lease)
        group.post("alerts/:alert/seen") { try await step($0, $1, "alert.see") { _ in .seen } }
        group.post("alerts/:alert/acknowledge") { try await step($0, $1, "alert.acknowledge") { _ in .acknowledged } }
        group.post("alerts/:alert/preliminary") { request, context in
            try await step(request, context, "alert.preliminary") { request in
                let report = try await JSONExchange.body(Report.self, of: request)
                return .preliminarilyReported(text: try Self.report(report.text))
            }
        }
        group.post("alerts/:alert/report") { request, context in
            try await step(request, context, "alert.report") { request in
                let report = try await JSONExchange.body(Report.self, of: request)
                let text = try Self.report(report.text)
                return site().reporting.secondSignature
                    ? .submitted(text: text, conclusion: report.conclusion)
                    : .reported(text: text, conclusion: report.conclusion)
            }
        }
        group.post("alerts/:alert/sign") { request, context in
            try await step(request, context, "alert.sign") { request in
                .signed(submission: try await JSONExchange.body(Signature.self, of: request).submission)
            }
        }
        group.post("alerts/:alert/amend") { request, context in
            try await step(request, context, "alert.amend") { request in
                let amendment = try await JSONExchange.body(Amendment.self, of: request)
                let text = try Self.report(amendment.text)
                let reason = try Self.reason(amendment.reason)
                return site().reporting.secondSignature
                    ? .submitted(text: text, conclusion: amendment.conclusion, amending: reason)
                    : .amended(text: text, reason: reason, conclusion: amendment.conclusion)
            }
        }
        group.post("alerts/:alert/undo") { request, context in
            try await step(request, context, "alert.undo") { _ in
                .undone(within: .seconds(site().reporting.undoSeconds))
            }
        }
        group.post("alerts/:alert/dismiss") { request, context in
            try await step(request, context, "alert.dismiss") { request in
                let dismissal = try await JSONExchange.body(Dismissal.self, of: request)
                return .dismissed(reason: try Self.reason(dismissal.reason))
            }
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.reader(with: .readAlerts)
        let states: Set<AlertState>
        switch try request.query("state", as: String.self) ?? "open" {
        case "open": states = Set(AlertState.allCases.filter(\.isOpen))
        case "closed": states = Set(AlertState.allCases.filter { !$0.isOpen })
        case "all": states = Set(AlertState.allCases)
        default: throw APIError.badRequest("state must be open, closed or all")
        }
        let alerts = try await store.alerts(
            AlertQuery(states: states, recording: try request.query("recording"), limit: try request.rowLimit()))
        return try JSONExchange.response(AlertList(alerts: alerts))
    }

    @Sendable private func one(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readAlerts)
        let id: AlertID = try context.path("alert")
        guard let alert = try await store.alert(id) else { throw StoreError.unknownAlert(id) }
        let events = try await store.alertEvents(of: id).map { $0.visible(to: me) }
        if me.may(.readPatients) { try await audit.noteLook("alert.read", by: me.name, subject: "\(id)") }
        let deliveries = try await store.deliveries(of: id).map(DeliveryDocument.init)
        let value = me.may(.readPatients) ? try await store.criticalValue(of: id) : nil
        let reporting = site().reporting
        return try JSONExchange.response(
            AlertDetail(
                alert: alert, events: events, criticalValue: value.map(CriticalValueDocument.init),
                reporting: reporting, deliveries: deliveries,
                undoUntil: events.undoable(by: me.name).map { $0.at + .seconds(reporting.undoSeconds) }))
    }

    @Sendable private func leaseMostUrgent(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let duration = try await leaseDuration(of: request)
        guard let alert = try await store.leaseAlert(to: me.name, for: duration, at: now()) else {
            return Response(status: .noContent)
        }
        return try await leased(alert, by: me)
    }

    @Sendable private func lease(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let id: AlertID = try context.path("alert")
        let duration = try await leaseDuration(of: request)
        return try await leased(try await store.leaseAlert(id, to: me.name, for: duration, at: now()), by: me)
    }

    private func leased(_ alert: Alert, by me: Principal) async throws -> Response {
        feed.poke()
        try await audit.note("alert.lease", by: me.name, subject: "\(alert.id)")
        return try JSONExchange.response(alert)
    }

    private func leaseDuration(of request: Request) async throws -> Duration {
        let wish = try await JSONExchange.optionalBody(Lease.self, of: request)
        let seconds = wish?.seconds ?? HTTPLimits.defaultLeaseSeconds
        guard HTTPLimits.leaseSeconds.contains(seconds) else {
            throw APIError.badRequest(
                "seconds must be from \(HTTPLimits.leaseSeconds.lowerBound) to \(HTTPLimits.leaseSeconds.upperBound)")
        }
        return .seconds(seconds)
    }

    private func step(
        _ request: Request, _ context: APIContext, _ action: String,
        _ make: (Request) async throws -> AlertStep
    ) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let id: AlertID = try context.path("alert")
        let taken = try await store.take(try await make(request), with: id, user: me.name, at: now())
        // Of two who acknowledge, the audit names the one who did.
        if taken.isNew {
            feed.poke()
            try await audit.note(action, by: me.name, subject: "\(id)")
        }
        return try JSONExchange.response(taken.alert)
    }

    private static func report(_ text: String) throws -> String {
        try text.written(as: "text", upTo: HTTPLimits.reportBytes, because: "the clinic acts on what a report says")
    }

    private static func reason(_ text: String) throws -> String {
        try text.written(as: "reason", upTo: HTTPLimits.reasonBytes, because: "the alert's history has to say why")
    }
}
