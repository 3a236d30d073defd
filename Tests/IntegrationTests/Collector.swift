import Foundation
import Synchronization

/// Gathers what a program prints, as it prints it.
final class Collector: Sendable {
    private let gathered: Gathered
    private let reading: Task<Void, Never>

    private final class Gathered: Sendable {
        let bytes = Mutex<Data>(Data())
    }

    init(_ pipe: Pipe) {
        let gathered = Gathered()
        let (chunks, continuation) = AsyncStream.makeStream(of: Data.self)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let chunk = handle.availableData
            if chunk.isEmpty {
                handle.readabilityHandler = nil
                continuation.finish()
            } else {
                continuation.yield(chunk)
            }
        }
        self.gathered = gathered
        reading = Task {
            for await chunk in chunks { gathered.bytes.withLock { $0.append(chunk) } }
        }
    }

    var soFar: String { String(decoding: gathered.bytes.withLock { $0 }, as: UTF8.self) }

    /// Everything up to the program's end.
    func all() async -> String {
        await reading.value
        return soFar
    }
}
