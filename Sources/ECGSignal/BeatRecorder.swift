package import ECGModel

/// Lets the fitting of ``BeatNetwork`` see every beat as the classifier saw it; the analysis does not use it.
package struct BeatRecorder: Sendable {
    /// A beat and what it was taken for.
    package struct SeenBeat: Sendable {
        /// The sample of the recording in the middle of the complex.
        package var sample: Int
        package var beatClass: BeatClass
    }

    /// The number of inputs of a beat.
    package static let inputCount = BeatView.count

    /// Power of two, more than the decimation filter spans at 1000 Hz.
    private static let ringCapacity = 512

    private var ring = SampleRing(capacity: ringCapacity)
    private var detector: BeatDetector
    private var classifier: BeatClassifier
    private var previousTick: Int?

    /// - Parameter weights: of the network that judges, in the order that ``BeatNetwork`` takes them; nil for the fitted
    ///   one, none for one that calls every beat normal.
    package init(channelCount: Int, samplingRate: Double, weights: [Float]? = nil) {
        detector = BeatDetector(channelCount: channelCount, samplingRate: samplingRate)
        let network = weights.map {
            BeatNetwork(weights: $0.isEmpty ? Array(repeating: 0, count: BeatNetwork.weightCount) : $0)
        }
        classifier = BeatClassifier(
            rate: detector.signal.rate, network: network ?? .fitted)
    }

    /// Takes the next instant of all leads, in millivolts; lanes beyond the channels are zero.
    package mutating func push(_ millivolts: SIMD16<Float>, handle: (SeenBeat, [Float]) -> Void) {
        ring.append(millivolts)
        detector.signal.take(instants: 1, from: ring)
        report(isFinal: false, handle)
    }

    /// Ends the recording.
    package mutating func finish(handle: (SeenBeat, [Float]) -> Void) {
        detector.signal.finishStartup()
        report(isFinal: true, handle)
    }

    private mutating func report(isFinal: Bool, _ handle: (SeenBeat, [Float]) -> Void) {
        while let decision = detector.nextDecision(isFinal: isFinal) {
            guard decision.isBeat else { continue }
            let verdict = classifier.classify(
                decision, in: detector.signal, intervalTicks: previousTick.map { decision.tick - $0 },
                history: detector.history, isPaced: false)
            previousTick = decision.tick
            handle(SeenBeat(sample: decision.sample, beatClass: verdict.beatClass), classifier.view.inputs)
        }
    }
}
