public import ECGModel
public import NIOCore

extension DeviceConnection {
    /// Whether another recording can be opened now.
    public var canOpen: Bool {
        phase == .ready && channels.count < (terms?.openRecordings ?? 0)
    }

    /// Opens a recording, or continues it: the frame to send, and the channel that the answer will name.
    ///
    /// Throws what the server would refuse in the header, before it is sent.
    /// - Precondition: ``canOpen``, and the recording is not open on this connection.
    public mutating func open(_ header: RecordingHeader) throws(WireError) -> (channel: UInt32, frame: Frame) {
        precondition(canOpen, "a recording is opened after Welcome and while a channel is free")
        precondition(!channels.values.contains { $0.recording == header.id }, "a recording is opened once")
        do throws(AcquisitionError) {
            try header.validate()
        } catch {
            throw WireError(error)
        }
        var number: UInt32 = 1
        while channels[number] != nil { number += 1 }
        channels[number] = Channel(recording: header.id)
        return (number, Frame(WireOpen(header), channel: number))
    }

    /// The sample with which the next block on this channel has to begin, or nil while it is not open.
    public func nextSample(on channel: UInt32) -> SampleIndex? {
        guard let open = channels[channel], open.state == .open else { return nil }
        return open.nextSample
    }

    /// Whether a payload of ``BlockEncoder`` fits into what the server allows to be under way.
    public func canSend(_ payload: ByteBuffer, on channel: UInt32) -> Bool {
        guard let terms, channels[channel]?.state == .open else { return false }
        return unacknowledgedBytes + payload.readableBytes <= terms.unacknowledgedBytes
            && unacknowledgedBlocks < terms.unacknowledgedBlocks
    }

    /// The frame of a block.
    ///
    /// Throws ``WireError/Code/blockTooLarge`` for a block beyond what the server granted, and what
    /// ``BlockHeader/read(from:limits:)`` throws: split it, then.
    /// - Precondition: ``canSend(_:on:)``, and the block begins at ``nextSample(on:)``.
    public mutating func block(_ payload: ByteBuffer, on channel: UInt32) throws(WireError) -> Frame {
        precondition(canSend(payload, on: channel), "a block is sent on an open channel and within the window")
        var data = payload
        let header = try BlockHeader.read(from: &data)
        precondition(header.firstSample == nextSample(on: channel), "blocks follow each other without a gap")
        if let terms, payload.readableBytes > terms.blockPayloadBytes || header.sampleCount > terms.blockSamples {
            throw WireError(
                .blockTooLarge, "a block of \(header.sampleCount) samples and \(payload.readableBytes) bytes",
                channel: channel)
        }
        channels[channel]?.nextSample = header.endSample
        channels[channel]?.outstanding.append(
            ServerChannel.Outstanding(endSample: header.endSample, byteCount: payload.readableBytes))
        unacknowledgedBytes += payload.readableBytes
        unacknowledgedBlocks += 1
        return Frame(.block, channel: channel, payload: payload)
    }

    /// Says that the recording is complete.
    /// - Precondition: the channel is open.
    public mutating func close(_ channel: UInt32) -> Frame {
        guard let open = channels[channel], open.state == .open else {
            preconditionFailure("only an open recording is closed")
        }
        channels[channel]?.state = .closing
        var message = WireClose()
        message.totalSamples = UInt64(open.nextSample)
        return Frame(message, channel: channel)
    }

    mutating func receiveProgress(_ frame: Frame) throws(WireError) -> DeviceAction {
        let number = frame.channel
        guard var channel = channels[number] else {
            throw WireError(.unknownChannel, "the server answered on channel \(number), which is not open")
        }
        switch (channel.state, frame.type) {
        case (.opening, .opened):
            let message = try frame.message(WireOpened.self)
            let stored = try Self.sampleCount(message.storedSamples)
            channel.state = .open
            channel.nextSample = stored
            channel.storedSamples = stored
            channels[number] = message.closed ? nil : channel
            return .event(
                .opened(channel: number, channel.recording, storedSamples: stored, isClosed: message.closed))
        case (.open, .stored), (.closing, .stored):
            let stored = try Self.sampleCount(frame.message(WireStored.self).samples)
            guard stored <= channel.nextSample else {
                throw WireError(
                    .unexpectedMessage, "the server stored \(stored) samples, \(channel.nextSample) were sent")
            }
            channel.storedSamples = max(channel.storedSamples, stored)
            while let oldest = channel.outstanding.first, oldest.endSample <= stored {
                channel.outstanding.removeFirst()
                unacknowledgedBytes -= oldest.byteCount
                unacknowledgedBlocks -= 1
            }
            channels[number] = channel
            return .event(.stored(channel: number, channel.recording, upTo: stored))
        case (.closing, .closed):
            let total = try Self.sampleCount(frame.message(WireClosed.self).totalSamples)
            guard total == channel.nextSample else {
                throw WireError(.wrongLength, "the server closed at \(total), \(channel.nextSample) samples were sent")
            }
            release(channel)
            channels[number] = nil
            return .event(.closed(channel: number, channel.recording, totalSamples: total))
        default:
            throw WireError(
                .unexpectedMessage, "the server sent a frame of type \(frame.type.rawValue) on channel \(number)")
        }
    }

    mutating func receiveRefusal(_ error: WireError) -> DeviceAction {
        guard error.channel != 0 else {
            end()
            return .end(error)
        }
        let channel = channels.removeValue(forKey: error.channel)
        if let channel { release(channel) }
        return .event(.refused(channel: error.channel, channel?.recording, error))
    }

    private mutating func release(_ channel: Channel) {
        for block in channel.outstanding { unacknowledgedBytes -= block.byteCount }
        unacknowledgedBlocks -= channel.outstanding.count
    }

    private static func sampleCount(_ value: UInt64) throws(WireError) -> Int {
        guard value <= UInt64(WireLimits.default.recordingSamples) else {
            throw WireError(.malformedMessage, "no recording has \(value) samples")
        }
        return Int(value)
    }
}
