public import ECGModel

/// What the codec remembers of a recording from one block to the next: some 50 bytes a lead, about a kilobyte for twelve
/// leads with the arrays that hold them.
///
/// Each end keeps one for each recording, and both come to the same after the same blocks. A fresh one remembers
/// nothing: the next block begins a run.
public struct CodecMemory: Hashable, Sendable {
    /// A run begins anew after this many blocks, so that a sample in the middle of a long recording is found by reading a
    /// minute at the most. It costs 0.05 % of the bytes of mitdb in blocks of 10 seconds.
    public static let longestRun = 60

    /// The sample with which a block that goes on with the run has to begin; nil when there is no run.
    public private(set) var nextSample: SampleIndex?
    var blocksInRun = 0
    var predictions: [LeadPrediction] = []
    /// The last remainder of each lead that is differenced.
    var remainders: [Int32] = []
    /// The leads that are foretold adaptively, in order: eight to a predictor.
    var adaptiveLeads: [Int] = []
    var predictors: [AdaptivePredictor] = []

    public init() {}

    /// Forgets the run: the next block begins another. A device does so when it resumes a recording.
    public mutating func beginAnew() { nextSample = nil }

    /// Whether a block of so many leads that begins at this sample can go on with the run.
    func continues(at sample: SampleIndex, channels: Int) -> Bool {
        nextSample == sample && predictions.count == channels && blocksInRun < Self.longestRun
    }

    mutating func begin(_ predictions: [LeadPrediction]) {
        self.predictions = predictions
        blocksInRun = 0
        remainders = Array(repeating: 0, count: predictions.count)
        adaptiveLeads = predictions.indices.filter { predictions[$0].order == LeadPrediction.adaptive }
        let lanes = AdaptivePredictor.laneCount
        predictors = Array(repeating: AdaptivePredictor(), count: (adaptiveLeads.count + lanes - 1) / lanes)
    }

    mutating func finishBlock(endSample: SampleIndex) {
        nextSample = endSample
        blocksInRun += 1
    }
}
