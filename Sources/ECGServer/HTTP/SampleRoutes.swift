import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird
import NIOCore

/// What the console draws an ECG from: samples as the device counted them, the analyser's beats, earlier recordings.
struct SampleRoutes {
    let store: any Store
    let audit: AuditTrail
    private let book = BeatBook()

    init(store: any Store, audit: AuditTrail) {
        self.store = store
        self.audit = audit
    }

    /// `GET /recordings/{id}/samples?from=&to=`, `…/beats`, `…/earlier`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("recordings/:recording/samples", use: samples)
        group.get("recordings/:recording/beats", use: beats)
        group.get("recordings/:recording/earlier", use: earlier)
    }

    /// Samples `from` up to `to`, as ``SampleWindow`` writes them; fewer where the recording ends before.
    @Sendable private func samples(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        guard let from = try request.query("from", as: Int.self), let to = try request.query("to", as: Int.self),
            0 <= from, from < to
        else { throw APIError.badRequest("from and to are sample indices: 0 ≤ from < to") }
        let most = HTTPLimits.sampleCounts / recording.header.channels.count
        guard to - from <= most else {
            throw APIError.badRequest("from and to may be \(most) samples apart in this recording: ask in parts")
        }
        try await audit.noteLook("recording.samples", by: me.name, subject: recording.id.description)
        let range = min(from, recording.sampleCount)..<min(to, recording.sampleCount)
        // Stored samples never change, so a stretch that is complete is the same for good.
        let tag = "\"\(recording.id)-\(range.lowerBound)-\(range.upperBound)\""
        // Asked for again each time, so that it is permitted each time.
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        if recording.hasWaveform, !range.isEmpty, request.headers[.ifNoneMatch] == tag {
            return Response(status: .notModified, headers: headers)
        }
        let samples = try await StoredWaveform(store: store, recording: recording).samples(range)
        let window = SampleWindow(samples, firstSample: range.lowerBound, availableSamples: recording.sampleCount)
        var response = Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: window.encoded()))
        response.headers[.contentType] = "application/octet-stream"
        return response
    }

    /// The beats that the analyser finds in what is stored by now.
    @Sendable private func beats(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readRecordings)
        let recording = try await store.recording(of: context)
        guard recording.sampleCount * recording.header.channels.count <= HTTPLimits.analysedCounts else {
            throw APIError(
                .contentTooLarge, .tooLarge,
                "the recording is too long for its beats to be marked at once: get it as WFDB and analyse it with "
                    + "ecgnet analyze")
        }
        try await audit.noteLook("recording.beats", by: me.name, subject: recording.id.description)
        let beats: [BeatList.Mark]
        do {
            beats = try await book.beats(of: recording, in: store)
        } catch is Turnstile.Full {
            throw APIError(
                .serviceUnavailable, .busy, "beats are being marked for others: try again in a moment",
                headers: [.retryAfter: "2"])
        }
        return try JSONExchange.response(
            BeatList(recording: recording.id, analysedSamples: recording.sampleCount, beats: beats))
    }

    @Sendable private func earlier(_ request: Request, _ context: APIContext) async throws -> Response {
        let me = try context.reader(with: .readPatients)
        let recording = try await store.recording(of: context)
        try await audit.noteLook("recording.earlier", by: me.name, subject: recording.id.description)
        let earlier = try await store.earlierRecordings(
            ofPatientIn: recording.id, limit: HTTPLimits.earlierRecordings)
        return try JSONExchange.response(RecordingList(recordings: earlier.map { RecordingDocument($0) }))
    }
}

extension Store {
    /// The recording that the address names.
    func recording(of context: APIContext) async throws -> StoredRecording {
        let id: RecordingID = try context.path("recording")
        guard let recording = try await recording(id) else { throw StoreError.unknownRecording(id) }
        return recording
    }
}
