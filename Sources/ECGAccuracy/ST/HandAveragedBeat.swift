import ECGModel
import ECGSimulator

/// The average of a recording's hand-marked beats, and its ST levels at the marked J point.
///
/// Beats are laid over each other at the R peaks as marked, each less its own PQ level and the straight line to the next
/// beat's; the average at each instant is the median over the beats, so that a few ectopic ones do not count. Levels are
/// read as the analyser reads them: the mean of ``levelReach`` to either side, against the mean of ``pqStretch`` before
/// the QRS onset; the PQ level of the marked beats is the median of that stretch, since of a paced heart some marked onsets
/// lie on the spike, and a part of it in the stretch.
struct HandAveragedBeat {
    /// The instants after the J point at which ST is read.
    static let instants: [Milliseconds] = [0, 20, 40, 60, 80]
    static let pqStretch = Milliseconds(20)
    static let levelReach = Milliseconds(4)
    /// Fewer beats do not make an average.
    static let leastBeats = 3

    /// By channel: the level at each of ``instants``.
    let levels: [[Millivolts]]

    /// Nil where there are too few beats.
    init?(_ beats: [FusedBeat], in recording: AnalysedSubject) {
        let rate = recording.samplingRate
        let samples = recording.samples
        let pq = Self.pqStretch.samples(at: rate)
        let reach = Self.levelReach.samples(at: rate)
        guard let onset = Spread.median(of: beats.map { Double($0.qrsOnset - $0.peak) }).map({ Int($0.rounded()) }),
            let jPoint = Spread.median(of: beats.map { Double($0.jPoint - $0.peak) }).map({ Int($0.rounded()) })
        else { return nil }
        let last = jPoint + Self.instants[Self.instants.count - 1].samples(at: rate) + reach
        let whole = beats.filter { $0.peak + onset - pq >= 0 && $0.peak + last < samples.count }
        guard whole.count >= Self.leastBeats else { return nil }

        levels = recording.header.channels.indices.map { channel in
            let millivoltsPerCount = recording.header.channels[channel].nanovoltsPerCount / 1e6
            func level(_ sample: SampleIndex) -> Double { Double(samples[sample, channel]) * millivoltsPerCount }
            func pqLevel(_ beat: FusedBeat) -> Double {
                let end = beat.peak + onset
                return Spread.median(of: (end - pq..<end).map(level)) ?? 0
            }
            let pqLevels = whole.map(pqLevel)
            /// Millivolts a sample, from beat to beat.
            func slope(_ beat: Int) -> Double {
                let from = min(beat, whole.count - 2)
                return (pqLevels[from + 1] - pqLevels[from]) / Double(whole[from + 1].peak - whole[from].peak)
            }
            let slopes = whole.indices.map(slope)
            /// Against the baseline, so many samples after the R peak.
            func median(_ offset: Int) -> Double {
                let values = whole.indices.map { beat in
                    level(whole[beat].peak + offset) - pqLevels[beat]
                        - slopes[beat] * Double(offset - onset + pq / 2)
                }
                return Spread.median(of: values) ?? 0
            }
            let reference = Spread.median(of: (onset - pq..<onset).map(median)) ?? 0
            return Self.instants.map { instant in
                let middle = jPoint + instant.samples(at: rate)
                let sum = (middle - reach...middle + reach).reduce(0) { $0 + median($1) }
                return Millivolts(sum / Double(2 * reach + 1) - reference)
            }
        }
    }
}

extension LeadWaves {
    /// The levels at ``HandAveragedBeat/instants``.
    var stLevels: [Millivolts?] { [stJ, st20, st40, st60, st80] }
}

extension STLevel {
    var levels: [Millivolts] { [stJ, st20, st40, st60, st80] }
}
