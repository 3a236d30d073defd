import ECGSimulator

/// How bad a link is.
struct LinkConditions: Sendable {
    /// From one end to the other.
    var delay = Duration.zero
    /// At most so much more than ``delay``, each packet by itself, so that some overtake others.
    var jitter = Duration.zero
    /// Shares of the packets.
    var loss = 0.0
    var duplication = 0.0
    /// Of those that are held back until later ones have passed.
    var reordering = 0.0
    var bitsPerSecond = Double.infinity
    /// Whether nothing at all passes, and nobody is told.
    var isCut = false
    /// What a connection may send before nothing more of it arrives, in bytes of packets from the device; answers to what
    /// arrived still pass.
    ///
    /// Something can so be made to happen in the middle of an upload, however late the test looks.
    var bytesPerConnection = Int.max

    /// A village at the edge of a cell.
    static let weak = LinkConditions(
        delay: .milliseconds(300), jitter: .milliseconds(100), loss: 0.05, duplication: 0.02, reordering: 0.05,
        bitsPerSecond: 20_000)

    /// A link that can be watched but does not keep a test waiting.
    static let slow = LinkConditions(delay: .milliseconds(50), bitsPerSecond: 40_000)

    /// The same, but no connection gets farther than some seconds of the ten-second recording, which
    /// takes some 4 kB for the connection and 18 kB for the signal.
    static let stopping = LinkConditions(delay: .milliseconds(50), bitsPerSecond: 40_000, bytesPerConnection: 9_000)
}

/// One direction of a link: says when each packet arrives. A value; the same seed gives the same fate.
struct LinkDirection {
    /// What waits longer than this is dropped, as at the end of a queue of 25 kB at 20 kbit/s.
    private static let longestQueue = Duration.seconds(10)
    /// How long a packet is held back so that others pass: three of 1500 bytes at 20 kbit/s.
    private static let heldBack = Duration.milliseconds(1800)

    private var random: SeededGenerator
    private var busyUntil = Duration.zero

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// When the packet arrives: never, once or twice.
    mutating func arrivals(of byteCount: Int, at time: Duration, _ conditions: LinkConditions) -> [Duration] {
        guard !conditions.isCut, busyUntil - time < Self.longestQueue else { return [] }
        if conditions.bitsPerSecond.isFinite {
            busyUntil = max(busyUntil, time) + .seconds(Double(byteCount * 8) / conditions.bitsPerSecond)
        } else {
            busyUntil = time
        }
        // Lost behind the slow part: the time it took there is lost too.
        guard draw() >= conditions.loss else { return [] }
        var arrival = busyUntil + conditions.delay + conditions.jitter * draw()
        if draw() < conditions.reordering { arrival += Self.heldBack }
        return draw() < conditions.duplication ? [arrival, arrival] : [arrival]
    }

    private mutating func draw() -> Double { .random(in: 0..<1, using: &random) }
}
