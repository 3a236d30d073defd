import ECGDevice
import ECGModel
import Testing

/// A link in simulated time: it carries one byte after the other, and each block is acknowledged when it has arrived.
private struct SimulatedLink {
    let bytesPerSecond: Double
    let roundTrip: Duration
    private var busyUntil = Duration.zero
    private var underWay: [(id: RecordingID, end: Int, acknowledgedAt: Duration)] = []

    init(bytesPerSecond: Double, roundTrip: Duration) {
        self.bytesPerSecond = bytesPerSecond
        self.roundTrip = roundTrip
    }

    mutating func send(_ bytes: Int, of id: RecordingID, upTo end: Int, at time: Duration) {
        busyUntil = max(busyUntil, time) + .seconds(Double(bytes) / bytesPerSecond)
        underWay.append((id, end, busyUntil + roundTrip))
    }

    mutating func acknowledgements(at time: Duration) -> [(id: RecordingID, end: Int)] {
        let arrived = underWay.prefix { $0.acknowledgedAt <= time }
        underWay.removeFirst(arrived.count)
        return arrived.map { ($0.id, $0.end) }
    }
}

@Suite("Old recordings use the link without holding up a live one")
struct SendWindowTests {
    private static let old = RecordingID(seedHigh: 1, seedLow: 1)
    private static let live = RecordingID(seedHigh: 2, seedLow: 2)
    /// A second of twelve leads at 500 Hz.
    private static let blockBytes = 1500
    private static let tick = Duration.milliseconds(10)

    /// Sends for so long; returns how long each live block took from being recorded to being acknowledged, and how many
    /// old blocks arrived.
    private static func run(
        _ link: SimulatedLink, seconds: Int, liveFrom: Int
    ) -> (liveSeconds: [Double], oldBlocks: Int) {
        var link = link
        var window = SendWindow()
        var time = Duration.zero
        var oldSent = 0
        var oldBlocks = 0
        var liveSent = 0
        var liveSeconds: [Double] = []
        while time < .seconds(seconds) {
            for (id, end) in link.acknowledgements(at: time) {
                window.acknowledged(id, upTo: end, at: time)
                if id == old {
                    oldBlocks = end
                } else {
                    liveSeconds.append(time / .seconds(1) - Double(liveFrom + end))
                }
            }
            if time >= .seconds(liveFrom + liveSent + 1) {
                liveSent += 1
                link.send(blockBytes, of: live, upTo: liveSent, at: time)
                window.sent(blockBytes, of: live, upTo: liveSent, at: time)
            }
            while window.hasRoom {
                oldSent += 1
                link.send(blockBytes, of: old, upTo: oldSent, at: time)
                window.sent(blockBytes, of: old, upTo: oldSent, at: time)
            }
            time += tick
        }
        return (liveSeconds, oldBlocks)
    }

    @Test func aSlowLinkCarriesALiveRecordingInTimeAndAnOldOneInTheGaps() {
        // 20 kbit/s, of which the live recording takes 12.
        let link = SimulatedLink(bytesPerSecond: 2500, roundTrip: .milliseconds(600))
        let (liveSeconds, oldBlocks) = Self.run(link, seconds: 300, liveFrom: 60)
        // Its own block takes 0.6 s and the round trip 0.6 s; the rest is what it waited.
        let longest = liveSeconds.max() ?? .infinity
        #expect(liveSeconds.count >= 235)
        #expect(longest < 4.5, "a live block was acknowledged \(longest) s after its last sample")
        // Alone the old one has the link to itself, beside the live one two fifths of it.
        let most = 60 / 0.6 + 240 * 0.4 / 0.6
        #expect(Double(oldBlocks) > 0.7 * most, "\(oldBlocks) of \(most) blocks")
    }

    @Test func aFastLinkIsUsed() {
        let link = SimulatedLink(bytesPerSecond: 1_000_000, roundTrip: .milliseconds(200))
        let (_, oldBlocks) = Self.run(link, seconds: 20, liveFrom: 100)
        #expect(Double(oldBlocks * Self.blockBytes) > 0.7 * 20 * 1_000_000, "\(oldBlocks)")
    }

    @Test func countsWhatIsUnderWay() {
        var window = SendWindow()
        window.sent(3000, of: Self.old, upTo: 10, at: .zero)
        #expect(window.hasRoom && window.bytesUnderWay == 3000)
        window.sent(3000, of: Self.live, upTo: 10, at: .zero)
        #expect(!window.hasRoom)
        window.acknowledged(Self.old, upTo: 9, at: .seconds(1))
        #expect(window.bytesUnderWay == 6000)
        window.acknowledged(Self.old, upTo: 10, at: .seconds(1))
        #expect(window.bytesUnderWay == 3000)
        window.forget(Self.live)
        #expect(window.bytesUnderWay == 0)
    }
}
