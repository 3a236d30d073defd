/// What a site asks of reports.
public struct ReportPolicy: Hashable, Sendable, Codable {
    /// Whether a final report, or its amendment, holds only once somebody other than its author has signed it.
    public var secondSignature: Bool
    /// For so long who acknowledged or dismissed an alert may take that back: time to see that it was the wrong row, too
    /// short for the clinic to have acted on it.
    public var undoSeconds: Int

    public init(secondSignature: Bool = false, undoSeconds: Int = 60) {
        self.secondSignature = secondSignature
        self.undoSeconds = undoSeconds
    }
}
