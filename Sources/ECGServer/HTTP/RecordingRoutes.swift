import ECGFormats
import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore

/// Recordings: what there is, what the machine reads in it, and the waveform itself.
struct RecordingRoutes {
    let store: any Store
    let audit: AuditTrail

    /// `GET /recordings`, `/recordings/{id}`, `…/reading`, `…/waveform?from=&to=`, `…/wfdb`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("recordings", use: list)
        group.get("recordings/:recording", use: one)
        group.get("recordings/:recording/reading", use: reading)
        group.get("recordings/:recording/waveform", use: waveform)
        group.get("recordings/:recording/wfdb", use: wfdb)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.reader(with: .readRecordings)
        let status: StoredRecording.Status? = try request.query("status", as: String.self).map { text in
            guard let status = StoredRecording.Status(rawValue: text) else {
                throw APIError.badRequest("status must be open or closed")
            }
            return status
        }
        let place = try request.place()
        let query = RecordingQuery(
            device: try request.query("device"), status: status, before: place.time, after: place.recording,
            limit: try request.rowLimit())
        let recordings = try await store.recordings(query).map { RecordingDocument($0) }
        return try JSONExchange.response(RecordingList(recordings: recordings))
    }

    @Sendable private func one(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        if me.may(.readPatients) {
            try await audit.noteLook("recording.read", by: me.name, subject: recording.id.description)
        }
        return try JSONExchange.response(RecordingDocument(recording, visibleTo: me))
    }

    @Sendable private func reading(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        guard let reading = try await store.reading(of: recording.id) else {
            throw APIError.notFound("recording \(recording.id) has no machine reading yet: ask again when it is closed")
        }
        try await audit.noteLook("recording.reading", by: me.name, subject: recording.id.description)
        return try JSONExchange.response(ReadingDocument(recording: recording.id, reading: reading))
    }

    @Sendable private func waveform(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        let end = recording.sampleCount
        let from = try request.query("from", as: Int.self) ?? 0
        let to = try request.query("to", as: Int.self) ?? max(from, end)
        guard 0 <= from, from <= to else {
            throw APIError.badRequest("from and to are sample indices: 0 ≤ from ≤ to")
        }
        let most = HTTPLimits.waveformCounts / recording.header.channels.count
        let start = min(from, end)
        let range = start..<max(start, min(to, end, start + most))
        try await audit.noteLook("recording.waveform", by: me.name, subject: recording.id.description)
        let samples = try await StoredWaveform(store: store, recording: recording).samples(range)
        return try JSONExchange.response(WaveformDocument(of: recording, range: range, samples: samples))
    }

    /// The whole recording as a WFDB record, a header and a signal file, in an uncompressed tar archive. Comments about the
    /// patient are in it only for roles that may read them.
    @Sendable private func wfdb(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        guard recording.sampleCount > 0 else {
            throw APIError(.conflict, .empty, "recording \(recording.id) has no samples yet: ask again when it has")
        }
        try await audit.note("recording.export", by: me.name, subject: recording.id.description)
        let samples = try await StoredWaveform(store: store, recording: recording)
            .samples(0..<recording.sampleCount, limit: HTTPLimits.exportCounts)
        var header = recording.header
        if !me.may(.readPatients) { header.patient = Patient() }
        let name = recording.id.description
        let files = try WFDBRecord(name: name, recording: Recording(header: header, samples: samples)).encoded()
        var archive = TarArchive(modifiedAt: recording.closedAt ?? recording.openedAt)
        archive.add(files.header, name: "\(name).hea")
        archive.add(files.signal, name: "\(name).dat")
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-tar", .contentDisposition: "attachment; filename=\"\(name).tar\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: archive.finished())))
    }
}
