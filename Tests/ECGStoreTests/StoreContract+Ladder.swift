import ECGModel
import ECGStore
import Testing

extension StoreContract {
    private static func rung(_ alert: Alert, round: Int64, _ name: String, _ sinks: String...) -> ClimbedRung {
        ClimbedRung(
            subject: .alert(alert.id, round: round), name: name, who: "the \(name) one",
            keys: Dictionary(uniqueKeysWithValues: sinks.map { ($0, "\(alert.id)-\(round)-\(name)-\($0)") }))
    }

    private static func raiseAgain(_ alert: Alert, in store: any Store, at seconds: Int) async throws -> AlertState {
        try await store.advanceAlert(
            alert.id, by: .raisedAgain(answeredBefore: later(seconds - 600)), user: nil, at: later(seconds)
        ).state
    }

    private static func later(_ seconds: Int) -> Timestamp { TestValues.start + .seconds(seconds) }

    static let ladderChecks: [Check] = [
        Check("the ladder sees open alerts with their round, and what was climbed in it") { store in
            #expect(try await store.ladder().isEmpty)
            let alert = try await store.raiseTestAlert(1, TestValues.proposal("code", .medium))
            let first = try #require(try await store.ladder().first)
            #expect(first.alert == alert.id && first.priority == .medium && !first.isAcknowledged)
            #expect(first.clinic == alert.clinic && first.roundBeganAt == TestValues.start)
            for isFirst in [true, false] {
                #expect(
                    try await store.climb(rung(alert, round: first.round, "60s", "console", "phone"), at: later(60))
                        == isFirst)
            }
            #expect(try await store.ladder().first?.climbed == ["60s": ["console", "phone"]])
            // The policy was changed: who has not been told is, and nobody twice.
            #expect(try await store.climb(rung(alert, round: first.round, "60s", "pager", "phone"), at: later(61)))
            #expect(try await !store.climb(rung(alert, round: first.round, "60s", "pager"), at: later(62)))
            #expect(
                try await store.alertEvents(of: alert.id).compactMap { $0.kind == .escalated ? $0.text : nil }
                    == ["the 60s one", "the 60s one"])
            #expect(try await store.deliveries(of: alert.id).map(\.state) == [.delivered, .waiting, .waiting])
            // Worse: the ladder begins anew, and the round that is over is climbed no further.
            _ = try await store.commit(
                [.block(alert.recording, TestValues.block(100..<200), raising: [TestValues.proposal("code", .high)])],
                at: later(70))
            let second = try #require(try await store.ladder().first)
            #expect(second.round > first.round && second.climbed.isEmpty && second.roundBeganAt == later(70))
            #expect(try await !store.climb(rung(alert, round: first.round, "180s", "phone"), at: later(71)))
            #expect(try await store.climb(rung(alert, round: second.round, "60s", "phone"), at: later(130)))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: later(140))
            let third = try #require(try await store.ladder().first)
            #expect(third.isAcknowledged && third.answeredAt == later(140))
            #expect(try await !store.climb(rung(alert, round: second.round, "180s", "phone"), at: later(150)))
            _ = try await store.advanceAlert(alert.id, by: .reported(text: "x"), user: "anna", at: later(160))
            #expect(try await store.ladder().isEmpty)
        },
        Check("a message is handed out once at a time, until it has arrived") { store in
            let alert = try await store.raiseTestAlert()
            let round = try #require(try await store.ladder().first?.round)
            _ = try await store.climb(rung(alert, round: round, "60s", "phone"), at: later(60))
            #expect(try await store.dueSinks(at: later(60)) == ["phone"])
            func claim(at seconds: Int) async throws -> [Delivery] {
                try await store.claimDeliveries(
                    to: "phone", limit: 9, keptForHigh: 0, attempts: 3, until: later(seconds + 20), at: later(seconds))
            }
            let first = try await claim(at: 60)
            #expect(first.map(\.attempts) == [1] && first.map(\.state) == [.waiting])
            #expect(try await claim(at: 61).isEmpty)
            #expect(try await store.dueSinks(at: later(61)).isEmpty)
            // Whoever had it died.
            let second = try await claim(at: 80)
            #expect(second.map(\.attempts) == [2] && second.map(\.key) == first.map(\.key))
            try await store.failDelivery(second[0].id, problem: "no", retryAt: later(85), at: later(81))
            #expect(try await store.sinkStatus(of: ["phone"]).first?.problem == "no")
            #expect(try await claim(at: 84).isEmpty)
            #expect(try await claim(at: 85).map(\.attempts) == [3])
            try await store.confirmDelivery(first[0].id, at: later(86))
            // What comes late, from one who was taken for dead, changes nothing.
            try await store.failDelivery(first[0].id, problem: "late", retryAt: nil, at: later(87))
            try await store.confirmDelivery(first[0].id, at: later(88))
            #expect(try await store.deliveries(of: alert.id).map(\.state) == [.delivered])
            #expect(
                try await store.alertEvents(of: alert.id).map(\.kind) == [.raised, .escalated, .told])
            #expect(
                try await store.sinkStatus(of: ["phone"])
                    == [SinkStatus(sink: "phone", waiting: 0, oldestWaitingSince: nil, undelivered: 0, problem: nil)])
        },
        Check("a message whose attempt was broken off is due at once, and the attempt is not counted") { store in
            let alert = try await store.raiseTestAlert()
            let round = try #require(try await store.ladder().first?.round)
            _ = try await store.climb(rung(alert, round: round, "60s", "phone"), at: later(60))
            func claim(at seconds: Int) async throws -> [Delivery] {
                try await store.claimDeliveries(
                    to: "phone", limit: 9, keptForHigh: 0, attempts: 3, until: later(seconds + 75), at: later(seconds))
            }
            let first = try #require(try await claim(at: 60).first)
            try await store.releaseDelivery(first, at: later(61))
            let second = try #require(try await claim(at: 61).first)
            #expect(second.attempts == 1 && second.key == first.key)
            // What failed has its pause, and nobody has it in hand any more.
            try await store.failDelivery(second.id, problem: "no", retryAt: later(90), at: later(62))
            try await store.releaseDelivery(second, at: later(63))
            try await store.releaseDeliveries(at: later(63))
            #expect(try await claim(at: 89).isEmpty)
            let third = try #require(try await claim(at: 90).first)
            #expect(third.attempts == 2)
            // After a crash the attempt counts: it may have been the cause.
            try await store.releaseDeliveries(at: later(91))
            let fourth = try #require(try await claim(at: 91).first)
            #expect(fourth.attempts == 3)
            try await store.releaseDelivery(third, at: later(92))
            #expect(try await claim(at: 92).isEmpty, "another has it in hand")
            try await store.confirmDelivery(fourth.id, at: later(93))
            try await store.releaseDelivery(fourth, at: later(94))
            try await store.releaseDeliveries(at: later(94))
            #expect(try await claim(at: 94).isEmpty)
            #expect(try await store.deliveries(of: alert.id).map(\.state) == [.delivered])
        },
        Check("what is most urgent is handed out first, and a place is kept for it") { store in
            var alerts: [Alert] = []
            for (number, priority) in [AlarmPriority.low, .medium, .medium, .high, .medium].enumerated() {
                alerts.append(try await store.raiseTestAlert(UInt64(number + 1), TestValues.proposal("code", priority)))
            }
            // Each a second after the one before, the last of the medium ones longest due.
            for (seconds, number) in [4, 0, 1, 2, 3].enumerated() {
                let alert = alerts[number]
                let round = try #require(try await store.ladder().first { $0.alert == alert.id }?.round)
                _ = try await store.climb(rung(alert, round: round, "60s", "phone"), at: later(60 + seconds))
            }
            let absence = ClimbedRung(
                subject: .nobodyThere(hospital: "County", since: later(10)), name: "60s", who: "all",
                keys: ["phone": "nobody"])
            _ = try await store.climb(absence, at: later(70))
            func claim(_ limit: Int, kept: Int) async throws -> [AlertID?] {
                try await store.claimDeliveries(
                    to: "phone", limit: limit, keptForHigh: kept, attempts: 3, until: later(99), at: later(71)
                ).map(\.subject.alert)
            }
            #expect(try await claim(4, kept: 1) == [alerts[3].id, nil, alerts[4].id], "one place stays free")
            #expect(try await claim(1, kept: 1).isEmpty)
            #expect(try await claim(3, kept: 1) == [alerts[1].id, alerts[2].id])
            #expect(try await claim(1, kept: 0) == [alerts[0].id])
        },
        Check("a message is given up after its last attempt, also when that one's sender died, and shown") { store in
            let alert = try await store.raiseTestAlert()
            let round = try #require(try await store.ladder().first?.round)
            _ = try await store.climb(rung(alert, round: round, "60s", "phone", "pager"), at: later(60))
            for attempt in 1...2 {
                let claimed = try await store.claimDeliveries(
                    to: "phone", limit: 9, keptForHigh: 0, attempts: 2, until: later(60 + 10 * attempt),
                    at: later(50 + 10 * attempt))
                #expect(claimed.map(\.attempts) == [attempt])
            }
            let ended = try await store.claimDeliveries(
                to: "phone", limit: 9, keptForHigh: 0, attempts: 2, until: later(99), at: later(80))
            #expect(ended.map(\.state) == [.undelivered] && ended[0].endedAt == later(80))
            let claimed = try await store.claimDeliveries(
                to: "pager", limit: 9, keptForHigh: 0, attempts: 1, until: later(99), at: later(80))
            try await store.failDelivery(claimed[0].id, problem: "answered 500", retryAt: nil, at: later(81))
            let status = try await store.sinkStatus(of: ["pager", "phone", "other"])
            #expect(status.map(\.undelivered) == [1, 1, 0])
            #expect(status[0].problem == "answered 500")
            let texts = try await store.alertEvents(of: alert.id).filter { $0.kind == .undelivered }.map(\.text)
            #expect(texts.last == "the 60s one, pager: answered 500" && texts.count == 2)
            // The next one that arrives ends the trouble.
            _ = try await store.climb(rung(alert, round: round, "180s", "pager"), at: later(180))
            let next = try await store.claimDeliveries(
                to: "pager", limit: 9, keptForHigh: 0, attempts: 1, until: later(199), at: later(180))
            try await store.confirmDelivery(next[0].id, at: later(181))
            #expect(try await store.sinkStatus(of: ["pager"]).first?.undelivered == 0)
        },
        Check("what was given up after the last arrival is counted, whatever the clock said then") { store in
            let alert = try await store.raiseTestAlert()
            let round = try #require(try await store.ladder().first?.round)
            let day = 86_400
            // The clock is ten days ahead, and set right before the second message; then the other way round.
            for (number, (arrival, failure)) in [(10 * day, 60), (70, 10 * day)].enumerated() {
                _ = try await store.climb(rung(alert, round: round, "first \(number)", "pager"), at: later(arrival))
                func next(at seconds: Int) async throws -> Int64 {
                    let claimed = try await store.claimDeliveries(
                        to: "pager", limit: 9, keptForHigh: 0, attempts: 9, until: later(seconds + 20),
                        at: later(seconds))
                    #expect(claimed.count == 1)
                    return claimed[0].id
                }
                try await store.confirmDelivery(next(at: arrival), at: later(arrival))
                #expect(try await store.sinkStatus(of: ["pager"]).first?.undelivered == 0)
                _ = try await store.climb(rung(alert, round: round, "second \(number)", "pager"), at: later(failure))
                try await store.failDelivery(
                    next(at: failure), problem: "answered 500", retryAt: nil, at: later(failure))
                let status = try #require(try await store.sinkStatus(of: ["pager"]).first)
                #expect(status.undelivered == 1 && status.problem == "answered 500")
            }
            _ = try await store.climb(rung(alert, round: round, "third", "pager"), at: later(80))
            let claimed = try await store.claimDeliveries(
                to: "pager", limit: 9, keptForHigh: 0, attempts: 9, until: later(99), at: later(80))
            try await store.confirmDelivery(#require(claimed.first).id, at: later(81))
            #expect(try await store.sinkStatus(of: ["pager"]).first?.undelivered == 0)
        },
        Check("what nobody needs any more is withdrawn and not sent") { store in
            let alert = try await store.raiseTestAlert()
            let round = try #require(try await store.ladder().first?.round)
            _ = try await store.climb(rung(alert, round: round, "60s", "phone"), at: later(60))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: later(61))
            let claimed = try await store.claimDeliveries(
                to: "phone", limit: 9, keptForHigh: 0, attempts: 2, until: later(99), at: later(62))
            #expect(claimed.map(\.state) == [.withdrawn])
            #expect(try await store.deliveries(of: alert.id).map(\.state) == [.withdrawn])
            #expect(try await store.alertEvents(of: alert.id).map(\.kind) == [.raised, .escalated, .acknowledged])
        },
        Check("what was answered and not reported is raised again, with a ladder of its own") { store in
            let alert = try await store.raiseTestAlert()
            let first = try #require(try await store.ladder().first?.round)
            _ = try await store.climb(rung(alert, round: first, "60s", "phone"), at: later(60))
            #expect(try await raiseAgain(alert, in: store, at: 1000) == .raised, "nobody has answered")
            _ = try await store.leaseAlert(alert.id, to: "anna", for: .seconds(2000), at: later(90))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "anna", at: later(100))
            #expect(try await raiseAgain(alert, in: store, at: 699) == .acknowledged)
            _ = try await store.advanceAlert(
                alert.id, by: .preliminarilyReported(text: "STEMI"), user: "anna", at: later(400))
            #expect(try await store.ladder().first?.answeredAt == later(400))
            #expect(
                try await raiseAgain(alert, in: store, at: 999) == .acknowledged, "a preliminary report is an answer")
            #expect(try await raiseAgain(alert, in: store, at: 1000) == .raised)
            #expect(try await raiseAgain(alert, in: store, at: 1001) == .raised)
            let again = try await store.alert(alert.id)
            #expect(again?.acknowledgedBy == nil && again?.leasedBy == nil && again?.raisedAt == alert.raisedAt)
            #expect(
                try await store.alertEvents(of: alert.id).map(\.kind)
                    == [.raised, .escalated, .leased, .acknowledged, .preliminary, .raisedAgain])
            let entry = try #require(try await store.ladder().first)
            #expect(entry.round > first && entry.roundBeganAt == later(1000) && entry.climbed.isEmpty)
            #expect(try await store.climb(rung(alert, round: entry.round, "60s", "phone"), at: later(1060)))
            _ = try await store.advanceAlert(alert.id, by: .acknowledged, user: "ben", at: later(1100))
            #expect(try await raiseAgain(alert, in: store, at: 1200) == .acknowledged, "the second answer counts")
        },
        Check("an alert whose dismissal was taken back, and that is not reported then, is raised again") { store in
            let alert = try await store.raiseTestAlert()
            for (step, seconds) in [
                (AlertStep.acknowledged, 10), (.dismissed(reason: "wrong row"), 20),
                (.undone(within: .seconds(60)), 30),
            ] {
                _ = try await store.advanceAlert(alert.id, by: step, user: "anna", at: later(seconds))
            }
            let entry = try #require(try await store.ladder().first)
            #expect(entry.isAcknowledged && entry.waitsSince == later(30))
            #expect(try await raiseAgain(alert, in: store, at: 629) == .acknowledged)
            #expect(try await raiseAgain(alert, in: store, at: 630) == .raised)
            #expect(try await store.alert(alert.id)?.acknowledgedBy == nil)
        },
        Check("that nobody is there is told once an absence, and not any more when somebody has come") { store in
            let before = try await store.lastReaderPresence(for: "County")
            #expect(before == nil)
            for seconds in [10, 5] { try await store.noteReaders(of: [nil], presentAt: later(seconds)) }
            #expect(try await store.lastReaderPresence(for: "County") == later(10))
            func rung(since seconds: Int, _ sink: String) -> ClimbedRung {
                ClimbedRung(
                    subject: .nobodyThere(hospital: "County", since: later(seconds)), name: "60s", who: "all",
                    keys: [sink: "nobody-\(seconds)-\(sink)"])
            }
            #expect(try await store.climb(rung(since: 10, "phone"), at: later(70)))
            #expect(try await !store.climb(rung(since: 10, "phone"), at: later(71)))
            try await store.noteReaders(of: [nil], presentAt: later(80))
            let claimed = try await store.claimDeliveries(
                to: "phone", limit: 9, keptForHigh: 0, attempts: 2, until: later(99), at: later(81))
            #expect(claimed.map(\.state) == [.withdrawn])
            #expect(claimed.map(\.subject) == [.nobodyThere(hospital: "County", since: later(10))])
            #expect(try await !store.climb(rung(since: 10, "pager"), at: later(82)))
            #expect(try await store.climb(rung(since: 80, "phone"), at: later(140)))
        },
        Check("whoever reads for a hospital is there for that one alone") { store in
            try await store.noteReaders(of: ["North"], presentAt: later(50))
            try await store.noteReaders(of: [nil, "North"], presentAt: later(10))
            #expect(try await store.lastReaderPresence(for: "North") == later(50))
            #expect(try await store.lastReaderPresence(for: "South") == later(10))
            func rung(_ hospital: String) -> ClimbedRung {
                ClimbedRung(
                    subject: .nobodyThere(hospital: hospital, since: later(10)), name: "60s", who: "all",
                    keys: ["phone": "nobody-\(hospital)"])
            }
            #expect(try await !store.climb(rung("North"), at: later(70)))
            for isFirst in [true, false] {
                #expect(try await store.climb(rung("South"), at: later(70)) == isFirst)
                #expect(try await store.climb(rung("West"), at: later(70)) == isFirst)
            }
            let claimed = try await store.claimDeliveries(
                to: "phone", limit: 9, keptForHigh: 0, attempts: 2, until: later(99), at: later(81))
            #expect(claimed.map(\.subject.hospital) == ["South", "West"])
        },
    ]
}
