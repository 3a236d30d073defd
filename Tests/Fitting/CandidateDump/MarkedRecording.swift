import ECGFormats
import ECGModel
import ECGSignal
import ECGSimulator

/// A recording in memory with the beats that are known to be in it.
struct MarkedRecording {
    struct Mark {
        var sample: Int
        var isVentricular = false
        /// Marked at the pacemaker's spike, up to 0.15 s before the complex.
        var isPaced = false
        var isSupraventricular = false
        /// A fusion, or one of which the reference does not say where it started.
        var isDoubtful = false
    }

    /// "set/record".
    var name: String
    var samplingRate: Double
    /// Lead, sample → millivolts.
    var leads: [[Float]]
    /// In order.
    var marks: [Mark]
    /// Where nothing is known: flutter, artefact masks, doubtful beats.
    var unknown: [ClosedRange<Int>]

    var count: Int { leads[0].count }
}

extension MarkedRecording {
    private static let beatCodes: Set<UInt8> = Set(
        AnnotationCode.valid.filter { code in
            AnnotationCode(rawValue: code).beatClass != nil || code == AnnotationCode.atrialEscape.rawValue
                || code == AnnotationCode.supraventricularEscape.rawValue
        })

    private static let doubtfulCodes: Set<AnnotationCode> = [.ventricularFusion, .pacedFusion]

    /// Reads `folder/set/record` and its reference marks, if it has any.
    static func read(_ name: String, in folder: String) throws -> MarkedRecording {
        let path = folder + "/" + name
        var recording = try unmarked(name, in: folder)
        var start: Int?
        guard let file = try? AnnotationFile.open(path + ".atr") else { return recording }
        let scale = file.samplingRate.map { recording.samplingRate / $0.value } ?? 1
        for annotation in file.annotations {
            let sample = Int((Double(annotation.sample) * scale).rounded())
            if beatCodes.contains(annotation.code.rawValue) {
                recording.marks.append(
                    Mark(
                        sample: sample, isVentricular: annotation.code.beatClass == .ventricular,
                        isPaced: annotation.code.beatClass == .paced,
                        isSupraventricular: annotation.code.beatClass == .supraventricular,
                        isDoubtful: doubtfulCodes.contains(annotation.code)
                            || annotation.code.beatClass == .unclassifiable))
            } else if annotation.code == .flutterStart {
                start = sample
            } else if annotation.code == .flutterEnd, let first = start {
                recording.unknown.append(first...max(first, sample))
                start = nil
            }
        }
        if let start { recording.unknown.append(start...recording.count) }
        recording.unknown += artefacts(path + ".maska", end: recording.count)
        return recording
    }

    /// Spans between the notes MASK and END of the TELE set's artefact masks.
    private static func artefacts(_ path: String, end: Int) -> [ClosedRange<Int>] {
        var spans: [ClosedRange<Int>] = []
        var start: Int?
        for annotation in (try? AnnotationFile.read(path)) ?? [] {
            let note = (annotation.note ?? "").filter(\.isLetter)
            if note == "MASK" {
                start = annotation.sample
            } else if note == "END", let first = start {
                spans.append(first...max(first, annotation.sample))
                start = nil
            }
        }
        if let start { spans.append(start...max(start, end)) }
        return spans
    }

    private static func unmarked(_ name: String, in folder: String) throws -> MarkedRecording {
        let recording = try WFDBRecord.read(folder + "/" + name, id: RecordingID(high: 1, low: 1)).recording
        return MarkedRecording(
            name: name, samplingRate: recording.header.samplingRate.value,
            leads: millivolts(recording.samples, recording.header.channels), marks: [], unknown: [])
    }

    static func millivolts(_ samples: Samples, _ channels: [Channel]) -> [[Float]] {
        channels.indices.map { c in
            var held: Float = 0
            let scale = Float(channels[c].nanovoltsPerCount / 1_000_000)
            return (0..<samples.count).map { i in
                let count = samples[i, c]
                if count != Samples.missing { held = (Float(count) - Float(channels[c].baseline)) * scale }
                return held
            }
        }
    }
}

extension MarkedRecording {
    /// Odds of a decision within e³ = 1:20 are no knowledge, and beats this near to one are left out.
    private static let doubtfulLogOdds: Float = 3
    private static let doubtSeconds = 0.6

    /// Reads a recording of many leads that nobody has marked. With all leads at once the detector hardly errs; where
    /// it doubts, nothing is taken as known.
    static func readMarkingByAllLeads(_ name: String, in folder: String) throws -> MarkedRecording {
        var recording = try unmarked(name, in: folder)
        var recorder = CandidateRecorder(channelCount: recording.leads.count, samplingRate: recording.samplingRate)
        var marks: [Mark] = []
        var unknown: [ClosedRange<Int>] = []
        let reach = Int(doubtSeconds * recording.samplingRate)
        func take(_ candidate: CandidateRecorder.Candidate, _: [Float]) {
            if candidate.isBeat { marks.append(Mark(sample: candidate.sample)) }
            if !candidate.isRefractory, abs(candidate.logOdds) < doubtfulLogOdds {
                unknown.append(candidate.sample - reach...candidate.sample + reach)
            }
        }
        for i in 0..<recording.count { recorder.push(recording.instant(i), handle: take) }
        recorder.finish(handle: take)
        recording.marks = marks
        recording.unknown = unknown
        return recording
    }

    /// A simulated patient, who knows the truth.
    static func simulated(_ scenario: Scenario, seed: UInt64, seconds: Int, name: String) -> MarkedRecording {
        var simulation = Simulation(scenario: scenario, seed: seed)
        let samples = simulation.next(seconds * Int(simulation.samplingRate.value))
        let truth = simulation.truth
        var unknown: [ClosedRange<Int>] = []
        for episode in truth.rhythms where episode.rhythm == .ventricularFibrillation {
            unknown.append(episode.start...max(episode.start, episode.end))
        }
        return MarkedRecording(
            name: name, samplingRate: simulation.samplingRate.value,
            leads: millivolts(samples, simulation.channels),
            marks: truth.beats.map { Mark(sample: $0.rPeak, isVentricular: $0.beatClass == .ventricular) },
            unknown: unknown)
    }

    func instant(_ i: Int) -> SIMD16<Float> {
        var vector = SIMD16<Float>.zero
        for lane in leads.indices { vector[lane] = leads[lane][i] }
        return vector
    }
}
