/// Lets the fitting of ``QRSNetwork`` see every candidate as the detector saw it; the analysis does not use it.
package struct CandidateRecorder: Sendable {
    /// A candidate and what became of it.
    package struct Candidate: Sendable {
        /// The sample of the recording in the middle of the complex.
        package var sample: Int
        /// The network's output with ``CandidateRecorder/bias`` added.
        package var logOdds: Float
        package var isBeat: Bool
        /// Whether it came too soon after a beat to be a choice at all.
        package var isRefractory: Bool
        /// log2 of the QRS envelope at the candidate.
        package var level: Float
    }

    /// The number of inputs of a candidate.
    package static let inputCount = CandidateView.count

    /// Power of two, more than the decimation filter spans at 1000 Hz.
    private static let ringCapacity = 512

    private var ring = SampleRing(capacity: ringCapacity)
    private var detector: BeatDetector
    private let network: QRSNetwork

    /// Added to the network's output. A detector that is pushed to miss or to invent beats shows the situations from
    /// which it must find back to the rhythm.
    package var bias: Float = 0 {
        didSet { detector.network = network.biased(by: bias) }
    }

    /// - Parameter weights: of the network that decides, in the order that ``QRSNetwork`` takes them; nil for the
    ///   fitted one.
    package init(channelCount: Int, samplingRate: Double, weights: [Float]? = nil) {
        network = weights.map { QRSNetwork(weights: $0) } ?? .fitted
        detector = BeatDetector(channelCount: channelCount, samplingRate: samplingRate, network: network)
    }

    /// Takes the next instant of all leads, in millivolts; lanes beyond the channels are zero.
    package mutating func push(_ millivolts: SIMD16<Float>, handle: (Candidate, [Float]) -> Void) {
        ring.append(millivolts)
        detector.signal.take(instants: 1, from: ring)
        report(isFinal: false, handle)
    }

    /// Ends the recording.
    package mutating func finish(handle: (Candidate, [Float]) -> Void) {
        detector.signal.finishStartup()
        report(isFinal: true, handle)
    }

    private mutating func report(isFinal: Bool, _ handle: (Candidate, [Float]) -> Void) {
        while let decision = detector.nextDecision(isFinal: isFinal) {
            let candidate = Candidate(
                sample: decision.sample, logOdds: decision.logOdds, isBeat: decision.isBeat,
                isRefractory: decision.isRefractory, level: detector.signal.qrs(at: decision.tick))
            handle(candidate, detector.view.inputs)
        }
    }
}
