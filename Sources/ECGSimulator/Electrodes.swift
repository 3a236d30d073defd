import ECGModel

/// The front end between skin and counts: limb reversal, contact, lead formation, quantisation.
struct Electrodes: Sendable {
    /// Lead vectors of the electrodes' lanes, one for each axis.
    private let x: ElectrodePotentials
    private let y: ElectrodePotentials
    private let z: ElectrodePotentials
    /// What each lead takes, in counts a millivolt: its own electrode in the chest leads, and of each limb electrode as
    /// Einthoven, Goldberger and Wilson define it.
    private let chestLanes: ElectrodePotentials
    private let ofRightArm: ElectrodePotentials
    private let ofLeftArm: ElectrodePotentials
    private let ofLeftLeg: ElectrodePotentials
    private let reversal: RecordingQuality.LimbReversal?
    private let faults: [Fault]
    private let railSamples: Float

    private struct Fault: Sendable {
        var start: SampleIndex
        var end: SampleIndex
        var lane: Int
        var isSaturated: Bool
    }

    /// The range of a 16-bit converter, short of the values that formats use for missing samples.
    static let rail: Float = 32_000
    /// How long an open input takes to the rail.
    private static let railSeconds = 0.3

    init(_ scenario: Scenario, rateHertz: Double, nanovoltsPerCount: Double) {
        var axes = [ElectrodePotentials](repeating: .zero, count: 3)
        for electrode in Electrode.allCases {
            let vector = Torso.electrodeVector(electrode)
            for axis in 0..<3 { axes[axis][electrode.lane] = Float(vector[axis]) }
        }
        (x, y, z) = (axes[0], axes[1], axes[2])
        reversal = scenario.limbReversal
        let countsPerMillivolt = Float(1_000_000 / nanovoltsPerCount)
        let third: Float = -1.0 / 3
        /// Shares of I, II, III, aVR, aVL and aVF; the six chest leads are against the mean of the three.
        func shares(_ limb: [Float]) -> ElectrodePotentials {
            ElectrodePotentials(limb + [Float](repeating: third, count: 6) + [0, 0, 0, 0]) * countsPerMillivolt
        }
        ofRightArm = shares([-1, -1, 0, 1, -0.5, -0.5])
        ofLeftArm = shares([1, 0, -1, -0.5, 1, -0.5])
        ofLeftLeg = shares([0, 1, 1, -0.5, -0.5, 1])
        var chest = ElectrodePotentials.zero
        for lane in 6..<12 { chest[lane] = countsPerMillivolt }
        chestLanes = chest
        railSamples = Float(Self.railSeconds * rateHertz)
        faults = Self.spans(scenario, rateHertz: rateHertz).flatMap { fault, start, end in
            Lead.standardTwelve.indices.filter { fault.electrode.leads.contains(Lead.standardTwelve[$0]) }.map {
                Fault(start: start, end: end, lane: $0, isSaturated: fault.reading == .saturated)
            }
        }
    }

    /// The scenario's faults in samples; one without end ends at `.max`.
    static func spans(
        _ scenario: Scenario, rateHertz: Double
    ) -> [(fault: ElectrodeFault, start: SampleIndex, end: SampleIndex)] {
        scenario.faults.map { fault in
            let end = fault.endSeconds.map { Int(($0 * rateHertz).rounded()) } ?? .max
            return (fault, Int((fault.startSeconds * rateHertz).rounded()), end)
        }
    }

    /// The electrodes' potentials of a heart vector, in millivolts.
    func potentials(of heart: HeartVector) -> ElectrodePotentials { heart.x * x + heart.y * y + heart.z * z }

    /// Appends the counts of the first `count` samples of a block of potentials, twelve a sample.
    func append(
        _ skin: [ElectrodePotentials], count: Int, at position: SampleIndex, to counts: inout [Int32]
    ) {
        let start = counts.count
        counts.append(contentsOf: repeatElement(0, count: 12 * count))
        for offset in 0..<count {
            let sample = self.counts(of: skin[offset], at: position + offset)
            let base = start + 12 * offset
            for lane in 0..<12 { counts[base + lane] = sample[lane] }
        }
    }

    /// The twelve leads of a sample in counts, in the conventional order; four lanes stay unused.
    private func counts(of skin: ElectrodePotentials, at index: SampleIndex) -> SIMD16<Int32> {
        var (ra, la, ll) = (skin[0], skin[1], skin[2])
        switch reversal {
        case nil: break
        case .armElectrodes: swap(&ra, &la)
        case .leftArmLeftLeg: swap(&la, &ll)
        case .rightArmLeftLeg: swap(&ra, &ll)
        // Both legs have nearly the same potential: the right arm's cable on the right leg reads the left leg's.
        case .rightArmRightLeg: ra = ll
        }
        var leads = skin * chestLanes + ra * ofRightArm + la * ofLeftArm + ll * ofLeftLeg
        leads.replace(with: Self.rail, where: leads .> Self.rail)
        leads.replace(with: -Self.rail, where: leads .< -Self.rail)
        var counts = Self.rounded(leads)
        // A device computes the third limb lead from the counts of the other two.
        counts[2] = counts[1] - counts[0]
        for fault in faults where index >= fault.start && index < fault.end {
            let drift = min(Float(index - fault.start) / railSamples, 1)
            counts[fault.lane] = fault.isSaturated ? Int32(drift * Self.rail) : 0
        }
        return counts
    }

    /// Rounds to the nearest integer, halves to even. Adding 1.5 · 2²³ leaves the integer in the low bits of the
    /// significand for magnitudes below 2²²; without SSE 4.1 the library's rounding is a call a lane.
    private static func rounded(_ values: SIMD16<Float>) -> SIMD16<Int32> {
        let shift: Float = 0x1.8p23
        let bits = unsafeBitCast(values + shift, to: SIMD16<Int32>.self)
        return bits &- Int32(bitPattern: shift.bitPattern)
    }
}
