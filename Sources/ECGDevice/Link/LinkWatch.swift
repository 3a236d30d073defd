/// Notices that a connection is dead though nobody said so: a NAT that forgot it, a link that broke, a server that
/// vanished. A value without a clock.
///
/// TCP by itself goes on for a quarter of an hour before it gives data up, and for ever where it has nothing to send.
public struct LinkWatch: Sendable {
    /// What to do now.
    public enum Verdict: Hashable, Sendable {
        case fine
        /// Send a ping.
        case ping
        case dead
    }

    /// Silence of the server after which it is asked whether it is there, while it owes an answer: every block is
    /// answered within a round trip and the time of one commit.
    public static let owedSeconds = 5
    /// How long it may take to answer that: a mobile link's change of cells takes some seconds, TCP's third repetition
    /// follows after seven.
    public static let answerSeconds = 15

    /// Pings in the time after which the server gives a silent connection up: one may get lost and the next still counts.
    private static let pingsPerIdleTime = 3

    private let pingAfterSeconds: Double
    private var heardAt: Duration
    private var sentAt: Duration
    private var pingedAt: Duration?

    /// - Parameter idleMilliseconds: After so long a silence of the device the server ends the connection; pings are sent
    ///   several times as often.
    public init(idleMilliseconds: Int, at time: Duration) {
        pingAfterSeconds = Double(idleMilliseconds) / 1000 / Double(Self.pingsPerIdleTime)
        heardAt = time
        sentAt = time
    }

    public mutating func heard(at time: Duration) {
        heardAt = time
        pingedAt = nil
    }

    public mutating func sent(at time: Duration) { sentAt = time }

    /// Ask once a second.
    /// - Parameter isOwed: Whether the server owes an answer.
    public mutating func check(at time: Duration, isOwed: Bool) -> Verdict {
        if let pingedAt { return time - pingedAt >= .seconds(Self.answerSeconds) ? .dead : .fine }
        let isDue =
            time - sentAt >= .seconds(pingAfterSeconds) || time - heardAt >= .seconds(pingAfterSeconds)
            || (isOwed && time - heardAt >= .seconds(Self.owedSeconds))
        guard isDue else { return .fine }
        pingedAt = time
        sentAt = time
        return .ping
    }
}
