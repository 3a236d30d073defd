import CProcessor

/// A quad is a vector of four channels, which fits a register of every machine: what is done for each channel is done
/// quad by quad, so a recording of few leads costs little.
extension SIMD4<Float> {
    @inline(__always) var total: Float { ecg_total(self) }
    @inline(__always) var greatestLane: Float { ecg_greatest(self) }

    /// Lane by lane the lesser and the greater of two.
    @inline(__always) func lesser(_ other: Self) -> Self { ecg_lesser(self, other) }
    @inline(__always) func greater(_ other: Self) -> Self { ecg_greater(self, other) }

    /// The standard library takes the root of one lane after the other, and asks before each whether it is negative.
    @inline(__always) var squareRoots: Self { ecg_square_roots(self) }

    /// The same, for what the compiler would otherwise compute in halves and single lanes, as it does with the hum of
    /// the mains: of averaging a beat with hum in all leads this spares one instruction in seven.
    @inline(__always) var whole: Self { ecg_whole(self) }

    @inline(__always) var magnitudes: Self {
        unsafeBitCast(unsafeBitCast(self, to: SIMD4<UInt32>.self) & 0x7FFF_FFFF, to: Self.self)
    }

    /// All bits of a lane set (-1) where it is less than the other's.
    @inline(__always) func isLess(than other: Self) -> SIMD4<Int32> {
        unsafeBitCast(self .< other, to: SIMD4<Int32>.self)
    }
}

extension SIMD16<Float> {
    /// How many quads hold a number of channels.
    @inline(__always) static func quads(forChannels channels: Int) -> Int { (channels + 3) / 4 }

    @inline(__always) func quad(_ index: Int) -> SIMD4<Float> {
        switch index {
        case 0: lowHalf.lowHalf
        case 1: lowHalf.highHalf
        case 2: highHalf.lowHalf
        default: highHalf.highHalf
        }
    }

    @inline(__always) mutating func setQuad(_ index: Int, _ quad: SIMD4<Float>) {
        switch index {
        case 0: lowHalf.lowHalf = quad
        case 1: lowHalf.highHalf = quad
        case 2: highHalf.lowHalf = quad
        default: highHalf.highHalf = quad
        }
    }
}

extension SIMD16<Int32> {
    @inline(__always) func quad(_ index: Int) -> SIMD4<Int32> {
        switch index {
        case 0: lowHalf.lowHalf
        case 1: lowHalf.highHalf
        case 2: highHalf.lowHalf
        default: highHalf.highHalf
        }
    }
}

/// Quads that follow each other in memory, without bounds checks.
struct QuadMemory {
    private let base: UnsafeRawPointer

    /// - Precondition: the memory is aligned to a quad, which lets the processor add from there without loading first.
    init(_ base: UnsafeRawPointer) { self.base = base }

    /// The same memory, counted from another quad.
    @inline(__always) func from(_ i: Int) -> QuadMemory {
        QuadMemory(base + i &* MemoryLayout<SIMD4<Float>>.stride)
    }

    @inline(__always) subscript(_ i: Int) -> SIMD4<Float> {
        base.load(fromByteOffset: i &* MemoryLayout<SIMD4<Float>>.stride, as: SIMD4<Float>.self)
    }
}

/// One quad of instants that follow each other in memory, without bounds checks.
struct QuadColumn {
    private let base: UnsafeMutableRawPointer

    /// - Precondition: there are instants.
    @inline(__always) init(_ instants: UnsafeMutableBufferPointer<SIMD16<Float>>, quad: Int) {
        guard let base = instants.baseAddress else { preconditionFailure("there is a column where there are instants") }
        self.base = UnsafeMutableRawPointer(base) + quad * MemoryLayout<SIMD4<Float>>.stride
    }

    @inline(__always) subscript(_ i: Int) -> SIMD4<Float> {
        get { base.load(fromByteOffset: i &* MemoryLayout<SIMD16<Float>>.stride, as: SIMD4<Float>.self) }
        nonmutating set {
            base.storeBytes(
                of: newValue, toByteOffset: i &* MemoryLayout<SIMD16<Float>>.stride, as: SIMD4<Float>.self)
        }
    }
}
