import ECGModel

extension WFDBRecord {
    /// What in a record's files speaks against its values, a sentence each; empty for a record in good order.
    public var doubts: [String] {
        var doubts: [String] = []
        if isRateAssumed {
            doubts.append(
                "the header gives no sampling rate: at \(Int(WFDBHeader.defaultFrameRate.value)) samples a second, as the "
                    + "format says, all rates, intervals and shapes may be wrong")
        }
        if !uncalibratedChannels.isEmpty {
            let leads = uncalibratedChannels.map { recording.header.channels[$0].lead.description }
            doubts.append(
                "the header gives no gain for \(leads.joined(separator: ", ")): at "
                    + "\(Int(WFDBHeader.Signal.defaultGain)) counts per millivolt, as the format says, all voltages "
                    + "may be wrong")
        }
        doubts += doubtsOfLeads
        for (record, signals) in Dictionary(grouping: mismatchedSignals, by: \.record).sorted(by: { $0.key < $1.key }) {
            let numbers = signals.map { String($0.signal + 1) }.joined(separator: ", ")
            doubts.append(
                "\(record): what is stored of signal \(numbers) does not sum up to the header's checksum: it is damaged, "
                    + "or was edited since")
        }
        return doubts
    }

    /// Of leads without a place no wall is judged.
    private var doubtsOfLeads: [String] {
        let unplaced = recording.header.channels.filter { $0.lead == .unspecified }.map(\.label)
        let twice = unplaced.filter { WFDBLeads.lead(named: $0) != .unspecified }
        let unknown = unplaced.filter { WFDBLeads.lead(named: $0) == .unspecified }
        var doubts: [String] = []
        if !twice.isEmpty {
            doubts.append(
                "the header names \(twice.joined(separator: ", ")) more than once: only the first is read as that lead, and "
                    + "either may be wrong")
        }
        if !unknown.isEmpty {
            doubts.append(
                "no lead is known by the name \(unknown.joined(separator: ", ")): it is not judged for infarction; name leads "
                    + "I, II, III, aVR, aVL, aVF and V1 to V6")
        }
        return doubts
    }
}
