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
        var details = try await write { db -> RecordingDetails in
            guard let registered = try Device.find(device, in: db), registered.revokedAt == nil else {
                throw StoreError.unknownDevice(device)
            }
            if var known = try RecordingDetails.find(header.id, in: db) {
                guard known.recording.device == device else { throw StoreError.recordingOfAnotherDevice(header.id) }
                guard known.recording.header.mayBe(header),
                    let patient = known.recording.header.patient.completed(by: header.patient)
                else { throw StoreError.headerMismatch(header.id) }
                if patient != known.recording.header.patient {
                    try Self.complete(&known.recording, with: patient, at: time, in: db)
                }
                return known
            }
            try db.cachedStatement(
                sql: """
                    INSERT INTO recordings (uuid, device, clinic, opened_at, day, header, patient, clock_offset)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(
                arguments: [
                    header.id.column, device, registered.clinic, time.column, time.day, headerDocument,
                    patientDocument, clockOffset?.column,
                ])
            var recording = StoredRecording(
                header: header, device: device, clinic: registered.clinic, township: registered.township,
                openedAt: time, closedAt: nil, status: .open, sampleCount: 0, hasWaveform: true, hasReading: false)
            recording.clockOffset = clockOffset
            return RecordingDetails(recording: recording, day: time.day, isNew: true)
        }
        guard !details.isNew else { return details.recording }
        if details.recording.status == .closed {
            guard let resumed = try await resumeAbandoned(header.id, on: details.day, by: device, at: time) else {
                return details.recording
            }
            details = resumed
        }
        guard details.recording.status == .open else { return details.recording }
        // The device goes on from here: where nobody knows how much is stored, nothing can be said.
        var recording = details.recording
        let (id, day) = (recording.id, details.day)
        recording.sampleCount = try await replacingDamaged(day, at: time) { try await ends(of: [id], on: day)[id] ?? 0 }
        return recording
    }

    /// Writes down what is known of the patient since the recording was opened first.
    private static func complete(
        _ recording: inout StoredRecording, with patient: Patient, at time: Timestamp, in db: Database
    ) throws {
        recording.header.patient = patient
        try db.execute(
            sql: "UPDATE recordings SET patient = ? WHERE uuid = ?",
            arguments: [try Document.encode(patient), recording.id.column])
        try SharedAuditEntry(
            AuditEntry(
                at: time, actor: recording.device, action: "recording.patient-completed", subject: "\(recording.id)")
        ).insert(in: db)
    }

    public func recording(_ id: RecordingID) async throws -> StoredRecording? {
        guard let details = try await read({ try RecordingDetails.find(id, in: $0) }) else { return nil }
        return try await counted([details])[0]
    }

    public func recordings(_ query: RecordingQuery) async throws -> [StoredRecording] {
        let found = try await read { db in
            let last = try query.after.map { id in
                let row = try Row.fetchOne(
                    db, sql: "SELECT id, opened_at FROM recordings WHERE uuid = ?1 AND (?2 IS NULL OR clinic = ?2)",
                    arguments: [id.column, query.clinic])
                guard let row else { throw StoreError.unknownRecording(id) }
                return row
            }
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(RecordingDetails.columns) FROM recordings
                    WHERE (?1 IS NULL OR device = ?1) AND (?2 IS NULL OR status = ?2)
                        AND (?3 IS NULL OR opened_at < ?3) AND (?6 IS NULL OR (opened_at, id) < (?6, ?7))
                        \(query.clinic == nil ? "AND ?4 IS NULL" : "AND clinic = ?4")
                    ORDER BY opened_at DESC, id DESC LIMIT ?5
                    """,
                arguments: [
                    query.device, query.status?.column, query.before?.column, query.clinic, max(0, query.limit),
                    last.map { $0["opened_at"] as Int64 }, last.map { $0["id"] as Int64 },
                ]
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
                sql: RecordingRow.readOfPatient(columns: RecordingDetails.columns),
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
        // Sealed by a server that stopped before it could say so.
        let sealed = try await openRecordings { open, tables in
            let unsealed = try tables.unsealedRecordings()
            return try open.map(\.id).filter { try !unsealed.contains($0) && tables.extent(of: $0).sealedAt != nil }
        }
        return unread + sealed
    }

    public func recordingsSilent(since time: Timestamp, until end: Timestamp) async throws -> [RecordingID] {
        let times = time...end
        return try await openRecordings { open, tables in
            let old = open.filter { !times.contains($0.openedAt) }
            guard !old.isEmpty else { return [] }
            let active = try tables.unsealedRecordings(writtenWithin: times)
            // Few are left: the silent ones, and those that are sealed and wait for their reading.
            return try old.map(\.id).filter { try !active.contains($0) && tables.extent(of: $0).sealedAt == nil }
        }
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
    }

    /// Chooses among the recordings that the main file holds open, oldest day first. There are as many as devices, and they
    /// are asked for every few seconds: their rows are read by position, which costs a tenth of reading them by name.
    private func openRecordings(
        _ choose: @escaping @Sendable ([OpenRecording], WaveformTables) throws -> [RecordingID]
    ) async throws -> [RecordingID] {
        let byDay = try await read { db in
            var byDay: [String: [OpenRecording]] = [:]
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: "SELECT uuid, opened_at, day FROM recordings WHERE status = 'open' ORDER BY day, id"))
            while let row = try rows.next() {
                let id = try RecordingID(readFrom: row, at: 0)
                byDay[row[2], default: []].append(OpenRecording(id: id, openedAt: Timestamp(column: row[1])))
            }
            return byDay
        }
        var chosen: [RecordingID] = []
        for (day, open) in byDay.sorted(by: { $0.key < $1.key }) {
            do {
                chosen += try await readWaveforms(of: day) { try choose(open, $0) }
            } catch let error as StoreError where error.isOfOneFile {
                // The other days' go on; that this one cannot be read is what ``unreadableDays()`` says.
                continue
            }
        }
        return chosen
    }

    public func unreadableDays() async throws -> [String: String] {
        let days = try await read { db in
            try String.fetchAll(db, sql: "SELECT DISTINCT day FROM recordings WHERE status = 'open' ORDER BY day")
        }
        var problems: [String: String] = [:]
        for day in days {
            do {
                try await readWaveforms(of: day) { tables in
                    _ = try tables.unsealedRecordings()
                    try tables.checkPayloads()
                }
            } catch let error as StoreError where error.isOfOneFile {
                problems[day] = error.description
            }
        }
        for (day, names) in try waveforms.databasesSetAside() {
            let problem =
                "it was damaged, and has gone on in a fresh file with what could be read: \(names.joined(separator: ", ")) is "
                + "kept for who can read more; check the disk, and delete it once nothing is missed"
            problems[day] = [problems[day], problem].compactMap(\.self).joined(separator: "; ")
        }
        return problems
    }

    /// Fills in the sample counts of open recordings, or why they are not known: a queue is not to go dark for a count.
    private func counted(_ details: [RecordingDetails]) async throws -> [StoredRecording] {
        let openByDay = Dictionary(grouping: details.filter { $0.recording.status == .open }, by: \.day)
        var ends: [RecordingID: SampleIndex] = [:]
        var problems: [String: String] = [:]
        for (day, open) in openByDay {
            do {
                ends.merge(try await self.ends(of: open.map(\.recording.id), on: day)) { _, new in new }
            } catch let error as StoreError where error.isOfOneFile {
                problems[day] = error.description
            }
        }
        return details.map { details in
            var recording = details.recording
            if let end = ends[recording.id] { recording.sampleCount = end }
            if recording.status == .open { recording.waveformProblem = problems[details.day] }
            return recording
        }
    }

    private func ends(of recordings: [RecordingID], on day: String) async throws -> [RecordingID: SampleIndex] {
        try await readWaveforms(of: day) { tables in
            try recordings.reduce(into: [:]) { $0[$1] = try tables.extent(of: $1).end }
        }
    }
}
