/// How a WFDB signal file stores its samples; the raw value is the number that a header names (WFDB Applications Guide,
/// signal(5)).
public enum WFDBSignalFormat: Int, Hashable, Sendable, CaseIterable {
    /// 16-bit two's complement, low byte first.
    case format16 = 16
    /// 24-bit two's complement, low byte first.
    case format24 = 24
    /// 32-bit two's complement, low byte first.
    case format32 = 32
    /// 16-bit two's complement, high byte first.
    case format61 = 61
    /// 8-bit offset binary: 128 stands for 0.
    case format80 = 80
    /// Two 12-bit two's complement samples in three bytes.
    case format212 = 212

    /// Significant bits of a sample.
    public var bits: Int {
        switch self {
        case .format80: 8
        case .format212: 12
        case .format16, .format61: 16
        case .format24: 24
        case .format32: 32
        }
    }

    /// The count that stands for a missing sample: the lowest the format can hold.
    public var missing: Int32 { Int32.min >> (32 - bits) }

    /// The counts that the format can hold; the lowest is taken by ``missing``.
    public var counts: ClosedRange<Int32> { (missing + 1)...(-(missing + 1)) }

    /// The bytes that a number of samples take. The last sample of an odd number takes two bytes in format 212.
    public func byteCount(samples: Int) -> Int { (samples * bits + 7) / 8 }

    /// The number of whole samples in a number of bytes.
    public func sampleCount(bytes: Int) -> Int { bytes * 8 / bits }
}
