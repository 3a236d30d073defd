/// The last four seconds of four leads, without baseline and without what is sharper than a ventricular wave.
///
/// Fibrillation shows in every lead, so four are enough to see it and to tell it from the artefact of one electrode.
struct SwingWindow: Sendable {
    static let seconds = 4.0
    /// The band of the waves of ventricular tachycardia, flutter and fibrillation, without baseline and QRS slopes.
    private static let lowHertz = 0.8
    private static let highHertz = 15.0
    /// The rate that is aimed at; the real one is from 47 to 75 Hz.
    private static let targetRate = 60.0
    /// Other leads are taken when the present ones weigh less than this part of the best four.
    private static let leastWeightPart: Float = 0.5

    /// Instants a second.
    let rate: Double
    private let ticksPerInstant: Int
    private let share: Float
    private let channelCount: Int
    private let lowPass: QuadSection
    private let highPass: QuadSection
    private var lowPassed = QuadSection.State()
    private var highPassed = QuadSection.State()
    private var lanes: SIMD4<Int32>
    private var hasChosen = false
    private var sum = SIMD4<Float>.zero
    private var ticksInSum = 0
    private var instants: [SIMD4<Float>]
    private var next = 0
    private(set) var isFull = false

    /// - Parameter rate: ticks of the detection signal per second.
    init(rate: Double, channelCount: Int) {
        ticksPerInstant = max(1, Int((rate / Self.targetRate).rounded()))
        share = 1 / Float(ticksPerInstant)
        self.rate = rate / Double(ticksPerInstant)
        self.channelCount = channelCount
        lowPass = QuadSection(FilterDesign.lowPass(cornerHertz: Self.highHertz, rate: self.rate))
        highPass = QuadSection(FilterDesign.highPass(cornerHertz: Self.lowHertz, rate: self.rate))
        let last = Int32(channelCount - 1)
        lanes = SIMD4(0, min(1, last), min(2, last), min(3, last))
        instants = Array(repeating: .zero, count: Int(Self.seconds * self.rate))
    }

    func prefetch() { instants.prefetch() }

    /// The number of leads looked at; lanes beyond it repeat the last.
    var leadCount: Int { min(4, channelCount) }
    var count: Int { instants.count }

    /// Takes the ticks of the low-passed channels that have just come.
    mutating func push(_ signal: DetectionSignal, _ ticks: Range<Int>) {
        for tick in ticks {
            sum += signal.newest(at: tick, channels: lanes)
            ticksInSum += 1
            guard ticksInSum == ticksPerInstant else { continue }
            instants[next] = highPass.filter(lowPass.filter(sum * share, &lowPassed), &highPassed)
            next += 1
            if next == instants.count {
                next = 0
                isFull = true
            }
            ticksInSum = 0
            sum = .zero
        }
    }

    /// Calls `body` with the window's instants, which start at the given place and go on from the first one after the last.
    @inline(__always)
    func withInstants<Result>(_ body: (UnsafeBufferPointer<SIMD4<Float>>, _ start: Int) -> Result) -> Result {
        instants.withUnsafeBufferPointer { body($0, next) }
    }

    /// Chooses the leads that show beats best, the first time and whenever the present ones have become much worse; the
    /// window starts anew with them.
    ///
    /// - Parameter weight: how clearly each channel shows beats; 0 where there is none.
    mutating func chooseLeads(weight: SIMD16<Float>) {
        guard channelCount > 4 else { return }
        var rest = weight
        var best = SIMD4<Int32>.zero
        var bestWeight: Float = 0
        var presentWeight: Float = 0
        for place in 0..<4 {
            var lane = 0
            for other in 1..<channelCount where rest[other] > rest[lane] { lane = other }
            best[place] = Int32(lane)
            bestWeight += max(0, rest[lane])
            rest[lane] = -1
            presentWeight += weight[Int(lanes[place])]
        }
        guard !hasChosen || presentWeight < Self.leastWeightPart * bestWeight else { return }
        hasChosen = true
        lanes = best
        lowPassed = QuadSection.State()
        highPassed = QuadSection.State()
        sum = .zero
        ticksInSum = 0
        next = 0
        isFull = false
    }
}
