public import Foundation

/// The figures below which the program must not fall, kept as data beside the tests.
public struct AccuracyFloors: Sendable, Codable {
    /// A figure as it was reached, and how much worse is still taken.
    public struct Floor: Sendable, Hashable, Codable {
        public var figure: String
        public var unit: String
        public var better: Figure.Better
        public var reached: Double
        public var margin: Double
        /// What a figure must not be worse than: `reached` less the margin, or more by it where low is good.
        public var floor: Double
    }

    /// Says in the file how it came about.
    public var note: String
    public var floors: [Floor]

    /// Floors for the figures that were reached.
    public init(reached figures: [Figure]) {
        note = """
            Written by 'ecgnet accuracy DATA --part --write-floors FILE'. A figure fails when it is worse than its floor, \
            which is what was reached, worsened by the margin.
            """
        floors = figures.map { figure in
            let sign: Double = figure.better == .high ? -1 : 1
            return Floor(
                figure: figure.name, unit: figure.unit, better: figure.better, reached: Self.rounded(figure.value),
                margin: Self.rounded(figure.margin), floor: Self.rounded(figure.value + sign * figure.margin))
        }
    }

    /// Figures are compared as they are printed here: with three digits after the point.
    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// A sentence for every figure that has fallen below its floor or was not measured at all.
    public func failures(of figures: [Figure]) -> [String] {
        floors.compactMap { floor in
            guard let figure = figures.first(where: { $0.name == floor.figure }) else {
                return "\(floor.figure) was not measured; it was \(floor.reached) \(floor.unit)"
            }
            let value = Self.rounded(figure.value)
            guard floor.better == .high ? value < floor.floor : value > floor.floor else { return nil }
            let side = floor.better == .high ? "below its floor" : "above its ceiling"
            return
                "\(floor.figure) is \(value) \(floor.unit), \(side) of \(floor.floor) (reached before: \(floor.reached))"
        }
    }

    /// A sentence for every figure that is better than reached before by more than its margin: its floor may be raised.
    public func outgrown(by figures: [Figure]) -> [String] {
        floors.compactMap { floor in
            guard let figure = figures.first(where: { $0.name == floor.figure }) else { return nil }
            let gain = floor.better == .high ? figure.value - floor.reached : floor.reached - figure.value
            guard gain > floor.margin else { return nil }
            return "\(floor.figure) is \(Self.rounded(figure.value)) \(floor.unit), better than \(floor.reached)"
        }
    }

    public init(parsing data: Data) throws { self = try JSONDecoder().decode(Self.self, from: data) }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
