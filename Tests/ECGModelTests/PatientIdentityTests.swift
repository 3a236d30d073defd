import ECGModel
import Testing

@Suite("Strangers are not one patient")
struct PatientIdentityTests {
    @Test(
        "What people write where there is no reference is none",
        arguments: [
            "", " ", "-", "--", "—", "/", "?", "0", "00", "0-0", "０", "unknown", "Unknown ", "UNKNOWN", "n/a", "N.A.",
            "none", "(none)", "null", "xxx", "无", "未知", " 不详 ", "无。", "…",
        ])
    func placeholders(text: String) {
        #expect(Patient.reference(written: text) == nil)
    }

    @Test("A reference is what was written, without the blanks around it")
    func references() {
        for (text, reference) in [
            ("W-17", "W-17"), (" W-17\t", "W-17"), ("A", "A"), ("1", "1"), ("007", "007"), ("李 17", "李 17"),
            ("unknown 4", "unknown 4"), ("\u{3000}0815 ", "0815"), ("王无", "王无"),
        ] {
            #expect(Patient.reference(written: text) == reference)
        }
    }

    @Test("Another sex, or an age that the time between does not explain, is another patient")
    func identity() {
        let man = Patient(sex: .male, ageYears: 48)
        let year = Duration.days(365)
        #expect(man.mayBe(Patient(sex: .male, ageYears: 48), after: .days(1)))
        #expect(man.mayBe(Patient(sex: .male, ageYears: 46), after: .days(1)))
        #expect(man.mayBe(Patient(sex: .male, ageYears: 38), after: year * 10))
        #expect(man.mayBe(Patient(), after: .days(1)) && Patient().mayBe(man, after: .days(1)))
        #expect(!man.mayBe(Patient(sex: .female, ageYears: 48), after: .days(1)))
        #expect(!man.mayBe(Patient(sex: .male, ageYears: 22), after: .days(1)))
        #expect(!man.mayBe(Patient(sex: .male, ageYears: 51), after: .days(1)))
        #expect(!man.mayBe(Patient(ageYears: 45), after: .days(1)))
        #expect(!man.mayBe(Patient(sex: .male, ageYears: 48), after: year * 10))
    }
}
