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
    /// How much signal an alert needs.
    public var evidence: EvidenceCriteria
    /// ST elevation in contiguous leads, the limits by lead, sex and age.
    public var stElevation: StElevationCriteria
    /// The ST segment's shape, one of the signs that confirm an elevation.
    public var shape: StShapeCriteria
    /// Infarction behind left bundle-branch block or pacing.
    public var sgarbossa: SgarbossaCriteria
    /// Infarction of the posterior wall, seen from the front.
    public var posterior: PosteriorCriteria
    /// Left main or three-vessel disease: elevation in aVR, depression nearly everywhere.
    public var diffuseIschaemia: DiffuseIschaemiaCriteria
    /// De Winter's pattern of proximal LAD occlusion.
    public var deWinter: DeWinterCriteria
    /// The weights of the formulas that tell anterior occlusion from early repolarisation.
    public var formulas: AnteriorFormulas
    /// Anterior elevation below the limits that the formula takes for an occlusion.
    public var anteriorFormula: AnteriorFormulaCriteria
    /// Occlusions that elevate leads which are not contiguous.
    public var noncontiguous: NoncontiguousCriteria
    /// ST depression in contiguous leads.
    public var stDepression: StDepressionCriteria
    /// Wellens' pattern of critical LAD stenosis.
    public var wellens: WellensCriteria
    /// Inverted T waves in contiguous leads.
    public var tInversion: TInversionCriteria
    /// Infarction of hours to days: Q waves with inverted T waves.
    public var evolvingInfarction: EvolvingInfarctionCriteria
    /// T waves too large for their QRS complexes, an occlusion's first sign.
    public var hyperacuteT: HyperacuteTCriteria
    /// What is new against the patient's earlier recordings.
    public var comparison: ComparisonCriteria
    /// What changes within the recording.
    public var serialChange: SerialChangeCriteria
    /// What looks like an infarction and is none.
    public var mimics: MimicCriteria
    /// Rhythms and intervals of which the clinic has to be told in person.
    public var criticalValues: CriticalValueCriteria
    /// What is told to the reader without alerting anybody.
    public var context: ContextCriteria
    /// Where the numbers come from, one by one; what is not listed is covered by its rule's source.
    public var origins: [CriterionOrigin]

    /// Every rule of the table, in the table's order.
    public var rules: [TriageRule] {
        let values = criticalValues
        return [
            evidence.unusableSignal, evidence.limbReversal, evidence.unjudgedWalls, stElevation.confirmed,
            stElevation.unconfirmed,
            sgarbossa.score, sgarbossa.modified, posterior.rule, diffuseIschaemia.rule, deWinter.rule,
            anteriorFormula.rule,
            noncontiguous.highLateral, noncontiguous.aslanger, stDepression.rule, wellens.rule, tInversion.rule,
            evolvingInfarction.rule, hyperacuteT.rule, comparison.confirmed, comparison.unconfirmed,
            comparison.newBlock, serialChange.confirmedElevation, serialChange.elevation, serialChange.depression,
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

extension TriageTable {
    /// Reads a table; sections that came into the table later than the edition at hand are filled from ``countyDefault``,
    /// so that a site's table stays readable when rules are added. Everything else must be there.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func section<Section: Decodable>(_ key: CodingKeys, orElse fallback: Section) throws -> Section {
            try values.decodeIfPresent(Section.self, forKey: key) ?? fallback
        }
        let fallback = TriageTable.countyDefault
        self.init(
            version: try values.decode(String.self, forKey: .version),
            evidence: try values.decode(EvidenceCriteria.self, forKey: .evidence),
            stElevation: try values.decode(StElevationCriteria.self, forKey: .stElevation),
            shape: try section(.shape, orElse: fallback.shape),
            sgarbossa: try values.decode(SgarbossaCriteria.self, forKey: .sgarbossa),
            posterior: try values.decode(PosteriorCriteria.self, forKey: .posterior),
            diffuseIschaemia: try values.decode(DiffuseIschaemiaCriteria.self, forKey: .diffuseIschaemia),
            deWinter: try values.decode(DeWinterCriteria.self, forKey: .deWinter),
            formulas: try section(.formulas, orElse: fallback.formulas),
            anteriorFormula: try values.decode(AnteriorFormulaCriteria.self, forKey: .anteriorFormula),
            noncontiguous: try values.decode(NoncontiguousCriteria.self, forKey: .noncontiguous),
            stDepression: try values.decode(StDepressionCriteria.self, forKey: .stDepression),
            wellens: try values.decode(WellensCriteria.self, forKey: .wellens),
            tInversion: try values.decode(TInversionCriteria.self, forKey: .tInversion),
            evolvingInfarction: try section(.evolvingInfarction, orElse: fallback.evolvingInfarction),
            hyperacuteT: try section(.hyperacuteT, orElse: fallback.hyperacuteT),
            comparison: try section(.comparison, orElse: fallback.comparison),
            serialChange: try section(.serialChange, orElse: fallback.serialChange),
            mimics: try values.decode(MimicCriteria.self, forKey: .mimics),
            criticalValues: try values.decode(CriticalValueCriteria.self, forKey: .criticalValues),
            context: try values.decode(ContextCriteria.self, forKey: .context),
            origins: try section(.origins, orElse: []))
    }
}
