import ECGModel
import ECGServer
import NIOCore
import Synchronization

/// Many readers in front of their consoles: notes when each event reaches each screen.
///
/// A screen takes no more of a message than its number, since two hundred browsers do not share one machine's cores: what an
/// event was is known from the one reader who reads everything.
final class ScreenCrowd: Sendable {
    struct Figures: Sendable {
        /// From the transaction that raised an alert until its event was at a screen, over all screens.
        var raiseToScreen: Percentiles?
        var raisedPerSecond: Double
        /// Events that a screen should have had and had not a minute after the last one, and those that it had twice.
        var missing: Int
        var doubled: Int
        var messagesPerSecond: Double
    }

    let count: Int
    /// By screen.
    private let arrivals: Mutex<[[(sequence: Int64, at: ContinuousClock.Instant)]]>
    private let result = Mutex<Figures?>(nil)
    /// The two clocks at one moment.
    private let origin = (wall: WallClock.now(), steady: ContinuousClock.now)

    init(count: Int) {
        self.count = count
        arrivals = Mutex(Array(repeating: [], count: count))
    }

    var figures: Figures? { result.withLock { $0 } }

    /// Follows the queue until the task is cancelled or the stream ends, which throws.
    func follow(_ server: ServerClient, as number: Int) async throws {
        var stream = try await server.stream("alerts/stream")
        var line: [UInt8] = []
        while let bytes = try await stream.next() {
            let now = ContinuousClock.now
            var numbers: [Int64] = []
            for byte in bytes {
                guard byte == UInt8(ascii: "\n") else {
                    // No line that counts is longer; the data's need not be kept.
                    if line.count < Self.longestLine { line.append(byte) }
                    continue
                }
                if line.starts(with: Self.idField) {
                    let digits = String(decoding: line.dropFirst(Self.idField.count), as: UTF8.self)
                    if let number = Int64(digits) { numbers.append(number) }
                }
                line.removeAll(keepingCapacity: true)
            }
            let new = numbers.map { (sequence: $0, at: now) }
            if !new.isEmpty { arrivals.withLock { $0[number] += new } }
        }
    }

    private static let idField = Array("id: ".utf8)
    private static let longestLine = 32

    /// Reckons what arrived of the alerts that were raised between two moments.
    func measured(
        _ events: [QueueReader.Arrival], from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant
    ) {
        var happened: [Int64: ContinuousClock.Instant] = [:]
        var raised: Set<Int64> = []
        for event in events {
            let at = origin.steady + (event.happenedAt - origin.wall)
            guard (begin...end).contains(at) else { continue }
            happened[event.sequence] = at
            if event.kind == .raised { raised.insert(event.sequence) }
        }
        var latencies: [Double] = []
        var missing = 0
        var doubled = 0
        var messages = 0
        for seen in arrivals.withLock({ $0 }) {
            var had: Set<Int64> = []
            for (sequence, at) in seen {
                guard let since = happened[sequence] else { continue }
                messages += 1
                if !had.insert(sequence).inserted { doubled += 1 }
                if raised.contains(sequence) { latencies.append(since.seconds(until: at) * 1000) }
            }
            missing += happened.count - had.count
        }
        let seconds = begin.seconds(until: end)
        let figures = Figures(
            raiseToScreen: Percentiles(latencies), raisedPerSecond: Double(raised.count) / seconds, missing: missing,
            doubled: doubled, messagesPerSecond: Double(messages) / seconds)
        result.withLock { $0 = figures }
    }
}
