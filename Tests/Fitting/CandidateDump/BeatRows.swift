import ECGModel
import ECGSignal
import Foundation

/// The beats of a recording's copies, as rows of 32-bit floats: the reference's class (0 normal, 1 supraventricular, 2
/// ventricular, 3 paced, 4 doubtful, 5 no beat), the class it was taken for (the same, 4 for unclassifiable), the seconds
/// from the recording's start, then the inputs. A mark that was missed is a row too, with −1 for what it was taken for.
struct BeatRows {
    /// EC57 pairs beats within this time.
    private static let reachSeconds = 0.15
    private static let missed: Float = -1
    private static let noBeat: Float = 5

    private var values: [Float] = []

    mutating func add(_ recording: MarkedRecording, weights: [Float]?) {
        let rate = recording.samplingRate
        var recorder = BeatRecorder(channelCount: recording.leads.count, samplingRate: rate, weights: weights)
        var beats: [(sample: Int, told: Float, inputs: [Float])] = []
        func take(_ beat: BeatRecorder.SeenBeat, _ inputs: [Float]) {
            beats.append((beat.sample, Self.number(beat.beatClass), inputs))
        }
        for i in 0..<recording.count { recorder.push(recording.instant(i), handle: take) }
        recorder.finish(handle: take)

        let reach = Int(Self.reachSeconds * rate)
        var first = 0
        var owners = [Int?](repeating: nil, count: beats.count)
        var missed: [MarkedRecording.Mark] = []
        for (k, mark) in recording.marks.enumerated() {
            while first < beats.count, beats[first].sample < mark.sample - reach { first += 1 }
            let near = (first..<beats.count).prefix { beats[$0].sample <= mark.sample + reach }
            let nearest = near.filter { owners[$0] == nil }
                .min { abs(beats[$0].sample - mark.sample) < abs(beats[$1].sample - mark.sample) }
            if let nearest { owners[nearest] = k } else { missed.append(mark) }
        }
        func isKnown(_ sample: Int) -> Bool { !recording.unknown.contains { $0.contains(sample) } }
        for (beat, owner) in zip(beats, owners) where isKnown(beat.sample) {
            let label = owner.map { Self.number(recording.marks[$0]) } ?? Self.noBeat
            values += [label, beat.told, Float(Double(beat.sample) / rate)] + beat.inputs
        }
        for mark in missed where isKnown(mark.sample) {
            values += [Self.number(mark), Self.missed, Float(Double(mark.sample) / rate)]
            values += Array(repeating: 0, count: BeatRecorder.inputCount)
        }
    }

    private static func number(_ mark: MarkedRecording.Mark) -> Float {
        if mark.isDoubtful { return 4 }
        if mark.isPaced { return 3 }
        return mark.isVentricular ? 2 : mark.isSupraventricular ? 1 : 0
    }

    private static func number(_ beatClass: BeatClass) -> Float {
        switch beatClass {
        case .normal: 0
        case .supraventricular: 1
        case .ventricular: 2
        case .paced: 3
        case .unclassifiable: 4
        }
    }

    func write(to path: String) throws {
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    }
}
