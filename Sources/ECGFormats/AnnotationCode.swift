public import ECGModel

/// What a WFDB annotation marks. The numbers and symbols are those of the WFDB library's `ecgcodes.h` and of annot(5).
public struct AnnotationCode: Hashable, Sendable, RawRepresentable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The codes that a file can hold as annotations of their own.
    public static let valid: ClosedRange<UInt8> = 1...49

    public static let normal = Self(rawValue: 1)
    public static let leftBundleBranchBlock = Self(rawValue: 2)
    public static let rightBundleBranchBlock = Self(rawValue: 3)
    public static let aberratedAtrialPremature = Self(rawValue: 4)
    public static let prematureVentricular = Self(rawValue: 5)
    public static let ventricularFusion = Self(rawValue: 6)
    public static let nodalPremature = Self(rawValue: 7)
    public static let atrialPremature = Self(rawValue: 8)
    public static let supraventricularPremature = Self(rawValue: 9)
    public static let ventricularEscape = Self(rawValue: 10)
    public static let nodalEscape = Self(rawValue: 11)
    public static let paced = Self(rawValue: 12)
    public static let unclassifiable = Self(rawValue: 13)
    /// A change of signal quality; the subtype has a bit for every noisy or unreadable signal.
    public static let signalQuality = Self(rawValue: 14)
    public static let artefact = Self(rawValue: 16)
    public static let stChange = Self(rawValue: 18)
    public static let tChange = Self(rawValue: 19)
    public static let systole = Self(rawValue: 20)
    public static let diastole = Self(rawValue: 21)
    /// A comment, in the note.
    public static let note = Self(rawValue: 22)
    public static let measurement = Self(rawValue: 23)
    public static let pWavePeak = Self(rawValue: 24)
    public static let bundleBranchBlock = Self(rawValue: 25)
    public static let pacemakerSpike = Self(rawValue: 26)
    public static let tWavePeak = Self(rawValue: 27)
    /// A change of rhythm; the note names the new one, as in `(AFIB`.
    public static let rhythm = Self(rawValue: 28)
    public static let uWavePeak = Self(rawValue: 29)
    public static let learning = Self(rawValue: 30)
    public static let ventricularFlutterWave = Self(rawValue: 31)
    public static let flutterStart = Self(rawValue: 32)
    public static let flutterEnd = Self(rawValue: 33)
    public static let atrialEscape = Self(rawValue: 34)
    public static let supraventricularEscape = Self(rawValue: 35)
    public static let link = Self(rawValue: 36)
    public static let nonConductedPWave = Self(rawValue: 37)
    public static let pacedFusion = Self(rawValue: 38)
    /// `(`: a wave begins; in a QRS complex its onset.
    public static let waveOnset = Self(rawValue: 39)
    /// `)`: a wave ends; in a QRS complex the J point.
    public static let waveEnd = Self(rawValue: 40)
    public static let rOnTPrematureVentricular = Self(rawValue: 41)

    private static let symbols: [UInt8: String] = [
        1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q",
        14: "~", 16: "|", 18: "s", 19: "T", 20: "*", 21: "D", 22: "\"", 23: "=", 24: "p", 25: "B", 26: "^", 27: "t",
        28: "+", 29: "u", 30: "?", 31: "!", 32: "[", 33: "]", 34: "e", 35: "n", 36: "@", 37: "x", 38: "f", 39: "(",
        40: ")", 41: "r",
    ]
    private static let codes = Dictionary(uniqueKeysWithValues: symbols.map { ($0.value, $0.key) })

    /// The one character that WFDB software prints, or `[n]` for a code without one.
    public var symbol: String { Self.symbols[rawValue] ?? "[\(rawValue)]" }

    /// The code of a character that WFDB software prints.
    public init?(symbol: String) {
        guard let code = Self.codes[symbol] else { return nil }
        self.init(rawValue: code)
    }
}

extension AnnotationCode: CustomStringConvertible {
    public var description: String { symbol }
}

extension AnnotationCode {
    /// The code of a beat of a class.
    public init(_ beatClass: BeatClass) {
        switch beatClass {
        case .normal: self = .normal
        case .supraventricular: self = .supraventricularPremature
        case .ventricular: self = .prematureVentricular
        case .paced: self = .paced
        case .unclassifiable: self = .unclassifiable
        }
    }

    /// The class of the beat that the code marks, or nil where it marks no beat.
    ///
    /// Premature and escape beats go by their origin, as `BeatClass` defines; a fusion with a ventricular beat counts as
    /// ventricular, one with a paced beat as paced.
    public var beatClass: BeatClass? {
        switch self {
        case .normal, .leftBundleBranchBlock, .rightBundleBranchBlock, .bundleBranchBlock: .normal
        case .aberratedAtrialPremature, .nodalPremature, .atrialPremature, .supraventricularPremature, .nodalEscape,
            .atrialEscape, .supraventricularEscape:
            .supraventricular
        case .prematureVentricular, .ventricularFusion, .ventricularEscape, .rOnTPrematureVentricular: .ventricular
        case .paced, .pacedFusion: .paced
        case .unclassifiable, .learning: .unclassifiable
        default: nil
        }
    }
}
