import ECGModel
import ECGServer
import NIOCore
import Testing

@Suite("Shares of the server, on a clock of the test's own")
struct TrafficBookTests {
    private static let start = Timestamp(microsecondsSince1970: 1_795_248_930_000_000)
    private static func after(_ seconds: Double) -> Timestamp {
        start + .microseconds(Int64(seconds * 1_000_000))
    }

    private static func network(_ address: String) throws -> RemoteNetwork {
        try #require(RemoteNetwork(try SocketAddress(ipAddress: address, port: 1)))
    }

    @Test("a bucket gives its burst at once and its rate ever after")
    func bucket() {
        var bucket = TokenBucket(.init(burst: 3, perSecond: 0.5), at: Self.start)
        for _ in 0..<3 { #expect(bucket.take(at: Self.start) == true) }
        #expect(bucket.take(at: Self.start) == false)
        #expect(bucket.take(at: Self.after(1.9)) == false)
        #expect(bucket.take(at: Self.after(2)) == true)
        #expect(bucket.take(at: Self.after(2)) == false)
        // It never holds more than the burst.
        for _ in 0..<3 { #expect(bucket.take(at: Self.after(1_000_000)) == true) }
        #expect(bucket.take(at: Self.after(1_000_000)) == false)
    }

    @Test("a debt is told in time, and forgiven beyond the longest")
    func debt() {
        var bucket = TokenBucket(.init(burst: 10, perSecond: 2), at: Self.start)
        #expect(bucket.spend(10, at: Self.start, longest: .seconds(60)) == .zero)
        #expect(bucket.spend(4, at: Self.start, longest: .seconds(60)) == .seconds(2))
        #expect(bucket.spend(2, at: Self.after(1), longest: .seconds(60)) == .seconds(2))
        #expect(bucket.spend(1_000_000, at: Self.after(1), longest: .seconds(5)) == .seconds(5))
        #expect(bucket.take(at: Self.after(6.5)) == true)
    }

    @Test("a clock that is set back gives nothing and takes nothing")
    func clockSetBack() {
        var bucket = TokenBucket(.init(burst: 2, perSecond: 1), at: Self.start)
        #expect(bucket.take(2, at: Self.start) == true)
        #expect(bucket.take(at: Self.after(-3600)) == false)
        #expect(bucket.take(at: Self.after(-3600)) == false)
        #expect(bucket.take(at: Self.after(-3599)) == true)
    }

    @Test("failed proofs delay the answers behind their address, and nowhere else")
    func failedProofs() throws {
        let limits = IngestLimits()
        var book = TrafficBook(limits: limits)
        let carrier = try Self.network("198.51.100.7")
        for _ in 0..<Int(limits.failedProofsPerAddress.burst) {
            #expect(book.proofFailed(from: carrier, at: Self.start) == .zero)
        }
        #expect(book.proofFailed(from: carrier, at: Self.start) > .seconds(4))
        for _ in 0..<1000 { #expect(book.proofFailed(from: carrier, at: Self.start) <= limits.longestRefusalDelay) }
        #expect(try book.proofFailed(from: Self.network("198.51.100.8"), at: Self.start) == .zero)
        // Behind the same address good proofs and new connections are what they were.
        #expect(book.connected(from: carrier, at: Self.start) == .zero)
        #expect(book.proved("clinic-017", at: Self.start) == true)
    }

    @Test("one house is one network, whatever address of it is used")
    func networks() throws {
        #expect(try Self.network("2001:db8:1:2::1") == Self.network("2001:db8:1:2:ffff::9"))
        #expect(try Self.network("2001:db8:1:2::1") != Self.network("2001:db8:1:3::1"))
        #expect(try Self.network("::ffff:198.51.100.7") == Self.network("198.51.100.7"))
        #expect(try Self.network("198.51.100.7") != Self.network("198.51.100.8"))
        #expect(try Self.network("::1") != Self.network("0.0.0.1"))
    }

    @Test("a day that was recorded without a link goes through at once; ten times as much is slowed down")
    func storeAndForward() {
        let limits = IngestLimits()
        var book = TrafficBook(limits: limits)
        let liveBytesPerSecond = 1_500
        let workingDay = 10 * 3600 * liveBytesPerSecond
        #expect(book.received(workingDay, from: "clinic-017", at: Self.start) == .zero)
        #expect(book.received(10 * workingDay, from: "clinic-017", at: Self.start) == limits.longestPause)
        #expect(book.received(10 * workingDay, from: "clinic-018", at: Self.start) > .zero)
        #expect(book.received(workingDay, from: "clinic-019", at: Self.start) == .zero)
        // Live, for ever, beside what is left of it.
        for second in 0..<600 {
            #expect(book.received(liveBytesPerSecond, from: "clinic-020", at: Self.after(Double(second))) == .zero)
        }
    }

    @Test("a million addresses are not remembered")
    func bounded() throws {
        var limits = IngestLimits()
        limits.rememberedAddresses = 100
        var book = TrafficBook(limits: limits)
        let steady = try Self.network("198.51.100.7")
        for _ in 0..<Int(limits.failedProofsPerAddress.burst) {
            _ = book.proofFailed(from: steady, at: Self.start)
        }
        for number in 0..<20_000 {
            let address = "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
            #expect(try book.connected(from: Self.network(address), at: Self.start) == .zero)
            #expect(book.networkCount <= 100)
            // Who goes on failing is not forgotten meanwhile.
            if number % 40 == 0 { #expect(book.proofFailed(from: steady, at: Self.start) > .zero) }
        }
    }
}
