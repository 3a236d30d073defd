import ECGModel

/// The front end between skin and counts: limb reversal, contact, lead formation, quantisation.
struct Electrodes: Sendable {
    /// Lead vectors of the electrodes' lanes, one for each axis.
    private let x: ElectrodePotentials
    private let y: ElectrodePotentials
    private let z: ElectrodePotentials
    private let reversal: RecordingQuality.LimbReversal?
    private let countsPerMillivolt: Float
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
        countsPerMillivolt = Float(1_000_000 / nanovoltsPerCount)
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

    /// The twelve leads of a sample in counts, in the conventional order; four lanes stay unused.
    func counts(of skin: ElectrodePotentials, at index: SampleIndex) -> SIMD16<Int32> {
        var potentials = skin
        let (ra, la, ll) = (skin[0], skin[1], skin[2])
        switch reversal {
        case nil: break
        case .armElectrodes: (potentials[0], potentials[1]) = (la, ra)
        case .leftArmLeftLeg: (potentials[1], potentials[2]) = (ll, la)
        case .rightArmLeftLeg: (potentials[0], potentials[2]) = (ll, ra)
        // Both legs have nearly the same potential: the right arm's cable on the right leg reads the left leg's.
        case .rightArmRightLeg: potentials[0] = ll
        }
        let terminal = (potentials[0] + potentials[1] + potentials[2]) / 3
        var leads = potentials - terminal
        leads[0] = potentials[1] - potentials[0]
        leads[1] = potentials[2] - potentials[0]
        leads[3] = potentials[0] - 0.5 * (potentials[1] + potentials[2])
        leads[4] = potentials[1] - 0.5 * (potentials[0] + potentials[2])
        leads[5] = potentials[2] - 0.5 * (potentials[0] + potentials[1])
        leads = (leads * countsPerMillivolt).clamped(
            lowerBound: ElectrodePotentials(repeating: -Self.rail),
            upperBound: ElectrodePotentials(repeating: Self.rail))
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
