import ECGModel

extension Scenario {
    /// The shares of conduction and repolarisation variants among ``normalVariant(seed:)``, in per cent: what a chest pain
    /// ambulance meets among people without an infarct, set by convention, not by an epidemiological source.
    public enum NormalShares {
        public static let leftBundleBranchBlock = 2.0
        public static let rightBundleBranchBlock = 4.0
        public static let leftVentricularHypertrophy = 5.0
        public static let earlyRepolarisation = 5.0
    }

    /// A person without an infarct, drawn from the seed: either sex, 18 to 95 years, sinus rhythm of 50 to 98/min,
    /// everyday noise, and in the shares of ``NormalShares`` a bundle branch block, hypertrophy or (under 50 years) early
    /// repolarisation of 0.1 to 0.17 mV.
    public static func normalVariant(seed: UInt64) -> Scenario {
        var random = SeededGenerator(seed: seed ^ 0x6E6F_726D_616C_7321)
        let sex: Patient.Sex = random.chance(0.5) ? .male : .female
        let age = Int(random.uniform(18...95.99))
        var scenario = Scenario(
            name: "normal-variant", title: "Drawn normal", sex: sex, ageYears: age,
            rhythm: .sinus(rate: BeatsPerMinute(random.normal(mean: 71, deviation: 11, within: 50...98))))
        // What is drawn does not depend on age, so that each seed's other draws stay the same.
        let variant = 100 * random.unit()
        let level = random.uniform(0.1...0.17)
        var limit = NormalShares.leftBundleBranchBlock
        if variant < limit {
            scenario.conduction = .leftBundleBranchBlock
        } else if variant < limit + NormalShares.rightBundleBranchBlock {
            scenario.conduction = .rightBundleBranchBlock
        } else {
            limit += NormalShares.rightBundleBranchBlock
            if variant < limit + NormalShares.leftVentricularHypertrophy {
                scenario.conduction = .leftVentricularHypertrophy
            } else if variant < limit + NormalShares.leftVentricularHypertrophy + NormalShares.earlyRepolarisation {
                // Early repolarisation belongs to young people, most of them men.
                scenario.ageYears = 18 + (age - 18) * 32 / 78
                if random.chance(0.8) { scenario.sex = .male }
                scenario.repolarisation = .earlyRepolarisation(jMillivolts: level)
            }
        }
        // Skewed: most recordings are quiet, a few are bad.
        let unrest = random.unit() * random.unit()
        scenario.noise = NoiseProfile(
            baselineWander: Microvolts(25 + 250 * unrest), mains: Microvolts(1 + 40 * random.unit() * random.unit()),
            mainsFrequency: 50, muscle: Microvolts(3 + 30 * unrest), amplifier: 3,
            motionsPerMinute: random.chance(0.1) ? 4 : 0, motion: 300)
        return scenario
    }
}
