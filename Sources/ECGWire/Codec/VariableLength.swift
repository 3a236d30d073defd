/// Numbers in as few bytes as they need: sign folded into the lowest bit (0, −1, 1, −2 … become 0, 1, 2, 3 …), then seven
/// bits a byte, lowest first, the top bit set on all but the last byte (LEB128).
enum VariableLength {
    /// 32 bits take at most five bytes.
    static let maximumBytes = 5

    @inline(__always)
    static func fold(_ value: Int32) -> UInt32 { UInt32(bitPattern: value << 1 ^ value >> 31) }
    @inline(__always)
    static func unfold(_ value: UInt32) -> Int32 { Int32(bitPattern: value >> 1) ^ (0 &- Int32(value & 1)) }

    /// Writes each value with its sign folded in.
    static func append(_ values: ArraySlice<Int32>, to bytes: inout [UInt8]) {
        for value in values { append(folded: fold(value), to: &bytes) }
    }

    static func append(folded: UInt32, to bytes: inout [UInt8]) {
        var rest = folded
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    enum Fault: Error {
        /// The bytes end within the number, or before it.
        case ended
        /// More than 32 bits, or more bytes than it needs.
        case overlong
    }

    /// Reads a number that may take several bytes.
    @inline(__always)
    static func read(_ next: inout UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) throws(Fault) -> UInt32 {
        guard next < end else { throw .ended }
        var folded = UInt32(next.pointee)
        next += 1
        guard folded >= 0x80 else { return folded }
        folded &= 0x7F
        var shift: UInt32 = 7
        while true {
            guard next < end else { throw .ended }
            let byte = UInt32(next.pointee)
            next += 1
            // The fifth byte holds the four highest bits; a last byte of 0 would say nothing.
            guard shift < 28 || byte < 0x10, byte != 0 else { throw .overlong }
            folded |= (byte & 0x7F) &<< shift
            if byte < 0x80 { return folded }
            shift &+= 7
        }
    }

    /// Eight numbers of one byte each, or nil where one of the next eight bytes begins a longer number.
    @inline(__always)
    static func eightShort(at next: UnsafePointer<UInt8>) -> UInt64? {
        let eight = UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
        return eight & 0x8080_8080_8080_8080 == 0 ? eight : nil
    }
}
