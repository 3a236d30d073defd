import ECGModel
import NIOCore

/// Carries one message; returns once the receiver has taken it. The caller bounds the time.
protocol Sink: Sendable {
    func send(_ message: EscalationMessage) async throws
}

/// Why a message did not arrive, in words that hold nothing of what it said.
struct SinkFailure: Error, CustomStringConvertible {
    /// For everybody who watches the ladder: nothing of where the receiver is.
    let description: String
    /// What only the server's log may know: an address, a file.
    let detail: String?

    init(_ description: String, detail: String? = nil) {
        self.description = description
        self.detail = detail
    }
}

extension SinkSettings {
    func sink(group: any EventLoopGroup, now: @escaping @Sendable () -> Timestamp) -> any Sink {
        switch kind {
        case .webhook(let webhook): WebhookSink(settings: webhook, timeout: timeout, group: group, now: now)
        case .hl7(let receiver): HL7Sink(settings: receiver, timeout: timeout, group: group, now: now)
        case .command(let arguments): CommandSink(arguments: arguments, timeout: timeout)
        }
    }

    private var timeout: Duration { .seconds(timeoutSeconds) }
}
