import ECGModel

/// How far a recording's stored samples go.
struct Extent: Sendable {
    /// The recording's row in its waveform file; nil before its first block.
    var row: Int64?
    /// Exclusive.
    var end: SampleIndex = 0
    var lastBlockAt: Timestamp?
    /// Who wrote the last block: ``StoredBlock/writer``.
    var lastWriter: UInt64?
    /// When the device said that the recording is complete.
    var sealedAt: Timestamp?
    /// Its last block in the chain, and how many it has there.
    var lastBlock: Int64?
    var blockCount = 0

    /// What becomes of a block here, before anything is written.
    enum Placement {
        case append, present
        case refused(IngestResult)
    }

    func placement(of block: StoredBlock) -> Placement {
        let (blockEnd, overflow) = block.firstSample.addingReportingOverflow(block.sampleCount)
        guard block.firstSample >= 0, block.sampleCount > 0, !overflow else {
            return .refused(.refused("a block must hold at least one sample and begin at sample 0 or later"))
        }
        if blockEnd <= end { return .present }
        guard sealedAt == nil else { return .refused(.refused("the recording is closed after \(end) samples")) }
        guard block.firstSample == end else { return .refused(.gap(expected: end)) }
        return block.isContinued && block.writer != lastWriter ? .refused(.brokenRun(expected: end)) : .append
    }

    /// Why the recording cannot close after `sampleCount` samples, or nil.
    func objection(toClosingAt sampleCount: Int) -> String? {
        end == sampleCount ? nil : "the recording has \(end) samples stored and cannot close after \(sampleCount)"
    }

    /// Why a reading of `sampleCount` samples is not the recording's, or nil.
    func objection(toReadingOf sampleCount: Int) -> String? {
        end == sampleCount ? nil : "the recording has \(end) samples stored and was read after \(sampleCount)"
    }
}
