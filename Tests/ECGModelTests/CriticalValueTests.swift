import ECGModel
import Testing

@Suite struct CriticalValueTests {
    private static let start = Timestamp(microsecondsSince1970: 1_790_000_000_000_000)
    private static let notified = CriticalValue.Step.Kind.notified(.init(name: "Wu"), told: "VT", readBack: "VT")

    private var value = CriticalValue(of: AlertID(1), origin: .rule, at: start, by: nil)

    private mutating func take(_ kind: CriticalValue.Step.Kind, by user: String = "anna", after seconds: Int) throws {
        _ = try value.take(CriticalValue.Step(kind, at: Self.start + .seconds(seconds), by: user))
    }

    @Test mutating func everyStepHasItsTime() throws {
        #expect(value.due() == Self.start + .seconds(600))
        #expect(!value.isOverdue(at: Self.start + .seconds(600)) && value.isOverdue(at: Self.start + .seconds(601)))
        try take(.attempted(nil, text: "engaged"), after: 300)
        #expect(value.due() == Self.start + .seconds(600), "an attempt wins no time")
        try take(Self.notified, after: 400)
        try take(.notified(.init(name: "Dr He"), told: "VT", readBack: "VT"), after: 500)
        #expect(value.since == Self.start + .seconds(400))
        #expect(value.due() == Self.start + .seconds(2200))
        try take(.handled(nil, text: "shocked"), after: 900)
        #expect(value.due() == Self.start + .seconds(900 + 6 * 3600))
        try take(.recorded(text: nil), after: 1000)
        #expect(value.due() == nil && !value.state.isOpen)
    }

    @Test("a repeated request is one step, a second attempt later is another")
    mutating func repetition() throws {
        for (seconds, count) in [(60, 2), (62, 2), (660, 3), (661, 3)] {
            try take(.attempted(nil, text: "no answer"), after: seconds)
            #expect(value.steps.count == count, "after \(seconds) s")
        }
    }

    @Test mutating func twoStepsAreTakenBackOneAfterTheOther() throws {
        try take(Self.notified, after: 100)
        try take(.handled(nil, text: "shocked"), after: 200)
        try take(.undone(of: nil), after: 300)
        try take(.undone(of: nil), after: 301)
        #expect(value.state == .notified, "the same request again")
        try take(.undone(of: nil), after: 340)
        #expect(value.state == .toNotify)
    }

    @Test mutating func aStepThatIsNamedIsTakenBackAndNoOther() throws {
        try take(Self.notified, after: 100)
        try take(.handled(nil, text: "shocked"), after: 200)
        // As somebody's browser names them, to the millisecond.
        func told(_ seconds: Int) -> Timestamp { Timestamp((Self.start + .seconds(seconds)).description) ?? Self.start }
        for (seconds, state) in [(200, CriticalValue.State.notified), (200, .notified), (100, .toNotify)] {
            try take(.undone(of: told(seconds)), after: 301)
            #expect(value.state == state)
        }
        try take(.undone(of: told(200)), after: 900)
        try take(Self.notified, after: 1000)
        #expect(throws: CriticalValueRefusal.outOfOrder(.notified)) { try take(.undone(of: told(999)), after: 1001) }
        #expect(value.state == .notified)
    }

    /// Every history of four steps: only forward by one, back by who did it, and never on from the record.
    @Test func everyShortHistory() throws {
        let kinds: [CriticalValue.Step.Kind] = [
            .attempted(nil, text: "a"), Self.notified, .handled(nil, text: "h"), .recorded(text: nil), .undone(of: nil),
            .withdrawn(reason: "w"),
        ]
        let order: [CriticalValue.State] = [.toNotify, .notified, .handled, .recorded]
        for number in 0..<(6 * 6 * 6 * 6) {
            var value = CriticalValue(of: AlertID(1), origin: .rule, at: Self.start, by: nil)
            var rest = number
            for index in 0..<4 {
                let before = value
                let kind = kinds[rest % 6]
                rest /= 6
                let step = CriticalValue.Step(kind, at: Self.start + .seconds(index), by: "anna")
                let isTaken: Bool
                do { isTaken = try value.take(step) } catch { isTaken = false }
                guard isTaken else {
                    #expect(value == before)
                    continue
                }
                #expect(value.steps.count == before.steps.count + 1)
                #expect(before.state != .recorded)
                if let from = order.firstIndex(of: before.state), let to = order.firstIndex(of: value.state) {
                    #expect(abs(to - from) <= 1)
                    #expect(to >= from || kind == .undone(of: nil))
                }
                #expect(CriticalValue(of: AlertID(1), steps: value.steps) == value)
            }
        }
    }
}
