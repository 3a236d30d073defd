import Testing

@testable import ECGServer

@Suite struct TurnstileTests {
    @Test func soManyPassAtATimeSoManyWaitAndMoreAreTurnedAway() async throws {
        let turnstile = Turnstile(places: 1, waiting: 1)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let order = Mutexed<[Int]>([])
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        async let first: Void = turnstile.pass {
            starting.yield()
            for await _ in gate { break }
            order.value += [1]
        }
        for await _ in started { break }
        async let second: Void = turnstile.pass { order.value += [2] }
        try await eventually { turnstile.waitingCount == 1 }
        await #expect(throws: Turnstile.Full.self) { try await turnstile.pass { order.value += [3] } }
        opener.yield()
        _ = try await (first, second)
        try await turnstile.pass { order.value += [4] }
        #expect(order.value == [1, 2, 4])
    }

    @Test func whoHasLessToDoGoesBeforeThoseWhoWait() async throws {
        let turnstile = Turnstile(places: 1, waiting: 3)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let order = Mutexed<[Int]>([])
        let (started, starting) = AsyncStream.makeStream(of: Void.self)
        async let first: Void = turnstile.pass {
            starting.yield()
            for await _ in gate { break }
            order.value += [1]
        }
        for await _ in started { break }
        async let second: Void = turnstile.pass(effort: 9) { order.value += [2] }
        try await eventually { turnstile.waitingCount == 1 }
        async let third: Void = turnstile.pass(effort: 5) { order.value += [3] }
        try await eventually { turnstile.waitingCount == 2 }
        async let fourth: Void = turnstile.pass(effort: 5) { order.value += [4] }
        try await eventually { turnstile.waitingCount == 3 }
        await #expect(throws: Turnstile.Full.self) { try await turnstile.pass(effort: 1) {} }
        opener.yield()
        _ = try await (first, second, third, fourth)
        #expect(order.value == [1, 3, 4, 2])
    }

    @Test func whoeverFailsGivesThePlaceBack() async throws {
        struct Failure: Error {}
        let turnstile = Turnstile(places: 1, waiting: 0)
        for _ in 0..<3 {
            await #expect(throws: Failure.self) { try await turnstile.pass { throw Failure() } }
        }
        #expect(try await turnstile.pass { 5 } == 5)
    }
}
