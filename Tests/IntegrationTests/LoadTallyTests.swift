import ECGModel
import Testing

@testable import ecgnet

@Suite("What the devices of a load saw")
struct LoadTallyTests {
    private let begin = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { begin + .seconds(seconds) }

    @Test("a wait counts in the while in which its block was sent, however late it ended")
    func lateAcknowledgements() throws {
        var tally = LoadTally(begin: begin)
        tally.acknowledged(blockSentAt: at(9.9), at: at(10.5))
        tally.acknowledged(blockSentAt: at(10.1), at: at(10.2))
        tally.acknowledged(blockSentAt: at(19.9), at: at(28.9))
        tally.acknowledged(blockSentAt: at(20.1), at: at(29))
        let waits = try #require(tally.acknowledgementMilliseconds(ofBlocksSentFrom: at(10), to: at(20)))
        #expect(waits.count == 2)
        #expect(abs(waits.most - 9000) < 1, "\(waits.most) ms")
        #expect(tally.acknowledgementMilliseconds(ofBlocksSentFrom: at(11), to: at(19)) == nil)
    }

    @Test("an alert is waited for since its block was sent first")
    func resentDecidingBlock() {
        let recording = RecordingID(seedHigh: 1, seedLow: 1)
        var tally = LoadTally(begin: begin)
        tally.sentDecidingBlock(of: recording, at: at(1))
        tally.sentDecidingBlock(of: recording, at: at(7))
        #expect(tally.decidingBlocks == [recording: at(1)])
    }
}
