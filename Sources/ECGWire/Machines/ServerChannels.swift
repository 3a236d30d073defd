import ECGModel
import NIOCore

/// One channel of a connection, from the frame that opens it until its number is free again.
struct ServerChannel: Hashable {
    enum State: Hashable {
        /// The store has been asked.
        case opening
        case open
        /// Close came; `Closed` has not been sent.
        case closing
        /// Refused. Frames that were under way are skipped until the device opens the channel again.
        case refused
    }

    var state = State.opening
    var recording: RecordingID?
    /// Where the next block has to begin.
    var nextSample = 0
    /// What was last reported as stored.
    var storedSamples = 0
    /// Blocks handed on and not yet stored, oldest first.
    var outstanding = CircularBuffer<Outstanding>()

    struct Outstanding: Hashable {
        var endSample: Int
        var byteCount: Int
    }

    /// Takes in that more samples are stored; returns how many blocks are no longer outstanding by that and their bytes, or nil where
    /// that is nothing new or cannot be.
    mutating func store(upTo samples: Int) -> (count: Int, byteCount: Int)? {
        guard state == .open || state == .closing, samples > storedSamples, samples <= nextSample else { return nil }
        storedSamples = samples
        var settled = (count: 0, byteCount: 0)
        while let oldest = outstanding.first, oldest.endSample <= samples {
            outstanding.removeFirst()
            settled.count += 1
            settled.byteCount += oldest.byteCount
        }
        return settled
    }
}

extension ServerConnection {
    mutating func receiveOpen(_ frame: Frame) throws(WireError) -> ServerAction {
        let number = frame.channel
        guard number > 0 else { throw WireError(.malformedMessage, "channel 0 is the connection itself") }
        // Channels are bounded by their numbers, so that refused ones cannot pile up either.
        guard number <= limits.openRecordings else {
            throw WireError(
                .tooManyRecordings, "channel numbers run from 1 to \(limits.openRecordings)", channel: number)
        }
        if let channel = channels[number], channel.state != .refused {
            throw WireError(.channelInUse, "channel \(number) has an open recording", channel: number)
        }
        channels[number] = ServerChannel()
        guard !isDraining else {
            throw WireError(
                .goingAway, "the server is stopping: open the recording on another connection", channel: number)
        }
        do throws(WireError) {
            let header = try Self.opening(in: frame).header()
            guard !channels.values.contains(where: { $0.recording == header.id }) else {
                throw WireError(.channelInUse, "recording \(header.id) is open on another channel")
            }
            channels[number]?.recording = header.id
            return .open(channel: number, header)
        } catch {
            throw error.on(number)
        }
    }

    /// A message that is none costs its own recording only: the frame around it is whole.
    private static func opening(in frame: Frame) throws(WireError) -> WireOpen {
        do throws(WireError) {
            return try frame.message(WireOpen.self)
        } catch {
            throw WireError(.badHeader, error.detail)
        }
    }

    /// The recording is open; `storedSamples` of it are durable, and the device continues there.
    public mutating func opened(channel number: UInt32, storedSamples: Int, isClosed: Bool) -> ServerAction {
        guard phase != .ended, channels[number]?.state == .opening else { return .none }
        var message = WireOpened()
        message.storedSamples = UInt64(storedSamples)
        message.closed = isClosed
        if isClosed {
            channels[number] = nil
        } else {
            channels[number]?.state = .open
            channels[number]?.nextSample = storedSamples
            channels[number]?.storedSamples = storedSamples
        }
        return .send([Frame(message, channel: number)])
    }

