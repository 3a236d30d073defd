enum QRSNetwork {
    static func logOdds(_ x: [Float]) -> Float {
        // temp rule
        var m: Float = -9
        for i in 0..<58 where abs(i - 31) <= 8 && i != 31 && abs(i - 31) > 2 { m = max(m, x[i] * 2) }
        return m > 0.0 ? -1 : 1
    }
}
