import ECGDevice
import ECGServer
import ECGWire
import NIOCore
import NIOPosix

/// All devices of a load, on one event loop: connects them one after the other, has each send its block when it is due,
/// and connects again what was cut off.
final class DeviceFleet {
    /// How often the fleet looks for blocks that are due: well below what an acknowledgement takes.
    private static let tick = TimeAmount.milliseconds(5)
    /// Pauses before a device connects again; drawn at random between them, so that they do not come back all at once.
    private static let reconnectMilliseconds: ClosedRange<Int64> = 500...5_000

    private(set) var clock: SignalClock
    var tally: LoadTally
    /// Set when no further recording is to begin and no block to be sent.
    private(set) var isEnding = false

    private let loop: any EventLoop
    private let server: NetworkAddress
    private let verifier: ServerVerifier?
    private var devices: [LoadDevice] = []
    /// When each of them has a block to send, by the signal clock. Apart from the devices, since to look at ten thousand of
    /// those two hundred times a second takes a tenth of a core and the caches that the server needs.
    private var dueTimes: [Double] = []
    private var connectedCount = 0
    private var opened: Set<ObjectIdentifier> = []
    private var timer: RepeatedTask?

    /// - Parameter verifier: Nil speaks plain TCP.
    init(loop: any EventLoop, server: NetworkAddress, verifier: ServerVerifier?, clock: SignalClock) {
        self.verifier = verifier
        self.loop = loop
        self.server = server
        self.clock = clock
        tally = LoadTally(begin: clock.start)
    }

    /// A prime far from the lengths of recordings: neighbours end their first recordings at unlike times.
    private static let scatter = 7919

    /// Devices that have a recording open or have had one.
    var openedCount: Int { opened.count }
    /// Devices whose connection stands.
    var standing: Int { devices.count { $0.connection != nil } }

    /// Must be called on the loop.
    func start(
        _ plans: [(identity: DeviceIdentity, patient: LoadPatient)], blocksPerRecording: Int, perSecond: Int
    ) {
        dueTimes = Array(repeating: .infinity, count: plans.count)
        devices = plans.enumerated().map { index, plan in
            // From one run through the patient's signal to a whole recording, scattered over the devices.
            let shortest = min(plan.patient.blocks.count, blocksPerRecording)
            let first = shortest + index * Self.scatter % (blocksPerRecording - shortest + 1)
            return LoadDevice(
                number: index, identity: plan.identity, patient: plan.patient, blockCount: blocksPerRecording,
                firstBlockCount: first, fleet: self)
        }
        let begin = ContinuousClock.now
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.tick) { _ in
            bound.value.advance(perSecond: perSecond, since: begin)
        }
    }

    private func advance(perSecond: Int, since begin: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let due = Int(begin.duration(to: now) / .seconds(1) * Double(perSecond))
        while connectedCount < min(due, devices.count) {
            connect(devices[connectedCount])
            connectedCount += 1
        }
        if !isEnding { sendDue(at: now) }
    }

    private func sendDue(at now: ContinuousClock.Instant) {
        let signalSeconds = clock.signalSeconds(at: now)
        for number in dueTimes.indices where dueTimes[number] <= signalSeconds {
            let device = devices[number]
            do throws(WireError) {
                try device.send(upTo: signalSeconds, at: now)
            } catch {
                tally.refused(error.code.name)
            }
            device.connection?.flush()
        }
    }

    /// A device has its next block to send then; infinite while it has none.
    func due(_ signalSeconds: Double, device number: Int) { dueTimes[number] = signalSeconds }

    func hasOpened(_ device: LoadDevice) { opened.insert(ObjectIdentifier(device)) }

    func disconnected(_ device: LoadDevice) {
        guard !isEnding else { return }
        tally.drops += 1
        connectLater(device)
    }

    private func connectLater(_ device: LoadDevice) {
        let bound = NIOLoopBound((fleet: self, device: device), eventLoop: loop)
        loop.scheduleTask(in: .milliseconds(.random(in: Self.reconnectMilliseconds))) {
            guard !bound.value.fleet.isEnding else { return }
            bound.value.fleet.connect(bound.value.device)
        }
    }

    private func connect(_ device: LoadDevice) {
        let bound = NIOLoopBound((fleet: self, device: device), eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (fleet, device) = bound.value
                    let connection = LoadConnection(device: device, isEncrypted: fleet.verifier != nil) {
                        fleet.tally.refused($0.code.name)
                    }
                    if let verifier = fleet.verifier {
                        try channel.pipeline.syncOperations.addHandler(
                            try verifier.makeHandler(host: fleet.server.host))
                    }
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
        let connecting = bootstrap.connect(host: server.host, port: server.port)
        connecting.whenFailure { _ in
            bound.value.fleet.tally.refused("cannot connect")
            bound.value.fleet.connectLater(bound.value.device)
        }
    }

    /// From now on, and for so long, every device records so many times as fast as time goes.
    func rush(factor: Double, seconds: Double) {
        clock.rush = SignalClock.Rush(begin: clock.elapsedSeconds(at: .now), seconds: seconds, factor: factor)
    }

    /// Sends what is recorded by now, as far as the server lets the devices, and nothing more; acknowledgements still arrive.
    func endSending() {
        guard !isEnding else { return }
        let now = ContinuousClock.now
        sendDue(at: now)
        isEnding = true
        let signalSeconds = clock.signalSeconds(at: now)
        tally.blocksUnsent = devices.reduce(0) { $0 + $1.unsentBlocks(at: signalSeconds) }
    }

    func close() {
        timer?.cancel()
        for device in devices { device.connection?.close() }
    }
}
