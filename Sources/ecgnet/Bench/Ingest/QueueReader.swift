import AsyncHTTPClient
import ECGModel
import ECGServer
import Foundation
import Synchronization

/// A reader in front of the hospital's queue: notes when each alert reaches the screen.
final class QueueReader: Sendable {
    struct Arrival: Sendable {
        var sequence: Int64
        /// When it happened, by the server's clock, which is this machine's.
        var happenedAt: Timestamp
        var recording: RecordingID
        var code: String
        var priority: AlarmPriority
        var kind: AlertEvent.Kind
        var at: ContinuousClock.Instant
    }

    private let seen = Mutex<[Arrival]>([])

    var arrivals: [Arrival] { seen.withLock { $0 } }

    /// Follows the queue until the task is cancelled or the stream ends, which throws.
    func follow(_ server: ServerClient) async throws {
        var stream = try await server.stream("alerts/stream")
        var parser = EventStreamParser()
        while let bytes = try await stream.next() {
            let now = ContinuousClock.now
            for message in try parser.consume(bytes) where message.name == "alert" {
                let notice = try JSONDecoder().decode(AlertNotice.self, from: Data(message.data.utf8))
                guard let event = notice.event else { continue }
                let arrival = Arrival(
                    sequence: event.sequence, happenedAt: event.at, recording: event.recording,
                    code: notice.alert.code, priority: event.priority, kind: event.kind, at: now)
                seen.withLock { $0.append(arrival) }
            }
        }
    }

    /// When each recording's first alert of high priority came.
    var firstHigh: [RecordingID: ContinuousClock.Instant] {
        var first: [RecordingID: ContinuousClock.Instant] = [:]
        for arrival in arrivals
        where arrival.priority == .high && (arrival.kind == .raised || arrival.kind == .worsened) {
            if first[arrival.recording] == nil { first[arrival.recording] = arrival.at }
        }
        return first
    }
}
