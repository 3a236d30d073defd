public import ECGModel
import GRDB

extension SQLiteStore {
    /// See the type's documentation for the order of the transactions and what holds between them.
    public func commit(_ changes: [IngestChange], at time: Timestamp) async throws -> [IngestResult] {
        guard !changes.isEmpty else { return [] }
        var batch = IngestBatch(changes: changes, time: time)
        batch.rows = try await rows(of: batch.recordings)
        batch.settleWithoutWaveform()

        let abandoned = batch.abandonedRows
        if !abandoned.isEmpty { try await noteAbandoned(abandoned) }

        // A file that cannot be used costs its own recordings' changes and no others'.
        var failure: StoreError?
        do {
            try space.checkRoomForWaveforms()
        } catch {
            failure = error
            batch.settle(batch.blockPositions, asUnavailable: error)
        }
        if batch.blocksRaiseAlerts {
            for (day, positions) in batch.waveformPositions {
                do {
                    let accepted = try await replacingDamaged(day, at: time) { [batch] in
                        try await readWaveforms(of: day) { try batch.acceptable(positions, in: $0) }
                    }
                    batch.raisingPositions += accepted
                } catch let error as StoreError where error.isOfOneFile {
                    failure = error
                    batch.settle(positions, asUnavailable: error)
                }
            }
            try await write { [batch] in try batch.raiseAlertsOfBlocks(in: AlertTables(db: $0)) }
        }
        for (day, positions) in batch.waveformPositions {
            do {
                let results = try await replacingDamaged(day, at: time) { [batch] in
                    try await writeWaveforms(of: day) { try batch.store(positions, with: &$0) }
                }
                batch.settle(positions, as: results)
            } catch let error as StoreError where error.isOfOneFile {
                failure = error
                batch.settle(positions, asUnavailable: error)
            }
        }
        // Where nothing else was to be done the caller may as well try again.
        if let failure, batch.isUnavailable { throw failure }
        let readings = batch.readingPositions
        if !readings.isEmpty {
            try await write { [batch] in try batch.completeReadings(readings, in: $0) }
            openRows.forget(readings.map { batch.changes[$0].recording })
        }
        return batch.results.map { result in
            guard let result else { preconditionFailure("every change of a batch is settled by one of its steps") }
            return result
        }
    }

    private func rows(of recordings: Set<RecordingID>) async throws -> [RecordingID: RecordingRow] {
        var rows = openRows.known(recordings)
        let unknown = recordings.filter { rows[$0] == nil }
        guard !unknown.isEmpty else { return rows }
        let found = try await read { db in
            try unknown.reduce(into: [:]) { $0[$1] = try RecordingRow.find($1, in: db) }
        }
        openRows.learn(found)
        rows.merge(found) { _, new in new }
        return rows
    }
}
