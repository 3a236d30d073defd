import ECGFormats

extension WFDBRecord {
    /// Tells the user what speaks against the record's values.
    func sayDoubts(path: String) {
        for doubt in doubts { Terminal.say("ecgnet: \(path): \(doubt)") }
    }
}
