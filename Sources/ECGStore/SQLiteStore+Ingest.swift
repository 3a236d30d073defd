public import ECGModel
import GRDB

extension SQLiteStore {
    /// See the type's documentation for the order of the transactions and what holds between them.
    public func commit(_ changes: [IngestChange], at time: Timestamp) async throws -> [IngestResult] {
        guard !changes.isEmpty else { return [] }
        var batch = IngestBatch(changes: changes, time: time)
        batch.rows = try await read { [ids = batch.recordings] db in
            var rows: [RecordingID: RecordingRow] = [:]
            for id in ids { rows[id] = try RecordingRow.find(id, in: db) }
            return rows
        }
        batch.settleWithoutWaveform()

        if batch.blocksRaiseAlerts {
            for (day, positions) in batch.waveformPositions {
                let accepted = try await readWaveforms(of: day) { [batch] in
                    try batch.acceptable(positions, in: $0)
                }
                batch.raisingPositions += accepted
            }
            try await write { [batch] in try batch.raiseAlertsOfBlocks(in: AlertTables(db: $0)) }
        }
        for (day, positions) in batch.waveformPositions {
            let results = try await writeWaveforms(of: day) { [batch] in try batch.store(positions, in: $0) }
            batch.settle(positions, as: results)
        }
        let readings = batch.readingPositions
        if !readings.isEmpty {
            try await write { [batch] in try batch.completeReadings(readings, in: $0) }
        }
        return batch.results.map { result in
            guard let result else { preconditionFailure("every change of a batch is settled by one of its steps") }
            return result
        }
    }
}
