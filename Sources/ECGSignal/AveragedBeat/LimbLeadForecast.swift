import ECGModel

/// What leads I and II should be, told from the chest leads.
///
/// The heart is roughly one dipole, and nine leads are more than it needs: each wave of I and of II is a weighted sum of
/// V1 to V6. The weights are a regression over the averaged beats of 514 recordings (the open halves of LUDB, PTB-XL, PTB
/// and the Challenge of 2020), every recording counting alike.
struct LimbLeadForecast: Sendable {
    /// A stretch of the beat with its own weights, in time from the R peak.
    struct Wave: Sendable {
        let start: Milliseconds
        let end: Milliseconds
        /// Weights of V1 to V6 for lead I and lead II.
        let ofI: [Float]
        let ofII: [Float]
        /// Mean square of a wave that counts half, in mV².
        let halfPower: Float
    }

    static let p = Wave(
        start: -230, end: -70, ofI: [-0.311, 0.370, -0.157, -0.003, 0.284, 0.579],
        ofII: [0.151, -0.379, 0.274, 0.280, 0.328, 0.914], halfPower: 0.0005)
    static let qrs = Wave(
        start: -62, end: 66, ofI: [-0.579, 0.246, 0.052, -0.074, 0.068, 0.297],
        ofII: [-0.014, -0.171, 0.167, 0.088, -0.055, 0.513], halfPower: 0.006)
    static let t = Wave(
        start: 98, end: 418, ofI: [-0.405, 0.263, -0.006, -0.062, 0.115, 0.338],
        ofII: [-0.106, 0.061, 0.177, -0.059, 0.011, 0.608], halfPower: 0.00125)
    /// The line before the complex that all levels are read against, from the R peak.
    private static let restStart = Milliseconds(-76)
    private static let restEnd = Milliseconds(-56)

    private let wave: Wave
    private let i: SIMD16<Float>
    private let ii: SIMD16<Float>

    /// - Parameter chest: the lanes of V1 to V6.
    init(_ wave: Wave, chest: [Int]) {
        self.wave = wave
        var (i, ii) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
        for (position, lane) in chest.enumerated() {
            i[lane] = wave.ofI[position]
            ii[lane] = wave.ofII[position]
        }
        (self.i, self.ii) = (i, ii)
    }

    /// How well recorded and forecast limb leads go together over the wave.
    struct Agreement: Sendable {
        /// Products of recorded lead a with forecast lead b, a and b of I, II and III, as a part of their mean power.
        private var products: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

        /// - Parameter sums: of the products of recorded with forecast leads: I·I, I·II, II·I, II·II.
        fileprivate init(sums: SIMD4<Float>, power: Float) {
            let scaled = sums * (2 / power)
            let (a, b, c, d) = (scaled.x, scaled.y, scaled.z, scaled.w)
            // III is II less I.
            products = (
                SIMD4(a, b, b - a, 0), SIMD4(c, d, d - c, 0), SIMD4(c - a, d - b, d - c - b + a, 0)
            )
        }

        /// The agreement if the three cables are where a placement says; from -1 to 1.
        func under(_ placement: LimbPlacement) -> Float {
            let (one, two, three) = products
            return switch placement {
            case .correct: one.x + two.y + three.z
            case .armsExchanged: -one.x + three.y + two.z
            case .leftArmAndLegExchanged: two.x + one.y - three.z
            case .rightArmAndLeftLegExchanged: -three.x - two.y - one.z
            case .turnedForward: three.x - one.y - two.z
            case .turnedBackward: -two.x - three.y + one.z
            }
        }
    }

    /// Compares the limb leads of a beat with what its chest leads forecast.
    func agreement(of beat: CoarseBeat, leadI: Int, leadII: Int) -> Agreement {
        let window = beat.window
        func index(_ time: Milliseconds) -> Int { beat.index(of: Float(window.peak) + window.span(time)) }
        var rest = SIMD16<Float>.zero
        let restRange = index(Self.restStart)...index(Self.restEnd)
        for position in restRange { rest += beat.levels[position] }
        rest /= Float(restRange.count)
        var sums = SIMD4<Float>.zero
        var power: Float = 0
        let range = index(wave.start)..<max(index(wave.start) + 1, index(wave.end))
        for position in range {
            let level = beat.levels[position] - rest
            let (i, ii) = (level[leadI], level[leadII])
            let (forecastI, forecastII) = ((level * self.i).total, (level * self.ii).total)
            sums += SIMD4(i, i, ii, ii) * SIMD4(forecastI, forecastII, forecastI, forecastII)
            let (iii, forecastIII) = (ii - i, forecastII - forecastI)
            power += i * i + ii * ii + iii * iii
            power += forecastI * forecastI + forecastII * forecastII + forecastIII * forecastIII
        }
        return Agreement(sums: sums, power: power + wave.halfPower * Float(range.count))
    }
}

/// Which of the three limb cables is where.
enum LimbPlacement {
    case correct, armsExchanged, leftArmAndLegExchanged, rightArmAndLeftLegExchanged
    /// Every cable one limb further: right arm's on the left leg or on the left arm. Each is an exchange of two after that
    /// of left arm and left leg.
    case turnedForward, turnedBackward
}
