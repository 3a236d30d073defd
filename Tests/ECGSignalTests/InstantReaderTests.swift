import ECGModel
import Foundation
import Testing

@testable import ECGSignal

@Suite("From counts to millivolts")
struct InstantReaderTests {
    /// Counts that end where the process's memory ends.
    private final class GuardedCounts {
        private let memory: UnsafeMutableRawPointer
        private let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let counts: UnsafeBufferPointer<Int32>

        init(_ values: [Int32]) throws {
            memory = try #require(
                mmap(nil, 2 * pageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
            try #require(memory != MAP_FAILED)
            let byteCount = values.count * MemoryLayout<Int32>.stride
            try #require(byteCount <= pageBytes)
            try #require(mprotect(memory + pageBytes, pageBytes, PROT_NONE) == 0)
            let start = (memory + pageBytes - byteCount).bindMemory(to: Int32.self, capacity: values.count)
            start.update(from: values, count: values.count)
            counts = UnsafeBufferPointer(start: start, count: values.count)
        }

        deinit { munmap(memory, 2 * pageBytes) }
    }

    @Test("nothing is read behind the last count, however many leads there are", arguments: 1...16)
    func end(leads: Int) throws {
        let channels = Lead.standardTwelve + Lead.standardTwelve
        for instants in 1...5 {
            let values = (0..<instants * leads).map { Int32($0 + 1) }
            let guarded = try GuardedCounts(values)
            var reader = InstantReader(
                channels: channels.prefix(leads).map { Channel(lead: $0, nanovoltsPerCount: 1_000_000) })
            var ring = SampleRing(capacity: 16)
            // The last instant alone, as a piece of a block may be, and all of them.
            for first in Set([0, instants - 1]) {
                let before = ring.endSample
                #expect(
                    reader.readPlain(guarded.counts, at: first * leads, instants: instants - first, into: &ring))
                for instant in first..<instants {
                    let millivolts = ring[before + instant - first]
                    for lane in 0..<16 {
                        #expect(millivolts[lane] == (lane < leads ? Float(values[instant * leads + lane]) : 0))
                    }
                }
            }
        }
    }
}
