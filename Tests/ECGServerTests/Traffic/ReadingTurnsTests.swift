import ECGServer
import Testing

@Suite("Turns of reading, when a loop is behind")
struct ReadingTurnsTests {
    private typealias Turns = ReadingTurns<Int>

    /// Turns of a loop that is behind, with so many connections waiting.
    private static func behind(waiting: Int) -> Turns {
        var turns = Turns()
        turns.looked(late: Turns.late + .milliseconds(1))
        for connection in 0..<waiting { #expect(turns.mayRead(connection, isUrgent: false) == false) }
        return turns
    }

    @Test("while the loop keeps up everybody is read")
    func keepsUp() {
        var turns = Turns()
        turns.looked(late: Turns.late)
        #expect(!turns.isBehind)
        for connection in 0..<1000 { #expect(turns.mayRead(connection, isUrgent: false) == true) }
        #expect(turns.next(after: nil) == [])
    }

    @Test("when it is behind, the urgent are read at once and the others in the order in which they asked")
    func order() {
        var turns = Self.behind(waiting: 1000)
        #expect(turns.mayRead(5000, isUrgent: true) == true)
        var read: [Int] = []
        var lasted: Duration?
        while read.count < 1000 {
            let some = turns.next(after: lasted)
            #expect(!some.isEmpty)
            #expect(turns.mayRead(5000, isUrgent: true) == true)
            read += some
            lasted = Turns.turn
        }
        #expect(read == Array(0..<1000))
    }

    @Test("a turn lets in as many as the loop does in its time")
    func size() {
        var turns = Self.behind(waiting: 100_000)
        // A loop that does so many in a turn's time, after the first guess both fewer and more.
        for possible in [20, 1000] {
            var count = turns.next(after: nil).count
            for _ in 0..<12 { count = turns.next(after: Turns.turn * count / possible).count }
            #expect((possible / 2...possible * 2).contains(count), "\(count) of \(possible)")
        }
    }

    @Test("however slow the loop, somebody is let in")
    func everybodyGetsOn() {
        var turns = Self.behind(waiting: 100_000)
        for _ in 0..<100 {
            let some = turns.next(after: .seconds(60))
            #expect(some.count >= Turns.fewest)
        }
    }

    @Test("it is over when nobody waits and the loop is quick again")
    func over() {
        var turns = Self.behind(waiting: 1)
        #expect(turns.next(after: nil) == [0])
        #expect(turns.isBehind)
        _ = turns.next(after: Turns.turn * 2)
        #expect(turns.isBehind, "the loop is still slow")
        _ = turns.next(after: Turns.turn / 2)
        #expect(!turns.isBehind)
        #expect(turns.mayRead(0, isUrgent: false) == true)
    }
}
