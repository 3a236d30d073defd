import ECGModel
import ECGStore
import ECGWire
import Logging
import NIOCore

/// Who is at the other end, and whether it may be served.
extension DeviceConnectionHandler {
    func verify(_ deviceID: String, _ message: [UInt8], _ signature: [UInt8]) {
        let proof = DeviceProofCheck(store: services.store, now: services.now, logger: services.logger)
        let software = connection.software
        let hello = DeviceHello(
            software: software.isEmpty ? nil : software, clockOffset: connection.clockOffset)
        desk.loop.makeFutureWithTask {
            try await proof.prove(signature, over: message, by: deviceID, hello: hello)
        }
        .assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let proved?):
                admit(deviceID, lastContactAt: proved.lastContactAt)
            case .success(nil):
                reject()
            case .failure(let error):
                failInternally(error)
            }
            flush()
        }
    }

    /// Answers at once, or late where many proofs have failed behind the same address. Those that are good are not held up.
    private func reject() {
        let wait = network.map { network in traffic { $0.proofFailed(from: network, at: $1) } } ?? .zero
        guard wait > .zero else {
            perform(connection.proofRejected())
            return
        }
        let handler = NIOLoopBound(Weak(self), eventLoop: desk.loop)
        desk.loop.scheduleTask(in: TimeAmount(wait)) {
            guard let handler = handler.value.reference else { return }
            handler.perform(handler.connection.proofRejected())
            handler.flush()
        }
    }

    private func admit(_ deviceID: String, lastContactAt: Timestamp?) {
        guard context != nil, !connection.hasEnded else { return }
        services.traffic.unproven.remove(id)
        guard traffic({ $0.proved(deviceID, at: $1) }) else {
            end(with: WireError(.overloaded, "the device connects too often", retryAfterSeconds: Self.retrySeconds))
            return
        }
        device = deviceID
        parser.handshakeCompleted()
        perform(connection.proofAccepted())
        log(.info, "device connected", ["software": "\(connection.software)"])
        if let surplus = services.devices.add(deviceID, at: place) {
            surplus.desk.end(
                surplus.connection,
                with: WireError(
                    .tooManyConnections,
                    "the device has \(IngestLimits.connectionsPerDevice) newer connections"))
        }
        if let lastContactAt { tellMissedNews(since: lastContactAt) }
    }

    /// Ends the connection for a reason that lies outside of it.
    func end(with error: WireError) {
        perform(connection.fail(error))
        flush()
    }
}