    mutating func receiveBlock(_ frame: Frame) throws(WireError) -> ServerAction {
        // By its place in the table, and changed there: every block comes through here.
        guard let place = channels.index(forKey: frame.channel) else { throw unknown(frame.channel) }
        switch channels.values[place].state {
        case .refused: return .none
        case .opening: throw early(frame.channel)
        case .closing: throw WireError(.recordingClosed, "a block came after Close", channel: frame.channel)
        case .open: break
        }
        guard let recording = channels.values[place].recording else { throw unknown(frame.channel) }
        var data = frame.payload
        let header: BlockHeader
        do throws(WireError) {
            header = try BlockHeader.read(from: &data, limits: limits)
        } catch {
            throw error.on(frame.channel)
        }
        let nextSample = channels.values[place].nextSample
        if header.endSample <= nextSample { return repeated(header, on: frame.channel, channels.values[place]) }
        guard header.firstSample == nextSample else {
            throw WireError(
                .samplesOutOfOrder,
                "a block begins at sample \(header.firstSample), \(nextSample) is next", channel: frame.channel)
        }
        channels.values[place].nextSample = header.endSample
        channels.values[place].outstanding.append(
            ServerChannel.Outstanding(endSample: header.endSample, byteCount: frame.payload.readableBytes))
        unacknowledgedBytes += frame.payload.readableBytes
        unacknowledgedBlocks += 1
        return .block(channel: frame.channel, recording, header, data: data)
    }

    /// A block that came before is acknowledged again and stored once.
    private func repeated(_ header: BlockHeader, on number: UInt32, _ channel: ServerChannel) -> ServerAction {
        guard header.endSample <= channel.storedSamples else { return .none }  // Its acknowledgement is still to come.
        return .send([Self.storedFrame(channel.storedSamples, channel: number)])
    }

    /// Every sample below `samples` is durable, and every alert they raise.
    ///
    /// An answer for more than came on the channel belongs to a recording that was on it before, and is dropped.
    public mutating func stored(channel number: UInt32, upTo samples: Int) -> ServerAction {
        guard phase != .ended, let place = channels.index(forKey: number),
            let settled = channels.values[place].store(upTo: samples)
        else { return .none }
        unacknowledgedBytes -= settled.byteCount
        unacknowledgedBlocks -= settled.count
        return .send([Self.storedFrame(samples, channel: number)])
    }

    private static func storedFrame(_ samples: Int, channel: UInt32) -> Frame {
        var message = WireStored()
        message.samples = UInt64(samples)
        return Frame(message, channel: channel)
    }

    mutating func receiveClose(_ frame: Frame) throws(WireError) -> ServerAction {
        guard let channel = channels[frame.channel] else { throw unknown(frame.channel) }
        switch channel.state {
        case .refused: return .none
        case .opening: throw early(frame.channel)
        case .closing: throw WireError(.recordingClosed, "Close came twice", channel: frame.channel)
        case .open: break
        }
        guard let recording = channel.recording else { throw unknown(frame.channel) }
        let total = try frame.message(WireClose.self).totalSamples
        guard total == UInt64(channel.nextSample) else {
            throw WireError(
                .wrongLength, "Close says \(total) samples, \(channel.nextSample) came", channel: frame.channel)
        }
        channels[frame.channel]?.state = .closing
        return .close(channel: frame.channel, recording, totalSamples: channel.nextSample)
    }

    /// The end of the recording is durable: the channel's number is free again.
    public mutating func closed(channel number: UInt32) -> ServerAction {
        guard phase != .ended, let channel = channels[number], channel.state == .closing else { return .none }
        release(channel)
        channels[number] = nil
        var message = WireClosed()
        message.totalSamples = UInt64(channel.nextSample)
        return .send([Frame(message, channel: number)])
    }

    /// The recording on this channel cannot go on. The others are not affected.
    public mutating func refused(channel number: UInt32, _ error: WireError) -> ServerAction {
        guard phase != .ended else { return .none }
        if number == 0 || error.code.endsConnection { return fail(error.on(0)) }
        if let channel = channels[number] {
            release(channel)
            channels[number] = ServerChannel(state: .refused)
        }
        return .send([Frame(error.on(number), limits: limits)])
    }

    private mutating func release(_ channel: ServerChannel) {
        for block in channel.outstanding { unacknowledgedBytes -= block.byteCount }
        unacknowledgedBlocks -= channel.outstanding.count
    }

    private func unknown(_ number: UInt32) -> WireError {
        WireError(.unknownChannel, "channel \(number) has no open recording", channel: number)
    }

    private func early(_ number: UInt32) -> WireError {
        WireError(.unexpectedMessage, "channel \(number) was used before the server answered Open")
    }
}
