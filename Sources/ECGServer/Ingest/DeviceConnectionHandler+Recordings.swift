import ECGModel
import ECGStore
import ECGWire
import Logging
import Metrics
import NIOCore

/// The recordings of a connection: from their opening to what the store says of each block.
extension DeviceConnectionHandler {
    /// Counts of a flat line, analysed, for which a device pays as for a byte received: at eight of them a live recording of
    /// twelve leads, 6,000 counts a second in 1.5 kB and more, costs nothing beyond its bytes.
    private static let countsPerByte = 8

    func open(_ header: RecordingHeader, on channel: UInt32) {
        guard let device else { preconditionFailure("recordings are opened after the proof") }
        guard traffic({ $0.opens(device, at: $1) }) else {
            perform(
                connection.refused(
                    channel: channel,
                    WireError(
                        .overloaded, "the device opens recordings too often", retryAfterSeconds: Self.retrySeconds)))
            return
        }
        let opening = RecordingOpening(
            store: services.store, table: services.tables.current, parked: services.parked,
            turnstile: services.turnstile, now: services.now, uptime: services.uptime)
        let clockOffset = connection.clockOffset
        let ticket = OpeningTicket()
        // The channel may have been refused meanwhile, and be opened again, even for another patient.
        openings.updateValue(ticket, forKey: channel)?.withdraw()
        desk.loop.makeFutureWithTask {
            try await opening.open(header, device: device, clockOffset: clockOffset, ticket: ticket)
        }
        .assumeIsolated().whenComplete { [self] result in
            guard openings[channel] === ticket else { return }
            openings[channel] = nil
            guard connection.recording(on: channel) == header.id else { return }
            switch result {
            case .success(let opened): start(opened, on: channel)
            case .failure(let error): refuse(channel, error)
            }
            flush()
        }
    }

    private func start(_ opened: RecordingOpening.Opened, on channel: UInt32) {
        guard context != nil, !connection.hasEnded else { return }
        let recording = opened.recording
        let isClosed = recording.status == .closed
        // Not before the store has said whose it is: another device's wrong name must not disturb the owner.
        switch services.register.take(recording.id, for: place) {
        case .taken: break
        case .takenOver(let previous): previous.desk.takeOver(recording.id, from: previous.connection)
        case .goesOnElsewhere:
            // The other connection goes on with it, and is told its news; what there is of them this one may hear too.
            guard isClosed else {
                perform(connection.refused(channel: channel, Self.continuesElsewhere(recording.id)))
                return
            }
        }
        if let interpreter = opened.interpreter {
            if interpreter.damagedSamples > 0 {
                log(
                    .error, "stored samples cannot be read: the recording goes on without them",
                    ["recording": "\(recording.id)", "samples": "\(interpreter.damagedSamples)"])
            }
            sessions[channel] = IngestSession(
                serial: nextSession, recording: recording, interpreter: interpreter, found: opened.found,
                now: services.now())
            nextSession &+= 1
        }
        perform(
            connection.opened(channel: channel, storedSamples: recording.sampleCount, isClosed: isClosed))
        if let reading = opened.reading {
            send([Frame(ClinicReading(reading, recording: recording.id), limits: services.limits)])
        }
        tellNews(of: recording.id)
        log(
            .info, "recording opened",
            ["recording": "\(recording.id)", "stored": "\(recording.sampleCount)", "closed": "\(isClosed)"])
    }

    private func refuse(_ channel: UInt32, _ error: any Error) {
        switch error {
        case StoreError.recordingOfAnotherDevice:
            perform(connection.refused(channel: channel, WireError(.recordingOfAnotherDevice, "\(error)")))
        case StoreError.headerMismatch:
            perform(connection.refused(channel: channel, WireError(.headerMismatch, "\(error)")))
        case StoreError.unknownDevice:
            perform(connection.fail(WireError(.deviceRevoked, "\(error)")))
        default:
            // The device's other recordings go on: what cannot be read of this one must not keep them out.
            log(.error, "a recording cannot be opened", ["error": "\(error)"])
            perform(connection.refused(channel: channel, WireError(.internalError, "the recording cannot be opened")))
        }
    }

    func take(_ header: BlockHeader, _ data: ByteBuffer, on channel: UInt32) {
        guard let session = sessions[channel] else { return }
        do throws(WireError) {
            let change = try session.take(header, data, with: desk.decoder)
            countsInTurn += header.sampleCount * session.leadCount
            services.metrics.bytes.increment(by: data.readableBytes)
            payForAnalysis(of: header, sentIn: data.readableBytes, leads: session.leadCount)
            submit(change, of: session)
        } catch {
            drop(channel)
            perform(connection.refused(channel: channel, error))
        }
    }

    /// A flat line is compressed to nothing and analysed like any other: what it would have been worth in bytes counts.
    private func payForAnalysis(of header: BlockHeader, sentIn bytes: Int, leads: Int) {
        let worth = header.sampleCount * leads / Self.countsPerByte
        guard let device, worth > bytes else { return }
        pause(for: traffic { $0.received(worth - bytes, from: device, at: $1) })
    }

