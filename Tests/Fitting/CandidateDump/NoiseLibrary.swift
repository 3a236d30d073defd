/// Noise of ambulatory electrodes, without an ECG in it: NSTDB's records `bw` (baseline wander) and `ma` (muscle), and
/// electrode motion as the difference of its record 118 at −6 and at 24 dB.
struct NoiseLibrary {
    /// Seconds at which NSTDB's noisy stretches start and how long each lasts.
    private static let firstNoiseSeconds = 300
    private static let stretchSeconds = 120
    private static let stretchCount = 6

    private let kinds: [[[Float]]]
    private let rate: Double

    init(folder: String) throws {
        let wander = try MarkedRecording.read("nstdb/bw", in: folder)
        let muscle = try MarkedRecording.read("nstdb/ma", in: folder)
        let noisy = try MarkedRecording.read("nstdb/118e_6", in: folder)
        let clean = try MarkedRecording.read("nstdb/118e24", in: folder)
        rate = noisy.samplingRate
        let perSecond = Int(rate)
        let motion = zip(noisy.leads, clean.leads).map { a, b in
            (0..<Self.stretchCount).flatMap { k in
                let start = (Self.firstNoiseSeconds + 2 * Self.stretchSeconds * k) * perSecond
                return (start..<min(start + Self.stretchSeconds * perSecond, a.count)).map { a[$0] - b[$0] }
            }
        }
        // Electrode motion is the worst and gets half of the draws.
        kinds = [motion, muscle.leads, motion, wander.leads]
    }

    /// A stretch of noise at a sampling rate, of deviation 1 and mean 0.
    func stretch(_ count: Int, rate target: Double, _ draws: inout SeededDraws) -> [Float] {
        let kind = kinds[draws.index(below: kinds.count)]
        let lead = kind[draws.index(below: kind.count)]
        let step = rate / target
        let needed = min(lead.count - 1, Int(Double(count) * step) + 2)
        let start = draws.index(below: lead.count - needed)
        var noise = (0..<count).map { i in
            let position = (Double(i) * step).truncatingRemainder(dividingBy: Double(needed - 1))
            let below = Int(position)
            let part = Float(position - Double(below))
            return lead[start + below] * (1 - part) + lead[start + below + 1] * part
        }
        let mean = noise.reduce(0, +) / Float(count)
        let power = noise.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(count)
        let scale = 1 / (power.squareRoot() + 1e-6)
        for i in noise.indices { noise[i] = (noise[i] - mean) * scale }
        return noise
    }
}
