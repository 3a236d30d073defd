import ECGServer
import Testing

@Suite("Turns of a loop that has more to do than it gets done")
struct TurnsTests {
    @Test("everybody's turn comes, in the order in which they asked")
    func order() {
        var turns = Turns<Int>()
        var done: [Int] = []
        for number in 0..<100 { turns.add(number) }
        // Each takes a sixth of a turn; some ask again meanwhile.
        while !turns.isEmpty {
            var lasted = Duration.zero
            while let number = turns.next(after: lasted) {
                done.append(number)
                if number < 10 { turns.add(100 + number) }
                lasted += Turns<Int>.length / 6
            }
            #expect(lasted <= Turns<Int>.length + Turns<Int>.length / 6)
        }
        #expect(done == Array(0..<110))
    }

    @Test("a turn that is over lets nobody in, and nobody is forgotten")
    func over() {
        var turns = Turns<Int>()
        turns.add(1)
        #expect(turns.next(after: Turns<Int>.length) == nil)
        #expect(!turns.isEmpty)
        #expect(turns.next(after: .zero) == 1)
        #expect(turns.next(after: .zero) == nil)
        #expect(turns.isEmpty)
    }
}
