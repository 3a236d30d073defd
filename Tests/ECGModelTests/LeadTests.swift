import ECGModel
import Testing

@Suite("Leads")
struct LeadTests {
    @Test("codes and names lead back to their lead")
    func roundTrip() {
        for lead in Lead.allCases {
            #expect(Lead(mdcCode: lead.mdcCode) == lead)
            #expect(Lead(name: lead.name) == lead)
            #expect(Lead(name: lead.name.uppercased()) == lead)
        }
    }

    @Test("MDC codes of the published device profiles")
    func publishedCodes() {
        #expect(Lead.i.mdcCode == 131_329)
        #expect(Lead.ii.mdcCode == 131_330)
        #expect(Lead.v1.mdcCode == 131_331)
        #expect(Lead.v6.mdcCode == 131_336)
        #expect(Lead.iii.mdcCode == 131_389)
        #expect(Lead.aVR.mdcCode == 131_390)
    }

    @Test("a modified limb lead is read as the lead that it modifies")
    func modified() {
        #expect(Lead(name: "MLII") == .ii)
        #expect(Lead(name: "MLIII") == .iii)
        #expect(Lead(name: "ML5") == nil)
        #expect(Lead(name: "MLV5") == nil)
    }

    @Test("unknown codes and names are nobody", arguments: [0, 1, 131_327, 131_350, 196_867, .max] as [UInt32])
    func unknownCode(code: UInt32) {
        #expect(Lead(mdcCode: code) == nil)
    }

    @Test func unknownNames() {
        for name in ["", "V0", "V10", "IV", "aVX", "II ", "pleth"] {
            #expect(Lead(name: name) == nil, "\(name)")
        }
    }

    @Test("the conventional twelve are twelve, limb and chest together")
    func twelve() {
        #expect(Lead.standardTwelve.count == 12)
        #expect(Set(Lead.standardTwelve) == Set(Lead.limb + Lead.precordial))
    }
}
