import ECGModel

/// Age and sex in the comments of a header. The format leaves comments free; databases write
/// `Age: 65`, `<age>: 51  <sex>: F`, `sex: male`, and MIT-BIH `75 F 1011 654 x1`.
enum WFDBPatientComments {
    /// What the comments say; what is impossible (`n/a`, NaN, 300 years) counts as not said, and the first word stands.
    static func patient(in comments: [String]) -> Patient {
        var patient = Patient()
        for comment in comments {
            let words = comment.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == ";" }
                .flatMap(separatingColon)
            read(words, into: &patient)
        }
        return patient
    }

    /// Comments that give `patient`'s age and sex, for what `comments` do not give.
    static func missing(from comments: [String], for patient: Patient) -> [String] {
        let said = Self.patient(in: comments)
        var added: [String] = []
        if let age = patient.ageYears, said.ageYears == nil { added.append("Age: \(age)") }
        if let sex = patient.sex, said.sex == nil { added.append("Sex: \(sex == .female ? "Female" : "Male")") }
        return added
    }

    /// `Age:65` becomes `age`, `:`, `65`.
    private static func separatingColon(_ word: Substring) -> [String] {
        let (before, after) = word.lowercased().cut(at: ":")
        return [before, after == nil ? "" : ":", after ?? ""].filter { !$0.isEmpty }
    }

    /// A key counts at the start of a comment, after another key's value, or in angle brackets: elsewhere `age` and
    /// `sex` are words of a sentence.
    private static func read(_ words: [String], into patient: inout Patient) {
        if words.count >= 2, let age = Double(words[0]), ["m", "f"].contains(words[1]) {
            setAge(age, of: &patient)
            setSex(words[1], of: &patient)
            return
        }
        var mayBeKey = true
        var index = 0
        while index + 2 < words.count {
            let key = words[index]
            guard mayBeKey || key.hasPrefix("<"), words[index + 1] == ":" else {
                mayBeKey = false
                index += 1
                continue
            }
            let value = words[index + 2]
            switch key {
            case "age", "<age>": Double(value).map { setAge($0, of: &patient) }
            case "sex", "<sex>", "gender", "<gender>": setSex(value, of: &patient)
            default:
                mayBeKey = false
                index += 1
                continue
            }
            index += 3
        }
    }

    private static func setAge(_ years: Double, of patient: inout Patient) {
        guard patient.ageYears == nil, years >= Double(AcquisitionLimits.ageYears.lowerBound),
            years <= Double(AcquisitionLimits.ageYears.upperBound)
        else { return }
        patient.ageYears = Int(years)
    }

    private static func setSex(_ word: String, of patient: inout Patient) {
        guard patient.sex == nil else { return }
        switch word {
        case "f", "female": patient.sex = .female
        case "m", "male": patient.sex = .male
        default: break
        }
    }
}
