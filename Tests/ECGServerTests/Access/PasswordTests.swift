import ECGServer
import Testing

@Suite struct PasswordTests {
    @Test func aHashKnowsItsPasswordOnly() async throws {
        let hasher = PasswordHasher(cost: Hospital.cost)
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("", against: hash))
        #expect(try await !hasher.verify("correct horse", against: nil))
        #expect(try await hasher.hash("correct horse") != hash, "every hash has its own salt")
        // Composed and decomposed spellings of one text.
        let accented = try await hasher.hash("caf\u{E9} caf\u{E9} caf\u{E9}")
        #expect(try await hasher.verify("cafe\u{301} cafe\u{301} cafe\u{301}", against: accented))
    }

    @Test func theRecommendedCostIsWrittenIntoTheHash() async throws {
        let hash = try await PasswordHasher().hash("correct horse")
        #expect(hash.hasPrefix("$scrypt$ln=17,r=8,p=1$"))
        #expect(try await PasswordHasher(cost: Hospital.cost).verify("correct horse", against: hash))
    }

    @Test func theTextFormIsRead() throws {
        let salt = "AAAAAAAAAAAAAAAAAAAAAA=="
        let hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        let text = "$scrypt$ln=14,r=8,p=2$\(salt)$\(hash)"
        #expect(PasswordHash(text)?.description == text)
        for damaged in [
            "", "x", "$scrypt$", "$bcrypt$ln=14,r=8,p=2$\(salt)$\(hash)", "$scrypt$ln=40,r=8,p=2$\(salt)$\(hash)",
            "$scrypt$ln=14,r=8$\(salt)$\(hash)", "$scrypt$ln=14,r=8,p=2$\(salt)$AAAA", "$scrypt$ln=14,r=8,p=2$$\(hash)",
            "$scrypt$ln=0,r=8,p=2$\(salt)$\(hash)", "$scrypt$r=8,ln=14,p=2$\(salt)$\(hash)",
        ] {
            #expect(PasswordHash(damaged) == nil, "\(damaged)")
        }
    }

    @Test func aFloodIsRefusedNotQueuedForEver() async throws {
        let hasher = PasswordHasher(cost: PasswordHash.Cost(logRounds: 12, blockSize: 8, parallelism: 1))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hasher.verify("x", against: nil)
                        return false
                    } catch {
                        return (error as? AccessError) == .busy
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        #expect(refused <= 200 - HTTPLimits.passwordsAtOnce - HTTPLimits.waitingPasswords)
        #expect(try await !hasher.verify("x", against: nil), "afterwards everything is as before")
    }
}
