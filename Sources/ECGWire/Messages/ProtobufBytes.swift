#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension [UInt8] {
    /// As the generated messages hold bytes. Only they need Foundation's type.
    var protobufBytes: Data { Data(self) }
}
