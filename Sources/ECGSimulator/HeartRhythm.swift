public import ECGModel

/// What drives the simulated heart. Rates are of the underlying rhythm; times count from the first sample.
public enum HeartRhythm: Sendable, Hashable {
    case sinus(rate: BeatsPerMinute)
    /// No P waves, fibrillatory waves, irregular ventricular answer of this mean rate.
    case atrialFibrillation(rate: BeatsPerMinute)
    /// Regular, narrow, P waves hidden behind the QRS complex.
    case supraventricularTachycardia(rate: BeatsPerMinute)
    /// Every nth beat a premature ventricular one, followed by a full compensatory pause.
    case ventricularEctopy(rate: BeatsPerMinute, everyBeats: Int)
    /// After every `sinusBeats` sinus beats a run of `runBeats` ventricular ones.
    case ventricularRuns(rate: BeatsPerMinute, runRate: BeatsPerMinute, runBeats: Int, sinusBeats: Int)
    /// Sinus rhythm of 80/min until `onset`, then monomorphic ventricular tachycardia with dissociated atria.
    case ventricularTachycardia(rate: BeatsPerMinute, onset: Double)
    /// Sinus rhythm of 80/min until `onset`, then fibrillation to the end.
    case ventricularFibrillation(onset: Double)
    /// Sinus rhythm of 60/min until `onset`, then nothing.
    case asystole(onset: Double)
    /// Until `onset` sinus rhythm at the atria's rate, or complete block with an escape rhythm as ``completeBlock`` has it;
    /// then P waves that nothing of the ventricles follows any more.
    case ventricularStandstill(atrialRate: BeatsPerMinute, escapeRate: BeatsPerMinute?, onset: Double)
    /// Sinus arrest of `seconds` after every `everyBeats` beats.
    case pauses(rate: BeatsPerMinute, seconds: Double, everyBeats: Int)
    case firstDegreeBlock(rate: BeatsPerMinute, pr: Milliseconds)
    /// PR grows until a beat is dropped: `cycle` P waves for `cycle` − 1 QRS complexes.
    case wenckebach(rate: BeatsPerMinute, cycle: Int)
    /// Every second P wave is not conducted.
    case twoToOneBlock(atrialRate: BeatsPerMinute)
    /// Atria and ventricles each at their own rate; the escape is narrow above 45/min and wide below.
    case completeBlock(atrialRate: BeatsPerMinute, escapeRate: BeatsPerMinute)
    /// Every ventricular beat paced from the right ventricular apex.
    case paced(rate: BeatsPerMinute)
}

extension HeartRhythm {
    /// The rate of the dominant beats, from which their QT interval is taken.
    var dominantRate: BeatsPerMinute {
        switch self {
        case .sinus(let rate), .atrialFibrillation(let rate), .supraventricularTachycardia(let rate),
            .ventricularEctopy(let rate, _), .ventricularRuns(let rate, _, _, _), .pauses(let rate, _, _),
            .firstDegreeBlock(let rate, _), .wenckebach(let rate, _), .paced(let rate):
            rate
        case .ventricularTachycardia, .ventricularFibrillation: Self.rateBeforeTachyarrhythmia
        case .asystole: Self.rateBeforeAsystole
        case .ventricularStandstill(let atrialRate, let escapeRate, _): escapeRate ?? atrialRate
        case .twoToOneBlock(let atrialRate): atrialRate * 0.5
        case .completeBlock(_, let escapeRate): escapeRate
        }
    }

    /// The rate of ventricular beats in runs and single ones, from which their QT interval is taken.
    var ventricularRate: BeatsPerMinute {
        switch self {
        case .ventricularRuns(_, let runRate, _, _): runRate
        case .ventricularTachycardia(let rate, _): rate
        default: dominantRate
        }
    }

    /// The label that the undisturbed rhythm gets: bradycardia below 50/min (F. M. Kusumoto and others, ACC/AHA/HRS 2018),
    /// tachycardia above 100/min.
    var baseLabel: Rhythm {
        switch self {
        case .atrialFibrillation: .atrialFibrillation
        case .wenckebach, .twoToOneBlock, .completeBlock, .ventricularStandstill(_, .some, _): .atrioventricularBlock
        case .paced: .paced
        default:
            dominantRate < 50 ? .bradycardia : dominantRate > 100 ? .tachycardia : .regular
        }
    }

    static let rateBeforeTachyarrhythmia: BeatsPerMinute = 80
    static let rateBeforeAsystole: BeatsPerMinute = 60
}
