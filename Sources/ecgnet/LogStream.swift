import Dispatch
import Foundation
import Synchronization

/// The log on its way to a file descriptor, by a thread of its own.
///
/// A log collector that hangs, or a terminal that was stopped, takes nothing from its pipe: whoever wrote into it would wait, and
/// with the event loops every device and every reader. Here lines wait up to a limit, more are lost, and how many stands in the log
/// when it moves again.
struct LogStream: TextOutputStream, Sendable {
    /// Bytes that wait at most: some five thousand lines, which a server that is busy writes in a minute.
    private static let waitingLimit = 1 << 20
    /// What is left is waited for so long when the program ends.
    private static let farewell = DispatchTimeInterval.seconds(1)

    private let descriptor: Int32
    private let writer = DispatchQueue(label: "ecgnet.log")
    private let state = Shared()

    private final class Shared: Sendable {
        let waiting = Mutex((bytes: 0, lost: 0))
    }

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes a line; never waits.
    func write(_ line: String) {
        let bytes = Array(line.utf8)
        let hasRoom = state.waiting.withLock { waiting in
            guard waiting.bytes + bytes.count <= Self.waitingLimit else {
                waiting.lost += 1
                return false
            }
            waiting.bytes += bytes.count
            return true
        }
        guard hasRoom else { return }
        writer.async { put(bytes) }
    }

    /// Waits until everything is written, or for a second.
    func finish() {
        let done = DispatchSemaphore(value: 0)
        writer.async { done.signal() }
        _ = done.wait(timeout: .now() + Self.farewell)
    }

    private func put(_ bytes: [UInt8]) {
        writeWhole(bytes)
        let lost = state.waiting.withLock { waiting in
            waiting.bytes -= bytes.count
            defer { waiting.lost = 0 }
            return waiting.lost
        }
        guard lost > 0 else { return }
        writeWhole(Array("\(lost) lines of the log are missing here: what reads it had stopped reading\n".utf8))
    }

    private func writeWhole(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody is there to be told of a log that cannot be written.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
