import ECGModel
import ECGServer
import ECGStore

/// Holds a store to what was acknowledged, once its server has ended: to how long it says each recording is, and to the
/// samples themselves, read back as an export reads them and compared with what the patient's heart did.
struct StoreCheck: Sendable {
    /// What was acknowledged of a recording.
    struct Promise: Equatable, Sendable {
        /// Its patient's number.
        var patient: Int
        var samples = 0
    }

    struct Outcome: Equatable, Sendable {
        /// Blocks that were acknowledged and are not there, or not as they were recorded.
        var blocksLost = 0
        var recordings = 0
        /// Those whose samples were read back.
        var recordingsReadBack = 0
        /// Why the first that could not be read back could not.
        var problem: String?
    }

    let promises: [RecordingID: Promise]
    /// By their numbers.
    let patients: [LoadPatient]
    /// More are drawn by lot. Five minutes of one are read in some 20 ms: a failure that hits one recording in two hundred is
    /// missed once in a hundred and fifty loads.
    var mostReadBack = 1000
    /// A slow disk must not keep the load's figures from coming: after that only lengths are looked at.
    var patience = Duration.seconds(60)

    /// - Parameter advance: told how many recordings have been looked at.
    func run(on store: any Store, advance: (Int) -> Void = { _ in }) async throws -> Outcome {
        let begin = ContinuousClock.now
        var outcome = Outcome()
        for (id, promise) in promises.shuffled() {
            let promised = promise.samples / LoadPatient.samplesPerBlock
            var held = 0
            if let recording = try await store.recording(id) {
                held = min(promise.samples, recording.sampleCount) / LoadPatient.samplesPerBlock
                if outcome.recordingsReadBack < mostReadBack, begin.duration(to: .now) < patience {
                    let truth = patients[promise.patient].digests
                    held = try await readBack(held, blocksOf: recording, truth, from: store, &outcome.problem)
                    outcome.recordingsReadBack += 1
                }
            }
            outcome.blocksLost += promised - held
            outcome.recordings += 1
            advance(outcome.recordings)
        }
        return outcome
    }

    /// - Returns: how many of the blocks hold what was recorded. Who reads comes no further than one that cannot be read.
    private func readBack(
        _ blockCount: Int, blocksOf recording: StoredRecording, _ truth: [UInt64], from store: any Store,
        _ problem: inout String?
    ) async throws -> Int {
        var held = 0
        var read = 0
        do {
            let range = 0..<blockCount * LoadPatient.samplesPerBlock
            try await StoredWaveform(store: store, recording: recording).forEachBlock(in: range) { block in
                // Where the patient's signal ends it began again.
                if block.digest == truth[read % truth.count] { held += 1 }
                read += 1
            }
        } catch let error as StoredWaveformError {
            problem = problem ?? error.description
        } catch let error as StoreError {
            problem = problem ?? "recording \(recording.id): \(error)"
        }
        return held
    }
}

extension Samples {
    /// A number that stands for the counts (FNV-1a by words). Counts that differ at one place differ in it for certain,
    /// others but for one in 2⁶⁴.
    var digest: UInt64 {
        counts.withUnsafeBufferPointer { counts in
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            for count in counts {
                digest = (digest ^ UInt64(UInt32(bitPattern: count))) &* 0x0000_0100_0000_01B3
            }
            return digest
        }
    }
}
