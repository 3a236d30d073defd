import ECGAccuracy
import ECGModel
import ECGSimulator
import Testing

@Suite struct OperatingCurveTests {
    static let plan: OperatingCurve.Plan = {
        var plan = OperatingCurve.Plan()
        plan.factors = [0.6, 1, 1.6]
        plan.sizes = [0.5, 2]
        plan.walls = [.inferior]
        plan.infarctSeeds = 1...4
        plan.normalSeeds = 1...5
        return plan
    }()

    @Test("Larger infarcts are found more often, lower limits find more, and a plan gives one curve")
    func measure() {
        var steps: [Int] = []
        let curve = OperatingCurve.measure(Self.plan) { done, total in
            steps.append(done)
            #expect(total == 13)
        }
        #expect(steps == Array(1...13))
        #expect(curve.points.map(\.factor) == Self.plan.factors)
        for point in curve.points {
            #expect(point.normals.any.cases == 5 && point.infarcts.map(\.any.cases) == [4, 4])
            #expect(point.infarcts[0].any.hits <= point.infarcts[1].any.hits)
            #expect(point.infarcts[1].high.hits <= point.infarcts[1].any.hits)
            #expect(point.realNormals.any.cases == 0)
        }
        #expect(curve.points[1].infarcts[1].high.hits == 4)
        #expect(curve.points[0].infarcts[0].any.hits >= curve.points[2].infarcts[0].any.hits)
        #expect(curve == OperatingCurve.measure(Self.plan))
    }

    @Test("The drawing holds a line for each size in each panel, and marks the point that ships in each")
    func drawing() {
        let simulated = OperatingCurveDrawing(OperatingCurve.measure(Self.plan)).svg()
        #expect(simulated.ranges(of: "stroke-width=\"1.6\"").count == 4)
        #expect(simulated.ranges(of: "r=\"5\"").count == 4 + 1)
        #expect(!simulated.contains("recordings of healthy people"))

        var simulation = Simulation(scenario: .normalVariant(seed: 1), seed: 1)
        let real = Recording(header: simulation.header(), samples: simulation.next(5000))
        let both = OperatingCurveDrawing(OperatingCurve.measure(Self.plan, realNormals: [real])).svg()
        #expect(both.ranges(of: "stroke-width=\"1.6\"").count == 8)
        #expect(both.contains("1 recordings of healthy people"))
    }
}
