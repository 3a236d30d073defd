import ECGModel
import ECGSimulator
import Testing

/// The drawn normals as a population.
@Suite struct NormalPopulationTests {
    private let people = (0..<2000 as Range<UInt64>).map { Scenario.normalVariant(seed: $0) }

    @Test func sharesAreThoseStated() {
        func share(_ condition: (Scenario) -> Bool) -> Double { 100 * Double(people.count(where: condition)) / 2000 }
        #expect(abs(share { $0.conduction == .leftBundleBranchBlock } - 2) < 1.2)
        #expect(abs(share { $0.conduction == .rightBundleBranchBlock } - 4) < 1.7)
        #expect(abs(share { $0.conduction == .leftVentricularHypertrophy } - 5) < 2)
        #expect(abs(share { $0.repolarisation != .usual } - 5) < 2)
        #expect(abs(share { $0.sex == .female } - 50) < 5)
        #expect(people.allSatisfy { (18...95).contains($0.ageYears) && $0.infarct == nil })
    }

    /// The Universal Definition's limits lie above what is normal: no drawn normal of ordinary conduction and
    /// repolarisation may reach them in two contiguous leads.
    @Test func ordinaryNormalsKeepBelowTheInfarctThresholds() throws {
        for (seed, person) in people.prefix(500).enumerated()
        where person.conduction == .narrow && person.repolarisation == .usual {
            let truth = SignalProbe(person, seed: UInt64(seed), seconds: 0.1).truth
            for wall in [Infarct.Wall.anterior, .inferior, .lateral, .posterior] {
                let limits = wall.criterion(sex: person.sex, ageYears: person.ageYears).limits
                let isBeyond = try limits.map { limit in
                    try #require(truth.st(limit.lead)).stJ.value / limit.st.value >= 1
                }
                #expect(!zip(isBeyond, isBeyond.dropFirst()).contains { $0 && $1 }, "\(wall) of \(seed)")
            }
        }
    }

    @Test func amplitudesVaryFromPersonToPerson() {
        let peaks = (0..<40 as Range<UInt64>).map { seed in
            SignalProbe.clean(Scenario.normalVariant(seed: seed), seed: seed, seconds: 3).peak(.v5, 0..<1500)
        }
        #expect((peaks.max() ?? 0) > 1.3 * (peaks.min() ?? 0))
        #expect(peaks.allSatisfy { (0.3...4).contains($0) })
    }
}
