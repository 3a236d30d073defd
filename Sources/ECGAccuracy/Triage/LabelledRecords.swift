/// The 12-lead records whose diagnosis is known, as `labels.csv` beside the sets lists them.
struct LabelledRecords {
    static let file = "labels.csv"
    static let sets = ["cinc12lead", "ludb", "mimics", "ptbdb", "ptbdb_full", "ptbxl"]
    /// Groups in which nothing is to be alerted.
    static let normalGroups: Set<String> = ["normal", "healthy"]
    /// Infarctions a few hours to days old.
    static let acuteGroup = "acute"

    /// The group of every record, by set and name.
    let groups: [String: String]

    init(in recordings: RecordingFolder) throws {
        var groups: [String: String] = [:]
        for row in try recordings.rows(of: Self.file) ?? [] {
            if let set = row["set"], let record = row["record"], let group = row["group"] {
                groups["\(set)/\(record)"] = group
            }
        }
        self.groups = groups
    }

    func group(of subject: Subject) -> String? { subject.set.flatMap { groups["\($0)/\(subject.name)"] } }

    func subjects(in recordings: RecordingFolder) -> [Subject] {
        Self.sets.flatMap { recordings.subjects(of: $0) }.filter { group(of: $0) != nil }
    }
}
