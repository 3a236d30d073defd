import ECGModel
import ECGServer
import ECGStore
import Testing

@Suite struct AlertFeedTests {
    @Test func everyReaderGetsEveryEventOnceHoweverItComes() async throws {
        let hospital = try Hospital()
        _ = try await hospital.addAlert(1)
        let total = 1 + 30 * 3
        try await hospital.open { _ in
            try await withThrowingTaskGroup(of: [Int64].self) { group in
                // Readers that start at the beginning, and one that comes back after every single event.
                for _ in 1...5 {
                    group.addTask {
                        var sequences: [Int64] = []
                        for await event in await hospital.feed.subscribe(after: 0) {
                            sequences.append(event.sequence)
                            if sequences.count == total { break }
                        }
                        return sequences
                    }
                }
                group.addTask {
                    var sequences: [Int64] = []
                    while sequences.count < total {
                        for await event in await hospital.feed.subscribe(after: sequences.last ?? 0) {
                            sequences.append(event.sequence)
                            break
                        }
                    }
                    return sequences
                }
                // Meanwhile three writers commit, with and without a poke.
                try await withThrowingTaskGroup(of: Void.self) { writers in
                    for writer in 0..<3 as Range<UInt64> {
                        writers.addTask {
                            for number in 0..<10 as Range<UInt64> {
                                let alert = try await hospital.addAlert(100 + writer * 100 + number)
                                for step in [AlertStep.seen, .acknowledged] {
                                    _ = try await hospital.store.advanceAlert(
                                        alert.id, by: step, user: "dr.li", at: hospital.clock.now)
                                }
                            }
                        }
                    }
                    try await writers.waitForAll()
                }
                let stored = try await hospital.store.alertEvents(after: 0, limit: 1000).map(\.sequence)
                #expect(stored.count == total)
                for try await sequences in group { #expect(sequences == stored) }
            }
        }
    }

    @Test func nilMeansFromNowOn() async throws {
        let hospital = try Hospital()
        let old = try await hospital.addAlert(1)
        try await hospital.open { _ in
            let subscription = await hospital.feed.subscribe(after: nil)
            let new = try await hospital.addAlert(2)
            var iterator = subscription.makeAsyncIterator()
            let event = try #require(await iterator.next())
            #expect(event.alert == new.id)
            #expect(event.alert != old.id)
        }
    }

    @Test func aReaderFarBehindIsServedFromTheStore() async throws {
        let kept = 8
        let hospital = try Hospital(recentAlertEvents: kept)
        let alert = try await hospital.addAlert(1)
        let count = 10 * kept
        for number in 0..<count {
            _ = try await hospital.store.advanceAlert(
                alert.id, by: .escalated(to: "step \(number)"), user: nil, at: hospital.clock.now)
        }
        try await hospital.open { _ in
            let stored = try await hospital.store.latestAlertEvent()
            try #require(stored == Int64(count + 1))
            // The feed looks at the store's end first and does not know what was before; then it forgets the oldest.
            let present = await hospital.feed.subscribe(after: nil)
            for number in 0..<2 * kept {
                _ = try await hospital.store.advanceAlert(
                    alert.id, by: .escalated(to: "later \(number)"), user: nil, at: hospital.clock.now)
            }
            let last = stored + Int64(2 * kept)
            for await event in present where event.sequence == last { break }
            var sequences: [Int64] = []
            for await event in await hospital.feed.subscribe(after: 0) {
                sequences.append(event.sequence)
                if event.sequence == last { break }
            }
            #expect(sequences == Array(1...last))
        }
    }

    @Test func waitingEndsWithNothingWhenNothingComes() async throws {
        let hospital = try Hospital()
        try await hospital.open { _ in
            #expect(await hospital.feed.events(after: 0, waiting: .milliseconds(1)) == [])
        }
        // The feed has stopped: readers end, they do not hang.
        #expect(await hospital.feed.events(after: 0, waiting: nil) == nil)
        var iterator = await hospital.feed.subscribe(after: nil).makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }

    @Test func aCancelledReaderEnds() async throws {
        let hospital = try Hospital()
        try await hospital.open { _ in
            let reader = Task { await hospital.feed.events(after: 0, waiting: nil) }
            await Task.yield()
            reader.cancel()
            #expect(await reader.value == nil)
        }
    }
}
