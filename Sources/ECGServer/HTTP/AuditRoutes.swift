import ECGModel
import ECGStore
import Hummingbird

/// Who did what, newest first; and so who looked at which patient.
struct AuditRoutes {
    let store: any Store
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct AuditList: Encodable {
        var entries: [AuditEntry]
        /// What to ask for as `beforeEntry` to page on; nil where there is no more.
        var next: Int64?

        init(_ page: AuditPage) {
            entries = page.entries
            next = page.next
        }
    }

    struct AuditSearch: Decodable {
        var actor: String?
        var subject: String?
        /// The clinics' reference of a patient. In the body and not in the address, which servers and proxies log.
        var patient: String?
        var action: String?
        var since: Timestamp?
        var before: Timestamp?
        var beforeEntry: Int64?
        var limit: Int?
    }

    /// `GET /audit?actor=&subject=&beforeEntry=&limit=`; `POST /audit/search`, by patient and time too.
    func add(to group: RouterGroup<APIContext>) {
        group.get("audit") { request, context -> Response in
            _ = try context.reader(with: .readAudit)
            let query = AuditQuery(
                actor: try request.query("actor"), subject: try request.query("subject"),
                beforeEntry: try request.query("beforeEntry"), limit: try request.rowLimit())
            return try JSONExchange.response(AuditList(try await store.auditPage(query)))
        }
        group.post("audit/search") { request, context -> Response in
            let me = try context.reader(with: .readAudit)
            let search = try await JSONExchange.body(AuditSearch.self, of: request)
            let limit = search.limit ?? HTTPLimits.defaultListRows
            guard HTTPLimits.listRows.contains(limit) else {
                throw APIError.badRequest(
                    "limit must be from \(HTTPLimits.listRows.lowerBound) to \(HTTPLimits.listRows.upperBound)")
            }
            if search.patient != nil { try me.require(.readPatients) }
            // What is found says which recordings are a patient's.
            try await audit.note("audit.search", by: me.name, subject: "audit")
            let page = try await store.auditPage(
                AuditQuery(
                    actor: search.actor, subject: search.subject, patient: search.patient, action: search.action,
                    since: search.since, before: search.before, beforeEntry: search.beforeEntry, limit: limit))
            return try JSONExchange.response(AuditList(page))
        }
    }
}
