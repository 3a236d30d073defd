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

    @Test("what is urgent goes first, in its own order")
    func urgent() {
        var turns = Turns<Int>()
        for number in 0..<3 { turns.add(number) }
        for number in 10..<12 { turns.add(number, isUrgent: true) }
        #expect(!turns.isEmpty)
        var done: [Int] = []
        while let number = turns.next(after: .zero) { done.append(number) }
        #expect(done == [10, 11, 0, 1, 2])
        turns.add(20, isUrgent: true)
        #expect(!turns.isEmpty)
        #expect(turns.next(after: Turns<Int>.length) == nil)
        #expect(turns.next(after: .zero) == 20)
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