    func close(_ channel: UInt32, totalSamples: Int) {
        guard let session = sessions[channel] else { return }
        submit(session.close(totalSamples: totalSamples), of: session)
    }

    private func submit(_ change: IngestChange, of session: IngestSession) {
        let tag = IngestDesk.Tag(connection: id, session: session.serial)
        guard services.committer.submit(change, tag: tag.packed, to: desk) else {
            perform(connection.fail(WireError(.overloaded, "the queue for the disk is full")))
            return
        }
    }

    // MARK: What became of it

    /// The store's answer to one change of a session; the caller flushes.
    func committed(_ result: IngestResult, session serial: UInt32) {
        guard let (channel, session) = sessions.first(where: { $0.value.serial == serial }) else { return }
        switch (session.settle(), result) {
        case (.block(let receivedAt), .stored(let upTo)):
            services.metrics.blocks.increment()
            services.metrics.ackLatency.record(duration: receivedAt.duration(to: .now))
            // After a take-over more may be stored than came on this connection.
            perform(connection.stored(channel: channel, upTo: min(upTo, session.endSample)))
        case (.close(let reading), .stored):
            drop(channel)
            perform(connection.closed(channel: channel))
            send([Frame(ClinicReading(reading, recording: session.recording), limits: services.limits)])
            log(.info, "recording closed", ["recording": "\(session.recording)"])
        case (_, .gap(let expected)):
            lose(channel, WireError(.samplesOutOfOrder, "\(expected) is the next sample"))
        case (_, .brokenRun(let expected)):
            lose(channel, WireError(.brokenRun, "another connection stored up to \(expected) meanwhile"))
        case (_, .unavailable(let reason)):
            log(.error, "a recording cannot be stored", ["recording": "\(session.recording)", "error": "\(reason)"])
            lose(channel, WireError(.internalError, reason))
        case (_, .refused(let reason)):
            lose(channel, WireError(.recordingClosed, reason))
        }
        sayGoodbyeWhenDone()
    }

    private func lose(_ channel: UInt32, _ error: WireError) {
        drop(channel)
        perform(connection.refused(channel: channel, error))
    }

    /// Nothing of what is under way is promised: the device connects again and continues where the store says.
    func commitFailed() {
        perform(connection.fail(WireError(.internalError, "the store could not commit")))
        flush()
    }

    /// Another connection has taken the recording over.
    func lose(_ recording: RecordingID) {
        guard let channel = sessions.first(where: { $0.value.recording == recording })?.key else { return }
        lose(channel, Self.continuesElsewhere(recording))
        flush()
    }

    private static func continuesElsewhere(_ recording: RecordingID) -> WireError {
        WireError(.channelInUse, "recording \(recording) continues on another connection")
    }

    /// Ends a session. The recording stays in the register, so that the device hears of its alerts.
    /// Its analyser is kept for a while, in case the device comes back.
    func drop(_ channel: UInt32) {
        guard let session = sessions.removeValue(forKey: channel), let interpreter = session.unfinishedInterpreter
        else {
            return
        }
        services.parked.keep(
            .init(interpreter: interpreter), of: session.recording, sampleCount: session.endSample,
            uptime: services.uptime())
    }

    func failInternally(_ error: any Error) {
        log(.error, "the store failed", ["error": "\(error)"])
        perform(connection.fail(WireError(.internalError, "the store failed")))
    }

    // MARK: News of alerts

    /// Tells the device every step of the recording's alerts that it has not been told.
    func tellNews(of recording: RecordingID) {
        let forgotten = news.remember(recording) { needed in
            self.sessions.values.contains { $0.recording == needed }
        }
        if let forgotten { services.register.release(forgotten, from: id) }
        news.fetch(recording) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let statuses):
                send(statuses.map { Frame($0, limits: self.services.limits) })
                flush()
            case .failure(let error):
                log(.error, "alerts cannot be read for the device", ["error": "\(error)"])
            }
        }
    }

    /// Tells the device what has become of its recent recordings' alerts since it was last in touch: it may have been switched
    /// off and have forgotten what to ask for, and what went into a line that was dead already it has not heard.
    func tellMissedNews(since lastContact: Timestamp) {
        guard let device else { return }
        let now = services.now()
        let since = min(lastContact, now) - IngestLimits.missedOverlap
        desk.loop.makeFutureWithTask { [store = services.store] in
            try await store.recordingsWithNews(
                ofDevice: device, since: since, openedSince: now - IngestLimits.missedFor,
                limit: IngestLimits.missedRecordings)
        }
        .assumeIsolated().whenComplete { [self] result in
            guard context != nil, !connection.hasEnded else { return }
            switch result {
            case .success(let recordings):
                for recording in recordings { tellNews(of: recording) }
            case .failure(let error):
                log(.error, "what the device has missed cannot be read", ["error": "\(error)"])
            }
        }
    }
}
