import ECGFormats
import ECGModel
import Testing

@Suite("Age and sex in comments")
struct PatientCommentTests {
    private func patient(_ comments: String...) throws -> Patient {
        let lines = comments.map { "#\($0)\n" }.joined()
        return try read("r 1 500 1\nr.dat 16\n" + lines, files: ["r.dat": [0, 0]]).recording.header.patient
    }

    @Test(
        "The usual conventions",
        arguments: [
            ("Age: 65", 65, nil), (" age: 56", 56, nil), ("<age>: 51", 51, nil), ("AGE:7.0", 7, nil),
            ("Sex: Female", nil, .female), ("Sex: M", nil, .male), ("<sex>: F", nil, .female),
            (" sex: male", nil, .male), ("Gender: male", nil, .male),
            ("<age>: 67  <sex>: M  <diagnosis>: x", 67, .male),
            ("Age: 62  Sex: F", 62, .female), (" 75 F 1011 654 x1", 75, .female), (" -1 M 1 2", nil, .male),
            ("text <age>: 40", 40, nil), ("Age: 0", 0, nil), ("Age: 130", 130, nil),
        ] as [(String, Int?, Patient.Sex?)])
    func conventions(comment: String, age: Int?, sex: Patient.Sex?) throws {
        #expect(try patient(comment) == Patient(sex: sex, ageYears: age))
    }

    @Test(
        "What is impossible or said of something else is not taken",
        arguments: [
            "age: n/a", "Age: NaN", "Age: 300", "Age: -1", "Age: inf", "Age:", "Sex: Unknown", "Sex: NaN",
            "menarche at age: 12", "sex male", "", ":", "Age : : 5", "F 75",
        ])
    func notSaid(comment: String) throws {
        #expect(try patient(comment) == Patient())
    }

    @Test("The first that is possible stands")
    func first() throws {
        #expect(
            try patient("Age: n/a", "Age: 50", "Age: 60", "Sex: F", "Sex: M") == Patient(sex: .female, ageYears: 50))
    }

    @Test("What the comments do not say is added when writing, once")
    func added() throws {
        var record = record([1])
        record.recording.header.patient = Patient(reference: "secret", sex: .female, ageYears: 65)
        record.comments = ["Age: 65", "Dx: none"]
        let back = try written(record)
        #expect(back.comments == ["Age: 65", "Dx: none", "Sex: Female"])
        #expect(back.recording.header.patient == Patient(sex: .female, ageYears: 65))
        #expect(try written(back).comments == back.comments)
        #expect(!String(decoding: try record.encoded().header, as: UTF8.self).contains("secret"))
    }
}
