import Testing

@testable import ECGSignal

@Suite("A table of weights")
struct WeightTableTests {
    /// What the table holds at a place: no two are alike.
    private static func weight(_ place: Int) -> Float { Float(3 * place) / 256 }

    @Test("gives its rows and numbers in their order, each once")
    func order() {
        let count = 3 * WeightTable.width + 2
        var table = WeightTable(WeightTable.weights((0..<count).map { Int16(3 * $0) }))
        func row(_ number: Int) -> [Float] {
            (0..<WeightTable.width).map { Self.weight(number * WeightTable.width + $0) }
        }
        func lanes(_ row: SIMD16<Float>) -> [Float] { row.indices.map { row[$0] } }
        let rows = [table.row()] + table.rows(2)
        #expect(rows.map(lanes) == [row(0), row(1), row(2)])
        let numbers = [table.number(), table.number()]
        #expect(numbers == [Self.weight(count - 2), Self.weight(count - 1)])
        table.end()
    }
}
