import ECGModel
import ECGTriage
import Logging
import ServiceLifecycle
import Testing

@testable import ECGServer

@Suite("Analysers kept for devices that come back")
struct ParkedAnalysesTests {
    private let analysis: ParkedAnalyses.Analysis
    private let patient: Patient
    private let ids = (1...3).map { RecordingID(seedHigh: 1, seedLow: $0) }

    init() throws {
        let header = try Recording.simulated(seconds: 1).header
        patient = header.patient
        analysis = .init(interpreter: RecordingInterpreter(header: header, table: .countyDefault))
    }

    @Test("one is given back once, and only to a recording that has come exactly as far as it has")
    func taking() {
        let parked = ParkedAnalyses(limit: 4, duration: .seconds(120))
        parked.keep(analysis, of: ids[0], sampleCount: 500, uptime: .zero)
        parked.keep(analysis, of: ids[1], sampleCount: 500, uptime: .zero)
        #expect(parked.take(ids[2], sampleCount: 500, patient: patient) == nil)
        #expect(parked.take(ids[0], sampleCount: 500, patient: patient) != nil)
        #expect(parked.take(ids[0], sampleCount: 500, patient: patient) == nil)
        #expect(parked.take(ids[1], sampleCount: 1000, patient: patient) == nil)
        // Sex and age decide limits: what was judged without them is judged again.
        parked.keep(analysis, of: ids[2], sampleCount: 500, uptime: .zero)
        #expect(parked.take(ids[2], sampleCount: 500, patient: Patient(sex: .female, ageYears: 104)) == nil)
        #expect(parked.count == 0)
    }

    @Test("where there are too many, the one that has been kept longest goes")
    func limit() {
        let parked = ParkedAnalyses(limit: 2, duration: .seconds(120))
        parked.keep(analysis, of: ids[0], sampleCount: 500, uptime: .seconds(1))
        parked.keep(analysis, of: ids[1], sampleCount: 500, uptime: .seconds(2))
        // Of a recording that is kept already there is one, still.
        parked.keep(analysis, of: ids[0], sampleCount: 1000, uptime: .seconds(3))
        #expect(parked.count == 2)
        parked.keep(analysis, of: ids[2], sampleCount: 500, uptime: .seconds(4))
        #expect(parked.count == 2)
        #expect(parked.take(ids[1], sampleCount: 500, patient: patient) == nil)
        #expect(parked.take(ids[0], sampleCount: 1000, patient: patient) != nil)
        #expect(parked.take(ids[2], sampleCount: 500, patient: patient) != nil)
    }

    @Test("the watch lets each go when its time is over, and goes on until the server stops")
    func watch() async throws {
        let clock = TestClock()
        let log = LogBook()
        let parked = ParkedAnalyses(limit: 4, duration: .seconds(120))
        parked.keep(analysis, of: ids[0], sampleCount: 500, uptime: clock.uptime)
        clock.advance(seconds: 119)
        parked.keep(analysis, of: ids[1], sampleCount: 500, uptime: clock.uptime)
        parked.expire(uptime: clock.uptime)
        #expect(parked.count == 2)
        clock.advance(seconds: 1)

        let watch = ParkedAnalysesWatch(parked: parked, uptime: { clock.uptime }, logger: log.logger)
        let group = ServiceGroup(
            configuration: .init(services: [watch], gracefulShutdownSignals: [], logger: log.logger))
        let running = Task { try await group.run() }
        defer { running.cancel() }
        try await eventually { parked.count == 1 }
        #expect(parked.take(ids[0], sampleCount: 500, patient: patient) == nil)
        // The wall clock has no say.
        clock.set(by: .days(1))
        parked.keep(analysis, of: ids[2], sampleCount: 500, uptime: clock.uptime)
        clock.advance(seconds: 119)
        try await eventually { parked.count == 1 }
        #expect(parked.take(ids[2], sampleCount: 500, patient: patient) != nil)
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
