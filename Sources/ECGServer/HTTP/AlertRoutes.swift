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
    /// In each of what follows, `priority` is the one that the alert had on the reader's page, where it is known.
    struct Acknowledgement: Decodable { var priority: AlarmPriority? }
    struct Report: Decodable {
        var text: String
        var conclusion: ReportConclusion?
        var priority: AlarmPriority?
    }
    struct Amendment: Decodable {
        var text: String
        var reason: String
        var conclusion: ReportConclusion?
        var priority: AlarmPriority?
    }
    struct Signature: Decodable {
        /// The sequence of the event that holds the report as its reader saw it.
        var submission: Int64
    }
    struct Dismissal: Decodable {
        var reason: String
        var priority: AlarmPriority?
    }

    /// What a reader asks for, and with what before their eyes.
    private struct Asked {
        var step: AlertStep
        var judging: AlarmPriority?
    }

    /// `GET /alerts?state=`, `/alerts/{id}`; `POST /alerts/lease`, `/alerts/{id}/lease`, `…/seen`, `…/acknowledge`,
    /// `…/preliminary`, `…/report`, `…/sign`, `…/amend`, `…/dismiss`, `…/undo`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("alerts", use: list)
        group.get("alerts/:alert", use: one)
        group.post("alerts/lease", use: leaseMostUrgent)
        group.post("alerts/:alert/lease", use: lease)
        group.post("alerts/:alert/seen") { try await step($0, $1, "alert.see") { _ in Asked(step: .seen) } }
        group.post("alerts/:alert/acknowledge") { request, context in
            try await step(request, context, "alert.acknowledge") { request in
                let sight = try await JSONExchange.optionalBody(Acknowledgement.self, of: request)
                return Asked(step: .acknowledged, judging: sight?.priority)
            }
        }
        group.post("alerts/:alert/preliminary") { request, context in
            try await step(request, context, "alert.preliminary") { request in
                let report = try await JSONExchange.body(Report.self, of: request)
                return Asked(step: .preliminarilyReported(text: try Self.report(report.text)), judging: report.priority)
            }
        }
        group.post("alerts/:alert/report") { request, context in
            try await step(request, context, "alert.report") { request in
                let report = try await JSONExchange.body(Report.self, of: request)
                let text = try Self.report(report.text)
                return Asked(
                    step: site().reporting.secondSignature
                        ? .submitted(text: text, conclusion: report.conclusion)
                        : .reported(text: text, conclusion: report.conclusion),
                    judging: report.priority)
            }
        }
        group.post("alerts/:alert/sign") { request, context in
            try await step(request, context, "alert.sign") { request in
                let signature = try await JSONExchange.body(Signature.self, of: request)
                return Asked(step: .signed(submission: signature.submission))
            }
        }
        group.post("alerts/:alert/amend") { request, context in
            try await step(request, context, "alert.amend") { request in
                let amendment = try await JSONExchange.body(Amendment.self, of: request)
                let text = try Self.report(amendment.text)
                let reason = try Self.reason(amendment.reason)
                return Asked(
                    step: site().reporting.secondSignature
                        ? .submitted(text: text, conclusion: amendment.conclusion, amending: reason)
                        : .amended(text: text, reason: reason, conclusion: amendment.conclusion),
                    judging: amendment.priority)
            }
        }
        group.post("alerts/:alert/undo") { request, context in
            try await step(request, context, "alert.undo") { _ in
                Asked(step: .undone(within: .seconds(site().reporting.undoSeconds)))
            }
        }
        group.post("alerts/:alert/dismiss") { request, context in
            try await step(request, context, "alert.dismiss") { request in
                let dismissal = try await JSONExchange.body(Dismissal.self, of: request)
                return Asked(
                    step: .dismissed(reason: try Self.reason(dismissal.reason)), judging: dismissal.priority)
            }
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.reader(with: .readAlerts)
        let limit = try request.rowLimit()
        let before: AlertID? = try request.query("before")
        // One more than is shown tells whether these are all.
        var query = AlertQuery(
            recording: try request.query("recording"), order: .newest(before: before), limit: limit + 1)
        switch try request.query("state", as: String.self) ?? "open" {
        case "open":
            guard before == nil else {
                throw APIError.badRequest("open alerts come the most urgent first, and have no 'before': leave it out")
            }
            query.order = .mostUrgent
        case "closed": query.states = Set(AlertState.allCases.filter { !$0.isOpen })
        case "all": query.states = Set(AlertState.allCases)
        default: throw APIError.badRequest("state must be open, closed or all")
        }
        let alerts = try await store.alerts(query)
        return try JSONExchange.response(
            AlertList(alerts: Array(alerts.prefix(limit)), isComplete: alerts.count <= limit))
    }

    @Sendable private func one(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readAlerts)
        let id = try await store.alert(of: request, context)
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
        let alert = try await store.leaseAlert(to: me.name, for: duration, at: now(), audited: Self.leasing)
        guard let alert else { return Response(status: .noContent) }
        return try leased(alert)
    }

    @Sendable private func lease(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let id = try await store.alert(of: request, context)
        let duration = try await leaseDuration(of: request)
        return try leased(
            try await store.leaseAlert(id, to: me.name, for: duration, at: now(), audited: Self.leasing))
    }

    /// What the audit calls it.
    private static let leasing = "alert.lease"

    private func leased(_ alert: Alert) throws -> Response {
        feed.poke()
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
        _ make: (Request) async throws -> Asked
    ) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let id = try await store.alert(of: request, context)
        let asked = try await make(request)
        let taken = try await store.take(
            asked.step, with: id, user: me.name, at: now(),
            on: StepTerms(judgedPriority: asked.judging, auditAction: action))
        if taken.isNew { feed.poke() }
        return try JSONExchange.response(taken.alert)
    }

    private static func report(_ text: String) throws -> String {
        try text.written(as: "text", upTo: HTTPLimits.reportBytes, because: "the clinic acts on what a report says")
    }

    private static func reason(_ text: String) throws -> String {
        try text.written(as: "reason", upTo: HTTPLimits.reasonBytes, because: "the alert's history has to say why")
    }
}
