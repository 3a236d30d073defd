import ECGModel

/// What is worth telling the reader without alerting anybody, unless the site gives it a priority.
public struct ContextCriteria: Hashable, Sendable, Codable {
    public var leftBundleBranchBlock: TriageRule
    public var rightBundleBranchBlock: TriageRule
    public var nonspecificBlock: TriageRule
    public var paced: TriageRule
    public var preexcited: TriageRule
    public var atrialFibrillation: TriageRule
    public var atrioventricularBlock: TriageRule
    public var tachycardia: RateCriterion
    public var bradycardia: RateCriterion
    public var longPR: DurationCriterion
    public var longQTc: DurationCriterion
}
