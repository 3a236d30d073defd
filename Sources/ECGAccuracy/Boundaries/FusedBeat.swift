import ECGFormats
public import ECGModel

/// A beat whose boundaries were marked by hand in every lead, with one mark for all leads together.
///
/// The fused mark of a beginning is the third-earliest of the leads', that of an end the third-latest: the extreme ones
/// are more often a slip of the hand than the first and last activity, which is the way a fused mark is made from leads
/// that a program marks one by one.
public struct FusedBeat: Sendable, Hashable {
    /// The R peak as marked in lead II.
    public var peak: SampleIndex
    public var qrsOnset: SampleIndex
    public var jPoint: SampleIndex
    /// Nil where fewer than ``leastLeads`` leads have the wave.
    public var pOnset: SampleIndex?
    public var tEnd: SampleIndex?

    /// The rank that counts, from the outermost.
    static let rank = 3
    static let leastLeads = 5
    /// Marks of one QRS complex lie closer together than this.
    static let qrsReachMilliseconds = 120.0
    /// The P wave's peak lies at most this long before the QRS onset; the T wave's end at most this long after it.
    static let longestPRMilliseconds = 400.0
    static let longestQTMilliseconds = 700.0

    /// Fuses the waves of the leads.
    ///
    /// - Parameters:
    ///   - leads: the marked waves of each lead.
    ///   - lead II: the lead whose R peaks name the beats; one of `leads`.
    public static func beats(leads: [[MarkedWave]], named leadII: [MarkedWave], samplingRate: Hertz) -> [FusedBeat] {
        let all = leads.joined()
        let complexes = all.filter { $0.kind == .qrs && $0.onset != nil && $0.end != nil }
        let perMillisecond = samplingRate.value / 1000
        let named = leadII.filter { $0.kind == .qrs && $0.onset != nil && $0.end != nil }
        let beats: [FusedBeat] = named.compactMap { beat in
            let near = complexes.filter {
                Double(($0.peak - beat.peak).magnitude) < qrsReachMilliseconds * perMillisecond
            }
            guard near.count >= leastLeads, let onset = earliest(near.compactMap(\.onset)),
                let end = latest(near.compactMap(\.end))
            else { return nil }
            return FusedBeat(peak: beat.peak, qrsOnset: onset, jPoint: end)
        }
        let atria = all.filter { $0.kind == .p && $0.onset != nil }
        let repolarisations = all.filter { $0.kind == .t && $0.end != nil }
        return beats.enumerated().map { place, beat in
            var beat = beat
            let previous = place > 0 ? beats[place - 1].jPoint : 0
            let next = place + 1 < beats.count ? beats[place + 1].qrsOnset : .max
            let firstP = max(previous, beat.qrsOnset - Int(longestPRMilliseconds * perMillisecond))
            beat.pOnset = earliest(
                atria.filter { $0.peak > firstP && $0.peak < beat.qrsOnset }.compactMap(\.onset))
            let lastT = min(next, beat.qrsOnset + Int(longestQTMilliseconds * perMillisecond))
            beat.tEnd = latest(repolarisations.filter { $0.peak > beat.jPoint && $0.peak < lastT }.compactMap(\.end))
            return beat
        }
    }

    private static func earliest(_ marks: [SampleIndex]) -> SampleIndex? {
        marks.count >= leastLeads ? marks.sorted()[rank - 1] : nil
    }

    private static func latest(_ marks: [SampleIndex]) -> SampleIndex? {
        marks.count >= leastLeads ? marks.sorted()[marks.count - rank] : nil
    }
}

extension RecordingFolder {
    /// The hand-marked beats of a record that has an annotation file for each of the conventional twelve leads, named as
    /// the lead; empty where it has none.
    func fusedBeats(of analysed: AnalysedSubject) throws -> [FusedBeat] {
        var leads: [Lead: [MarkedWave]] = [:]
        for lead in Lead.standardTwelve {
            leads[lead] = try annotations(lead.name.lowercased(), of: analysed).map(MarkedWave.waves)
        }
        guard let leadII = leads[.ii] else { return [] }
        return FusedBeat.beats(
            leads: Lead.standardTwelve.compactMap { leads[$0] }, named: leadII, samplingRate: analysed.samplingRate)
    }
}
