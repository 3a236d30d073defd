import ECGModel

/// An unsolicited observation, HL7 version 2.5.1 ORU^R01, that carries an alert. Its result is preliminary: a machine's.
struct HL7Message {
    /// MSH-10: the same for every attempt, and within the 20 characters that the version allows.
    let controlID: String
    let text: String

    init(_ message: EscalationMessage, receiver: SinkSettings.HL7Receiver, sentAt: Timestamp) {
        controlID = String(message.id.prefix(20))
        let escape = Self.escaped
        var segments = [
            [
                "MSH|^~\\&", "ECGNET", escape(message.hospital ?? ""), escape(receiver.application),
                escape(receiver.facility), Self.time(sentAt), "", "ORU^R01^ORU_R01", controlID, "P", "2.5.1", "", "",
                "AL", "AL", "", "UNICODE UTF-8",
            ]
        ]
        // An HL7 patient has an identifier: the clinic's own where it is told, else the recording's or the message's.
        let identifier =
            message.patient?.reference ?? message.recording.map { "\($0)" } ?? message.alert.map { "ALERT-\($0)" }
            ?? "NONE"
        segments.append([
            "PID", "1", "", "\(escape(identifier))^^^ECGNET", "", "", "", "",
            Self.sex(message.patient?.sex),
        ])
        segments.append([
            "OBR", "1", "", "\(message.alert.map { "\($0)" } ?? controlID)^ECGNET",
            message.kind == .alert ? "34534-8^12 lead EKG panel^LN" : "NOBODY-THERE^No reader is there^99ECGNET", "",
            "", Self.time(message.since), "", "", "", "", "", "", "", "", "", "", "", "", "", "",
            Self.time(message.at), "", "EC", "P",
        ])
        var observations: [(type: String, code: String, value: String)] = [
            ("ST", "PRIORITY^Alarm priority^99ECGNET", message.priority.rawValue),
            ("ST", "TOLD^Told^99ECGNET", message.who),
        ]
        if message.isAmendment == true {
            observations.append(("ST", "WAITING^Waits for^99ECGNET", "signature of an amended report"))
        }
        if let link = message.link { observations.append(("ST", "LINK^Console^99ECGNET", link)) }
        if let finding = message.finding {
            observations.append(("TX", "18844-1^EKG impression^LN", finding))
        }
        if let leads = message.leads, !leads.isEmpty {
            observations.append(("ST", "LEADS^Leads^99ECGNET", leads.joined(separator: " ")))
        }
        if let clinic = message.clinic { observations.append(("ST", "CLINIC^Clinic^99ECGNET", clinic)) }
        if let age = message.patient?.ageYears { observations.append(("NM", "30525-0^Age^LN", "\(age)")) }
        if let complaint = message.patient?.chiefComplaint {
            observations.append(("TX", "10154-3^Chief complaint^LN", complaint))
        }
        for (index, observation) in observations.enumerated() {
            segments.append([
                "OBX", "\(index + 1)", observation.type, observation.code, "", escape(observation.value),
                observation.code.hasPrefix("30525") ? "a^year^UCUM" : "", "", "", "", "", "P",
            ])
        }
        segments.append(["NTE", "1", "", escape(message.note)])
        text = segments.map { $0.joined(separator: "|") + "\r" }.joined()
    }

    /// The escape sequences of HL7 version 2, chapter 2.7; what would end a segment becomes a space.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\E\\"
            case "|": result += "\\F\\"
            case "^": result += "\\S\\"
            case "&": result += "\\T\\"
            case "~": result += "\\R\\"
            case _ where scalar.value < 32 || (0x7F...0x9F).contains(scalar.value): result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// As `20261121081530.250+0000`.
    static func time(_ time: Timestamp) -> String {
        let digits = time.description.filter(\.isNumber)
        return "\(digits.prefix(14)).\(digits.dropFirst(14).prefix(3))+0000"
    }

    private static func sex(_ sex: Patient.Sex?) -> String {
        switch sex {
        case .female: "F"
        case .male: "M"
        default: "U"
        }
    }
}

/// What the receiver says of a message: MSA-1 and MSA-2 of its acknowledgement.
struct HL7Acknowledgement: Hashable {
    var code: String
    var controlID: String

    /// Nil where the bytes are no acknowledgement.
    init?(_ text: String) {
        let segments = text.split(whereSeparator: \.isNewline)
        guard segments.first?.hasPrefix("MSH") == true, let separator = segments[0].dropFirst(3).first,
            let segment = segments.first(where: { $0.hasPrefix("MSA") })
        else { return nil }
        let fields = segment.split(separator: separator, omittingEmptySubsequences: false)
        guard fields.count >= 3 else { return nil }
        code = String(fields[1])
        controlID = String(fields[2])
    }

    /// Why the receiver has not taken the message; nil if it has.
    func objection(to message: HL7Message) -> String? {
        guard controlID == message.controlID else { return "the receiver acknowledged another message" }
        switch code {
        case "AA", "CA": return nil
        case "AE", "CE": return "the receiver had an error (\(code))"
        case "AR", "CR": return "the receiver rejected the message (\(code))"
        default: return "the receiver's acknowledgement is none of AA, AE and AR"
        }
    }
}
