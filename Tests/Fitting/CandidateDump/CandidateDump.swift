import ECGSignal
import Foundation

/// Writes what the beat detector sees of every candidate, with what the reference marks say, for `fit_qrs_network.py`.
/// Its files and options are described in the README beside.
@main
struct CandidateDump {
    static func main() throws {
        let options = try Options(Array(CommandLine.arguments.dropFirst()))
        try FileManager.default.createDirectory(atPath: options.output, withIntermediateDirectories: true)
        if options.isOfLimbs {
            for name in options.records {
                try LimbRow(name, in: options.data).write(to: options.path(of: name, "limbs"))
            }
        } else if options.isPlain {
            for name in options.records { try plain(name, options) }
        } else {
            try copies(options)
        }
    }

    /// The recordings as they are: the detector's beats and the marks, for scoring, and the candidates.
    private static func plain(_ name: String, _ options: Options) throws {
        let recording = try MarkedRecording.read(name, in: options.data)
        if options.isOfBeats {
            var beats = BeatRows()
            beats.add(recording, weights: options.weights)
            try beats.write(to: options.path(of: name, "classes"))
            return
        }
        var recorder = CandidateRecorder(
            channelCount: recording.leads.count, samplingRate: recording.samplingRate, weights: options.weights)
        var beats = ""
        for i in 0..<recording.count {
            recorder.push(recording.instant(i)) { candidate, _ in
                if candidate.isBeat { beats += "\(candidate.sample)\n" }
            }
        }
        recorder.finish { candidate, _ in if candidate.isBeat { beats += "\(candidate.sample)\n" } }
        var marks = "rate \(recording.samplingRate)\nlength \(recording.count)\n"
        for mark in recording.marks { marks += "beat \(mark.sample)\n" }
        for span in recording.unknown { marks += "unknown \(span.lowerBound) \(span.upperBound)\n" }
        try write(beats, to: options.path(of: name, "beats"))
        try write(marks, to: options.path(of: name, "marks"))
    }

    /// Disturbed copies of the recordings, each in excerpts of different lengths that start afresh.
    private static func copies(_ options: Options) throws {
        var draws = SeededDraws(seed: options.seed)
        var donors = VentricularDonors()
        var simulated = SimulatedPatients(seed: options.seed)
        let noise = options.hasNoise ? try NoiseLibrary(folder: options.data) : nil
        var recordings: [MarkedRecording] = []
        for name in options.records {
            var recording = try MarkedRecording.read(name, in: options.data)
            if recording.marks.isEmpty {
                recording = try MarkedRecording.readMarkingByAllLeads(name, in: options.data)
            } else {
                donors.collect(from: recording, takesFusions: !options.isOfBeats, &draws)
            }
            recordings.append(recording)
        }
        for _ in 0..<options.patientCount { recordings.append(simulated.next()) }
        let disturbances = Disturbances(noise: noise, donors: donors, keepsOrigins: options.isOfBeats)
        for recording in recordings {
            var draws = SeededDraws(seed: options.seed, name: recording.name)
            var rows = CandidateRows(share: options.easyShare)
            var beats = BeatRows()
            for _ in 0..<options.copyCount {
                for var excerpt in Excerpts.draw(
                    from: recording, undisturbedShare: options.undisturbedShare, &draws)
                {
                    if excerpt.isDisturbed { disturbances.disturb(&excerpt.recording, &draws) }
                    if options.isOfBeats {
                        beats.add(excerpt.recording, weights: options.weights)
                    } else {
                        rows.add(excerpt.recording, weights: options.weights, &draws)
                    }
                }
            }
            if options.isOfBeats {
                try beats.write(to: options.path(of: recording.name, "classes"))
            } else {
                try rows.write(to: options.path(of: recording.name, "candidates"))
            }
        }
    }

    private static func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}
