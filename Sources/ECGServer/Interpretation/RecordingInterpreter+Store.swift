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
                BaselineReading(of: $0.reading, age: Self.age(of: $0, before: recording), table: table)
            })
    }

    /// Takes all samples of a stored recording. What is damaged of them is missing: one bad block must not keep an alert in the
    /// others from being raised, nor the recording from being gone on with and closed.
    mutating func process(_ waveform: StoredWaveform) async throws -> [AlertProposal] {
        var found: [AlertProposal] = []
        try await waveform.forEachPiece { samples, isDamaged in
            found += isDamaged ? processDamaged(samples) : process(samples)
        }
        return found
    }

    /// How long before the recording an earlier one was taken, by what both the devices' clocks and the server's bear out. What
    /// is taken for old lowers what pages; a clock that lost its battery makes nothing old.
    private static func age(of earlier: EarlierReading, before recording: StoredRecording) -> Duration {
        min(recording.takenAt - earlier.takenAt, recording.openedAt - earlier.openedAt)
    }
}
