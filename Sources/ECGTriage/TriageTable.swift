/// The rules and limits of a site: data that the site may edit, versioned, and named in every alert they raise.
///
/// Encodes to JSON with a unit beside every limit (``InUnit``). A site starts from ``countyDefault``, changes what its
/// province asks for, gives the table a new ``version``, and ``validate()`` refuses what cannot be meant.
///
/// ```swift
/// var table = TriageTable.countyDefault
/// table.version = "our-county 2026.1"
/// table.criticalValues.supraventricularTachycardia.rate = 180
/// table.criticalValues.longQTc.duration = 500
/// try table.validate()
/// ```
public struct TriageTable: Hashable, Sendable, Codable {
    /// Name and edition, for example `county-default 2026.1`.
    public var version: String
    public var evidence: EvidenceCriteria
    public var stElevation: StElevationCriteria
    public var shape: StShapeCriteria
    public var sgarbossa: SgarbossaCriteria
    public var posterior: PosteriorCriteria
    public var diffuseIschaemia: DiffuseIschaemiaCriteria
    public var deWinter: DeWinterCriteria
    public var anteriorFormula: AnteriorFormulaCriteria
    public var noncontiguous: NoncontiguousCriteria
    public var stDepression: StDepressionCriteria
    public var wellens: WellensCriteria
    public var tInversion: TInversionCriteria
    public var evolvingInfarction: EvolvingInfarctionCriteria
    public var hyperacuteT: HyperacuteTCriteria
    public var mimics: MimicCriteria
    public var criticalValues: CriticalValueCriteria
    public var context: ContextCriteria

    /// Every rule of the table, in the table's order.
    public var rules: [TriageRule] {
        let values = criticalValues
        return [
            evidence.unusableSignal, evidence.limbReversal, stElevation.confirmed, stElevation.unconfirmed,
            sgarbossa.score, sgarbossa.modified, posterior.rule, diffuseIschaemia.rule, deWinter.rule,
            anteriorFormula.rule,
            noncontiguous.highLateral, noncontiguous.aslanger, stDepression.rule, wellens.rule, tInversion.rule,
            evolvingInfarction.rule, hyperacuteT.rule,
            mimics.hypertrophy.rule, mimics.earlyRepolarisation.rule, mimics.pericarditis.rule, mimics.brugada.rule,
            mimics.aneurysm.rule, values.ventricularFibrillation.rule, values.sustainedVentricularTachycardia.rule,
            values.ventricularRun.rule, values.ventricularSalvo.rule, values.supraventricularTachycardia.rule,
            values.preexcitedFibrillation.rule, values.bradycardia.rule, values.longRRWithSymptoms.rule,
            values.longRR.rule, values.asystole.rule, values.longQTc.rule, context.leftBundleBranchBlock,
            context.rightBundleBranchBlock, context.nonspecificBlock, context.paced, context.preexcited,
            context.atrialFibrillation, context.atrioventricularBlock, context.tachycardia.rule,
            context.bradycardia.rule, context.longPR.rule, context.longQTc.rule,
        ]
    }
}
