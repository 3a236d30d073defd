import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// What the console shows of the queue beyond the alerts themselves, and the reports that are being written.
struct WorklistRoutes {
    let store: any Store
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct DraftText: Decodable { var text: String }

    /// `GET /worklist`; `GET`, `PUT /alerts/{id}/draft`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("worklist", use: worklist)
        group.get("alerts/:alert/draft") { request, context -> Response in
            let me = try context.reader(with: .handleAlerts)
            let id = try await store.alert(of: request, context)
            guard let draft = try await store.draft(of: id, by: me.name) else {
                return Response(status: .noContent)
            }
            return try JSONExchange.response(draft)
        }
        group.put("alerts/:alert/draft") { request, context -> Response in
            let me = try context.reader(with: .handleAlerts)
            let id = try await store.alert(of: request, context)
            let text = try await JSONExchange.body(DraftText.self, of: request).text
                .bounded(as: "text", upTo: HTTPLimits.reportBytes)
            let draft = ReportDraft(alert: id, author: me.name, text: text, savedAt: now())
            try await store.saveDraft(draft)
            return try JSONExchange.response(draft)
        }
    }

    @Sendable private func worklist(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readAlerts)
        // The cursor is taken first: what happens meanwhile is told again by the stream, never missed.
        let lastEvent = try await store.latestAlertEvent()
        let limit = try request.rowLimit(or: HTTPLimits.listRows.upperBound)
        // One more than is shown tells whether these are all, in the same look.
        let alerts = try await store.alerts(AlertQuery(limit: limit + 1))
        var entries: [Worklist.Entry] = []
        var recordings: [RecordingID: RecordingDocument] = [:]
        for alert in alerts.prefix(limit) {
            if recordings[alert.recording] == nil, let recording = try await store.recording(alert.recording) {
                recordings[alert.recording] = RecordingDocument(recording, visibleTo: me)
            }
            guard let recording = recordings[alert.recording] else {
                throw StoreError.unknownRecording(alert.recording)
            }
            entries.append(Worklist.Entry(alert: alert, recording: recording))
        }
        if me.may(.readPatients) {
            try await audit.noteLook("alerts.list", by: me.name, subject: "alerts")
            try await audit.noteShown(Array(recordings.keys), to: me.name)
        }
        return try JSONExchange.response(
            Worklist(entries: entries, now: now(), lastEvent: lastEvent, isComplete: alerts.count <= limit))
    }
}
