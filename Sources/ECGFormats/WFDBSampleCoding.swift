import ECGModel

extension WFDBSignalFormat {
    /// Reads `count` samples from `offset` on; the format's missing count becomes `Samples.missing`.
    ///
    /// - Precondition: `bytes` holds that many samples from there on.
    func decode(_ bytes: [UInt8], from offset: Int, count: Int) -> [Int32] {
        precondition(offset >= 0 && offset + byteCount(samples: count) <= bytes.count, "the samples are in the bytes")
        let missing = self.missing
        return bytes.withUnsafeBufferPointer { all in
            let source = UnsafeBufferPointer(rebasing: all[offset...])
            return [Int32](unsafeUninitializedCapacity: count) { counts, filled in
                func store(_ sample: Int, _ count: Int32) {
                    counts[sample] = count == missing ? Samples.missing : count
                }
                switch self {
                case .format16:
                    for sample in 0..<count {
                        let word = UInt16(source[2 * sample]) | UInt16(source[2 * sample + 1]) << 8
                        store(sample, Int32(Int16(bitPattern: word)))
                    }
                case .format61:
                    for sample in 0..<count {
                        let word = UInt16(source[2 * sample]) << 8 | UInt16(source[2 * sample + 1])
                        store(sample, Int32(Int16(bitPattern: word)))
                    }
                case .format24:
                    for sample in 0..<count {
                        let low = UInt32(source[3 * sample]) << 8 | UInt32(source[3 * sample + 1]) << 16
                        store(sample, Int32(bitPattern: low | UInt32(source[3 * sample + 2]) << 24) >> 8)
                    }
                case .format32:
                    for sample in 0..<count {
                        let low = UInt32(source[4 * sample]) | UInt32(source[4 * sample + 1]) << 8
                        let high = UInt32(source[4 * sample + 2]) << 16 | UInt32(source[4 * sample + 3]) << 24
                        store(sample, Int32(bitPattern: low | high))
                    }
                case .format80:
                    for sample in 0..<count { store(sample, Int32(source[sample]) - 128) }
                case .format212:
                    for sample in 0..<count {
                        let first = 3 * (sample / 2)
                        let shared = UInt32(source[first + 1])
                        let word =
                            sample.isMultiple(of: 2)
                            ? UInt32(source[first]) | (shared & 0x0F) << 8
                            : UInt32(source[first + 2]) | (shared & 0xF0) << 4
                        store(sample, Int32(bitPattern: word << 20) >> 20)
                    }
                }
                filled = count
            }
        }
    }

    /// Writes samples; `Samples.missing` becomes the format's missing count.
    ///
    /// - Precondition: every other count is in ``counts``.
    func encode(_ counts: [Int32]) -> [UInt8] {
        let missing = self.missing
        let range = self.counts
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount(samples: counts.count))
        var isSecondOfPair = false
        for count in counts {
            precondition(count == Samples.missing || range.contains(count), "a count fits its format")
            let word = UInt32(bitPattern: count == Samples.missing ? missing : count)
            func byte(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: word >> shift) }
            switch self {
            case .format16:
                bytes.append(byte(0))
                bytes.append(byte(8))
            case .format61:
                bytes.append(byte(8))
                bytes.append(byte(0))
            case .format24:
                bytes.append(byte(0))
                bytes.append(byte(8))
                bytes.append(byte(16))
            case .format32:
                bytes.append(byte(0))
                bytes.append(byte(8))
                bytes.append(byte(16))
                bytes.append(byte(24))
            case .format80:
                bytes.append(byte(0) ^ 0x80)
            case .format212:
                if isSecondOfPair {
                    bytes[bytes.count - 1] |= byte(4) & 0xF0
                    bytes.append(byte(0))
                } else {
                    bytes.append(byte(0))
                    bytes.append(byte(8) & 0x0F)
                }
                isSecondOfPair.toggle()
            }
        }
        return bytes
    }

    /// The checksums of a header: for every column of interleaved counts its sum as stored, in 16 bits.
    ///
    /// - Precondition: `counts` holds whole rows of `columns` counts.
    func checksums(of counts: UnsafeBufferPointer<Int32>, columns: Int) -> [Int16] {
        precondition(columns > 0 && counts.count.isMultiple(of: columns), "a checksum is over whole rows")
        let missing = Int16(truncatingIfNeeded: self.missing)
        var sums = [Int16](repeating: 0, count: columns)
        sums.withUnsafeMutableBufferPointer { sums in
            var column = 0
            for count in counts {
                sums[column] &+= count == Samples.missing ? missing : Int16(truncatingIfNeeded: count)
                column += 1
                if column == columns { column = 0 }
            }
        }
        return sums
    }
}
