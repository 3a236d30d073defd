import ECGModel

/// Which signals of a header become the leads of a recording, and how.
struct WFDBLeads {
    /// The channels, each with the place of its signal in the header.
    private(set) var channels: [Channel] = []
    private(set) var signals: [Int] = []
    private(set) var uncalibrated: [Int] = []
    private(set) var omitted: [String] = []
    /// Samples of the fastest lead in a frame.
    private(set) var samplesPerFrame = 1

    /// - Throws: When no signal is a voltage.
    init(_ header: WFDBHeader, file: String) throws(WFDBError) {
        var named: Set<Lead> = []
        for (index, signal) in header.signals.enumerated() {
            let label = Self.clipped(signal.label)
            guard let nanovoltsPerUnit = signal.nanovoltsPerUnit else {
                omitted.append(label)
                continue
            }
            var lead = Self.lead(named: label)
            if lead != .unspecified, !named.insert(lead).inserted { lead = .unspecified }
            if !signal.isCalibrated { uncalibrated.append(channels.count) }
            channels.append(
                Channel(
                    lead: lead, label: label.isEmpty ? nil : label, nanovoltsPerCount: nanovoltsPerUnit / signal.gain,
                    baseline: signal.baseline))
            signals.append(index)
            samplesPerFrame = max(samplesPerFrame, signal.samplesPerFrame)
        }
        guard !channels.isEmpty else {
            throw WFDBError(
                .unsupported, file: file, "none of its \(header.signals.count) signals is a voltage",
                remedy: "name a record of ECG leads in V, mV or uV")
        }
    }

    /// The lead of a label: its name, after the words that devices put before it, as in `Lead V1`, `ecg_v1` and
    /// `ECG lead II`; unspecified where that is no name of a lead.
    static func lead(named label: String) -> Lead {
        if let lead = Lead(name: label) { return lead }
        var name = Substring(label.lowercased())
        while let word = Self.wordsBeforeNames.first(where: name.hasPrefix) {
            name = name.dropFirst(word.count).drop { " _-:.".contains($0) }
        }
        return Lead(name: String(name)) ?? .unspecified
    }

    private static let wordsBeforeNames = ["lead", "ecg", "ekg"]

    /// A label of at most `AcquisitionLimits.labelBytes`, cut between characters.
    static func clipped(_ label: String) -> String {
        var clipped = label
        while clipped.utf8.count > AcquisitionLimits.labelBytes { clipped.removeLast() }
        return clipped
    }

    /// The number of counts that `frames` take.
    func counts(frames: Int, file: String) throws(WFDBError) -> Int {
        let (samples, samplesOverflow) = frames.multipliedReportingOverflow(by: samplesPerFrame)
        let (counts, countsOverflow) = samples.multipliedReportingOverflow(by: channels.count)
        guard !samplesOverflow, !countsOverflow, counts <= WFDBLimits.counts else {
            throw WFDBError(
                .tooLarge, file: file, "its \(frames) frames make more than \(WFDBLimits.counts) counts",
                remedy: "cut the record into shorter ones")
        }
        return counts
    }
}
