import ECGModel
import ECGSignal
import ECGStore
import Synchronization

/// The beats of the recordings that are looked at, as the analyser marks them.
///
/// A page that shows an ECG while it is being taken asks every few seconds. So each recording's analyser is kept where it stands
/// and takes only what has come since; and one recording is analysed at a time, so that readers take no more than one processor
/// from the devices.
final class BeatBook: Sendable {
    private struct Analysis: Sendable {
        var analyzer: RecordingAnalyzer
        var beats: [BeatList.Mark] = []
        var endSample: SampleIndex = 0
    }
    private struct State: Sendable {
        var analyses: [RecordingID: Analysis] = [:]
        /// The recordings of `analyses`, the one that was asked for longest ago first.
        var order: [RecordingID] = []
    }

    private let turnstile = Turnstile(places: 1, waiting: HTTPLimits.waitingBeats)
    private let state = Mutex(State())

    /// The beats in what is stored by now.
    ///
    /// - Throws: ``Turnstile/Full``, and what reading the waveform throws.
    func beats(of recording: StoredRecording, in store: any Store) async throws -> [BeatList.Mark] {
        try await turnstile.pass { try await analyse(recording, in: store) }
    }

    @concurrent private func analyse(
        _ recording: StoredRecording, in store: any Store
    ) async throws -> [BeatList.Mark] {
        var analysis = take(recording)
        let range = analysis.endSample..<recording.sampleCount
        try await StoredWaveform(store: store, recording: recording).forEachBlock(in: range) { samples in
            analysis.analyzer.process(samples) { Self.mark($0, in: &analysis.beats) }
        }
        analysis.endSample = recording.sampleCount
        keep(analysis, of: recording.id)
        // Ended here, it is an analysis of what has come; the one that is kept goes on.
        var end = analysis.analyzer
        end.finish { Self.mark($0, in: &analysis.beats) }
        return analysis.beats
    }

    private static func mark(_ event: AnalysisEvent, in beats: inout [BeatList.Mark]) {
        if case .beat(let beat) = event { beats.append(BeatList.Mark(beat)) }
    }

    /// Out of the book, so that it is changed in place and a failure leaves nothing half done.
    private func take(_ recording: StoredRecording) -> Analysis {
        let known = state.withLock { state in
            state.order.removeAll { $0 == recording.id }
            return state.analyses.removeValue(forKey: recording.id)
        }
        if let known, known.endSample <= recording.sampleCount { return known }
        return Analysis(
            analyzer: RecordingAnalyzer(
                channels: recording.header.channels, samplingRate: recording.header.samplingRate))
    }

    private func keep(_ analysis: Analysis, of id: RecordingID) {
        state.withLock { state in
            state.analyses[id] = analysis
            state.order.append(id)
            guard state.order.count > HTTPLimits.rememberedBeats else { return }
            state.analyses[state.order.removeFirst()] = nil
        }
    }
}
