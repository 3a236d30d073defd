import CMallocCount
import ECGModel
import ECGSignal
import Testing

/// Linking CMallocCount puts counting allocation functions in front of the C library's.
@Suite("Allocation")
struct AllocationTests {
    /// Heap allocations that the body makes on this thread.
    static func count(_ body: () -> Void) -> UInt {
        let before = ecgnet_malloc_count()
        body()
        return ecgnet_malloc_count() - before
    }

    @Test("The counter sees an allocation")
    func control() {
        var kept: [Int] = []
        #expect(Self.count { kept = Array(repeating: 1, count: 100) } > 0)
        #expect(kept.count == 100)
    }

    @Test("An open recording allocates nothing per block", arguments: [1, 2, 12])
    func none(leads: Int) {
        var heart = SyntheticHeart(leads: leads, seconds: 40)
        _ = heart.rhythm(from: 0.4, to: 39, interval: 0.7)
        heart.noise(millivolts: 0.02)
        let whole = heart.samples
        let blocks = (0..<40).map { whole[$0 * 500..<($0 + 1) * 500] }
        // What all recordings share, the runtime's descriptions of types among it, is made once, by the first.
        var first = RecordingAnalyzer(channels: heart.channels, samplingRate: 500)
        for block in blocks { first.process(block) { _ in } }
        var analyzer = RecordingAnalyzer(channels: heart.channels, samplingRate: 500)
        var beats = 0
        analyzer.process(blocks[0]) { _ in }
        let count = Self.count {
            for block in blocks.dropFirst() {
                analyzer.process(block) { if case .beat = $0 { beats += 1 } }
            }
        }
        #expect(count == 0)
        #expect(beats > 50)
    }

    @Test(
        "The state of an open recording fits into 128 KiB", arguments: [(1, 500.0), (12, 500)])
    func stateBytes(leads: Int, rate: Double) {
        var heart = SyntheticHeart(rate: rate, leads: leads, seconds: 12)
        _ = heart.rhythm(from: 0.4, to: 11.5, interval: 0.7)
        let (channels, samples) = (heart.channels, heart.samples)
        // What all recordings share is made once, by the first.
        var first = RecordingAnalyzer(channels: channels, samplingRate: Hertz(rate))
        first.process(samples) { _ in }
        let before = ecgnet_live_bytes()
        var analyzer = RecordingAnalyzer(channels: channels, samplingRate: Hertz(rate))
        analyzer.process(samples) { _ in }
        let bytes = ecgnet_live_bytes() - before + MemoryLayout<RecordingAnalyzer>.size
        #expect(
            bytes > 0 && bytes <= 128 * 1024, "\(bytes) bytes, \(MemoryLayout<RecordingAnalyzer>.size) of them inline")
        withExtendedLifetime((first, analyzer, heart, channels, samples)) {}
    }
}
