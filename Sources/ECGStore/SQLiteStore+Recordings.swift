public import ECGModel
import GRDB

extension SQLiteStore {
    public func openRecording(
        _ header: RecordingHeader, device: String, clockOffset: Duration?, at time: Timestamp
    ) async throws -> StoredRecording {
        var described = header
        described.patient = Patient()
        let headerDocument = try Document.encode(described)
        let patientDocument = try Document.encode(header.patient)
        let details = try await write { db -> RecordingDetails? in
            guard let registered = try Device.find(device, in: db), registered.revokedAt == nil else {
                throw StoreError.unknownDevice(device)
            }
            if let known = try RecordingDetails.find(header.id, in: db) {
                guard known.recording.device == device else { throw StoreError.recordingOfAnotherDevice(header.id) }
                guard known.recording.header.channels == header.channels,
                    known.recording.header.samplingRate == header.samplingRate
                else { throw StoreError.headerMismatch(header.id) }
                return known
            }
            try db.execute(
                sql: """
                    INSERT INTO recordings (uuid, device, clinic, opened_at, day, header, patient, clock_offset)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    header.id.column, device, registered.clinic, time.column, time.day, headerDocument,
                    patientDocument, clockOffset?.column,
                ])
            return try RecordingDetails.find(header.id, in: db)
        }
        guard let details else { throw StoreError.unknownRecording(header.id) }
        return try await counted([details])[0]
    }

    public func recording(_ id: RecordingID) async throws -> StoredRecording? {
        guard let details = try await read({ try RecordingDetails.find(id, in: $0) }) else { return nil }
        return try await counted([details])[0]
    }

    public func recordings(_ query: RecordingQuery) async throws -> [StoredRecording] {
        let found = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RecordingDetails.columns) FROM recordings
                    WHERE (?1 IS NULL OR device = ?1) AND (?2 IS NULL OR status = ?2)
                        AND (?3 IS NULL OR opened_at < ?3)
                    ORDER BY opened_at DESC, id DESC LIMIT ?4
                    """,
                arguments: [query.device, query.status?.column, query.before?.column, max(0, query.limit)]
            ).map(RecordingDetails.init)
        }
        return try await counted(found)
    }

    public func earlierRecordings(ofPatientIn id: RecordingID, limit: Int) async throws -> [StoredRecording] {
        guard let details = try await read({ try RecordingDetails.find(id, in: $0) }) else {
            throw StoreError.unknownRecording(id)
        }
        let recording = details.recording
        guard let reference = recording.header.patient.reference else { return [] }
        let found = try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RecordingDetails.columns) FROM recordings
                    WHERE clinic = ? AND json_extract(patient, '$.reference') = ? AND opened_at < ?
                        AND status = 'closed' AND reading IS NOT NULL
                    ORDER BY opened_at DESC, id DESC LIMIT ?
                    """,
                arguments: [recording.clinic, reference, recording.openedAt.column, max(0, limit)]
            ).map(RecordingDetails.init)
        }
        return try await counted(found)
    }

    public func blocks(of id: RecordingID, from: SampleIndex, limit: Int) async throws -> [StoredBlock] {
        try await readWaveforms(of: dayOfWaveform(id)) { try $0.blocks(of: id, from: from, limit: max(0, limit)) }
    }

    public func startOfRun(of id: RecordingID, at sample: SampleIndex) async throws -> SampleIndex? {
        try await readWaveforms(of: dayOfWaveform(id)) { try $0.startOfRun(of: id, at: sample) }
    }

    private func dayOfWaveform(_ id: RecordingID) async throws -> String {
        guard let details = try await read({ try RecordingDetails.find(id, in: $0) }) else {
            throw StoreError.unknownRecording(id)
        }
        guard details.recording.hasWaveform else { throw StoreError.waveformDropped(id) }
        return details.day
    }

    public func recordingsAwaitingReading() async throws -> [RecordingID] {
        let unread = try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT uuid FROM recordings WHERE status = 'closed' AND reading IS NULL ORDER BY id"
            ).map { try $0.value("uuid", as: RecordingID.self) }
        }
        let sealed = try await extentsOfOpenRecordings().filter { $0.extent.sealedAt != nil }
        return unread + sealed.map(\.id)
    }

    public func recordingsSilent(since time: Timestamp) async throws -> [RecordingID] {
        try await extentsOfOpenRecordings().filter { $0.extent.sealedAt == nil }
            .filter { max($0.openedAt, $0.extent.lastBlockAt ?? $0.openedAt) < time }
            .map(\.id)
    }

    public func reading(of id: RecordingID) async throws -> MachineReading? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT reading FROM recordings WHERE uuid = ? AND reading IS NOT NULL",
                arguments: [id.column]
            )?.document("reading")
        }
    }

    // MARK: What the waveform files know

    private struct OpenRecording: Sendable {
        var id: RecordingID
        var openedAt: Timestamp
        var extent: Extent
    }

    /// All recordings that the main file holds open, oldest day first.
    private func extentsOfOpenRecordings() async throws -> [OpenRecording] {
        let byDay = try await read { db in
            var byDay: [String: [OpenRecording]] = [:]
            let rows = try Row.fetchAll(
                db, sql: "SELECT uuid, opened_at, day FROM recordings WHERE status = 'open' ORDER BY day, id")
            for row in rows {
                byDay[row["day"], default: []].append(
                    OpenRecording(id: try row.value("uuid"), openedAt: try row.value("opened_at"), extent: Extent()))
            }
            return byDay
        }
        var open: [OpenRecording] = []
        for (day, recordings) in byDay.sorted(by: { $0.key < $1.key }) {
            open += try await readWaveforms(of: day) { tables in
                let unsealed = try tables.unsealedExtents()
                return try recordings.map { recording in
                    var recording = recording
                    // Not unsealed: without a block, or sealed by a server that stopped before it could say so.
                    recording.extent = try unsealed[recording.id] ?? tables.extent(of: recording.id)
                    return recording
                }
            }
        }
        return open
    }

    /// Fills in the sample counts of open recordings.
    private func counted(_ details: [RecordingDetails]) async throws -> [StoredRecording] {
        let openByDay = Dictionary(grouping: details.filter { $0.recording.status == .open }, by: \.day)
        var ends: [RecordingID: SampleIndex] = [:]
        for (day, open) in openByDay {
            let found = try await readWaveforms(of: day) { tables in
                try open.map { ($0.recording.id, try tables.extent(of: $0.recording.id).end) }
            }
            ends.merge(found) { _, new in new }
        }
        return details.map { details in
            var recording = details.recording
            if let end = ends[recording.id] { recording.sampleCount = end }
            return recording
        }
    }
}
