import ECGModel
import Testing

@Suite("Recordings")
struct RecordingTests {
    static let id = RecordingID(high: 0x0f8f_ad5b_d9cb_469f, low: 0xa165_7086_7728_950e)

    static func header(
        leads: [Lead] = [.i, .ii], rate: Hertz = 500, nanovolts: Double = 2500, patient: Patient = Patient()
    ) -> RecordingHeader {
        RecordingHeader(
            id: id, samplingRate: rate, channels: leads.map { Channel(lead: $0, nanovoltsPerCount: nanovolts) },
            patient: patient)
    }

    @Test func identifierText() {
        #expect(Self.id.description == "0f8fad5b-d9cb-469f-a165-70867728950e")
        #expect(RecordingID("0F8FAD5B-D9CB-469F-A165-70867728950E") == Self.id)
        #expect(RecordingID(bytes: Self.id.bytes) == Self.id)
        for text in [
            "", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950",
            "0f8fad5b-d9cb-469f-a165-70867728950g", "0f8fad5b-d9cb-469f-a165_70867728950e",
        ] {
            #expect(RecordingID(text) == nil, "\(text)")
        }
        #expect(RecordingID(bytes: [1, 2, 3]) == nil)
    }

    @Test("an identifier made from any bytes carries version 8 and the RFC's variant")
    func identifierVersion() {
        let text = RecordingID(seedHigh: .max, seedLow: .max).description
        #expect(text == "ffffffff-ffff-8fff-bfff-ffffffffffff")
    }

    @Test func acceptedHeaders() throws {
        try Self.header().validate()
        try Self.header(leads: Lead.standardTwelve, rate: 1000).validate()
        try Self.header(leads: Array(repeating: .unspecified, count: 16), rate: 100).validate()
    }

    @Test("each mistake has its own error")
    func refusedHeaders() {
        #expect(throws: AcquisitionError.leadCount(0)) { try Self.header(leads: []).validate() }
        #expect(throws: AcquisitionError.leadCount(17)) {
            try Self.header(leads: Array(repeating: .unspecified, count: 17)).validate()
        }
        #expect(throws: AcquisitionError.duplicateLead(.v2)) { try Self.header(leads: [.v2, .i, .v2]).validate() }
        #expect(throws: AcquisitionError.samplingRate(99)) { try Self.header(rate: 99).validate() }
        #expect(throws: AcquisitionError.samplingRate(.infinity)) { try Self.header(rate: Hertz(.infinity)).validate() }
        #expect(throws: AcquisitionError.self) { try Self.header(rate: Hertz(.nan)).validate() }
        #expect(throws: AcquisitionError.resolution(.i, nanovoltsPerCount: 0)) {
            try Self.header(nanovolts: 0).validate()
        }
        #expect(throws: AcquisitionError.self) { try Self.header(nanovolts: .nan).validate() }
        #expect(throws: AcquisitionError.ageYears(131)) {
            try Self.header(patient: Patient(ageYears: 131)).validate()
        }
        #expect(throws: AcquisitionError.textTooLong(field: "the chief complaint", bytes: 258, limit: 256)) {
            try Self.header(patient: Patient(chiefComplaint: String(repeating: "痛", count: 86))).validate()
        }
    }

    @Test("an error names the limit and never the patient")
    func errorTexts() {
        #expect(AcquisitionError.samplingRate(50).description.contains("100.0 to 1000.0 Hz"))
        let secret = String(repeating: "Zhang ", count: 60)
        do {
            try Self.header(patient: Patient(reference: secret)).validate()
            Issue.record("accepted")
        } catch {
            #expect(!error.description.contains("Zhang"))
        }
    }

    @Test func countsBecomeMillivolts() {
        let channel = Channel(lead: .ii, nanovoltsPerCount: 5000, baseline: 1024)
        #expect(channel.millivolts(of: 1224) == 1)
        #expect(channel.millivolts(of: 1024) == 0)
        #expect(channel.millivolts(of: Samples.missing) == nil)
        #expect(Channel(lead: .i, nanovoltsPerCount: 1, baseline: .min + 1).millivolts(of: .max)?.value == 4294.967294)
    }

    @Test func sampleRanges() {
        var samples = Samples(channelCount: 2, counts: [1, 10, 2, 20, 3, 30])
        #expect(samples.count == 3)
        #expect(samples[2, 1] == 30)
        #expect(samples[1..<3] == Samples(channelCount: 2, counts: [2, 20, 3, 30]))
        samples.append(Samples(channelCount: 2, counts: [4, 40]))
        #expect(samples.counts.count == 8)
    }
}
