import ECGSignal
import Foundation

/// The candidates of a recording's copies, as rows of 16-bit integers: label (0 none, 1 beat, 2 ventricular beat),
/// weight × 64, whether it was taken for a beat, log-odds × 256, then the inputs × 8192.
struct CandidateRows {
    private static let inputScale: Float = 8192
    private static let weightScale: Float = 64
    private static let logOddsScale: Float = 256
    /// Surer than e⁴ = 55:1 and right is easy.
    private static let easyLogOdds: Float = 4
    /// Deviation of the bias that the detector is run with, and how long it keeps one.
    private static let biasDeviation: Float = 1.5
    private static let biasSeconds: Float = 12

    private let share: Float
    private var values: [Int16] = []

    init(share: Float) { self.share = share }

    /// Runs the detector over a recording, pushed to miss and to invent some beats.
    mutating func add(_ recording: MarkedRecording, weights: [Float]?, _ draws: inout SeededDraws) {
        var recorder = CandidateRecorder(
            channelCount: recording.leads.count, samplingRate: recording.samplingRate, weights: weights)
        var candidates: [CandidateRecorder.Candidate] = []
        var inputs: [Float] = []
        let period = max(1, Int(Double(Self.biasSeconds) * recording.samplingRate))
        for i in 0..<recording.count {
            if i.isMultiple(of: period) { recorder.bias = draws.chance(0.5) ? 0 : Self.biasDeviation * draws.normal() }
            let bias = recorder.bias
            recorder.push(recording.instant(i)) { candidate, seen in
                candidates.append(candidate)
                candidates[candidates.count - 1].logOdds -= bias
                inputs += seen
            }
        }
        let bias = recorder.bias
        recorder.finish { candidate, seen in
            candidates.append(candidate)
            candidates[candidates.count - 1].logOdds -= bias
            inputs += seen
        }
        let verdicts = CandidateLabels.verdicts(candidates, in: recording)
        for k in candidates.indices where verdicts[k].weight > 0 {
            var weight = verdicts[k].weight
            let sureness = verdicts[k].isBeat ? candidates[k].logOdds : -candidates[k].logOdds
            if sureness > Self.easyLogOdds {
                guard draws.chance(share) else { continue }
                weight /= share
            }
            values.append(verdicts[k].isVentricular ? 2 : verdicts[k].isBeat ? 1 : 0)
            values.append(Int16(weight * Self.weightScale))
            values.append(candidates[k].isBeat ? 1 : 0)
            values.append(Self.fixed(candidates[k].logOdds, Self.logOddsScale))
            let first = k * CandidateRecorder.inputCount
            for input in inputs[first..<first + CandidateRecorder.inputCount] {
                values.append(Self.fixed(input, Self.inputScale))
            }
        }
    }

    private static func fixed(_ value: Float, _ scale: Float) -> Int16 {
        Int16(max(-32767, min(32767, (value * scale).rounded())))
    }

    func write(to path: String) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }
}
