import ECGModel
import ECGStore
import ECGTriage

extension RecordingInterpreter {
    private static let secondsPerDay: Int64 = 86_400

    /// An interpreter for a stored recording, given what its patient's earlier recordings showed.
    ///
    /// Which recordings those are the store decides once, so that a later interpretation comes to the same verdict.
    init(for recording: StoredRecording, in store: any Store, table: TriageTable) async throws {
        let settling = Duration.seconds(Int64(table.comparison.settledAfterDays) * Self.secondsPerDay)
        let earlier = try await store.comparison(
            for: recording, settledBefore: recording.openedAt - settling)
        self.init(
            header: recording.header, table: table,
            baselines: earlier.map {
                BaselineReading(of: $0.reading, age: recording.takenAt - $0.takenAt, table: table)
            })
    }
}
