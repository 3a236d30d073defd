import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// What a clinic sees: its own recordings and how far their alerts have come. Nothing else answers its users, and these
/// routes show no other clinic's: whose recordings they are is part of every question to the store.
struct ClinicRoutes {
    let store: any Store
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    /// `GET /clinic/recordings`, `/clinic/recordings/{id}`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("clinic/recordings", use: list)
        group.get("clinic/recordings/:recording", use: one)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let (me, clinic) = try member(context)
        let limit = try request.query("limit", as: Int.self) ?? HTTPLimits.clinicRecordings.upperBound
        guard HTTPLimits.clinicRecordings.contains(limit) else {
            throw APIError.badRequest("limit must be from 1 to \(HTTPLimits.clinicRecordings.upperBound)")
        }
        let place = try request.place()
        let recordings = try await store.recordings(
            RecordingQuery(clinic: clinic, before: place.time, after: place.recording, limit: limit))
        return try await answer(recordings, to: me, of: clinic)
    }

    @Sendable private func one(_ request: Request, _ context: APIContext) async throws -> Response {
        let (me, clinic) = try member(context)
        let id: RecordingID = try context.path("recording")
        // Another clinic's is answered like one that is not there: that it is there is nobody's business.
        guard let recording = try await store.recording(id), recording.clinic == clinic else {
            throw StoreError.unknownRecording(id)
        }
        return try await answer([recording], to: me, of: clinic)
    }

    private func member(_ context: APIContext) throws -> (me: Principal, clinic: String) {
        let me = try context.reader(with: .readOwnClinic)
        guard let clinic = me.clinic else { throw AccessError.notPermitted(.readOwnClinic) }
        return (me, clinic)
    }

    private func answer(
        _ recordings: [StoredRecording], to me: Principal, of clinic: String
    ) async throws -> Response {
        var entries: [ClinicRecordings.Entry] = []
        for recording in recordings {
            let alerts = try await store.alerts(
                AlertQuery(states: Set(AlertState.allCases), recording: recording.id))
            let events = alerts.isEmpty ? [] : try await store.alertEvents(ofRecording: recording.id)
            entries.append(
                ClinicRecordings.Entry(
                    recording: RecordingDocument(recording, patient: recording.header.patient),
                    alerts: alerts.map { alert in
                        ClinicRecordings.Alert(alert, events: events.filter { $0.alert == alert.id })
                    }))
        }
        try await audit.noteShown(recordings.map(\.id), to: me.name)
        return try JSONExchange.response(
            ClinicRecordings(clinic: clinic, entries: entries, now: now(), note: MachineReading.disclaimer))
    }
}
