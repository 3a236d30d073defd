import ECGModel
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "known moments",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1_000, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
            (1_763_712_930_250_000, "2025-11-21T08:15:30.250Z"),
            (4_107_542_399_999_000, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
        ])
    func known(microseconds: Int64, text: String) {
        let time = Timestamp(microsecondsSince1970: microseconds)
        #expect(time.description == text)
        #expect(Timestamp(text) == time)
    }

    @Test("any number of microseconds can be written and read again", arguments: [.min, .min + 1, .max] as [Int64])
    func extremes(microseconds: Int64) {
        let text = Timestamp(microsecondsSince1970: microseconds).description
        #expect(Timestamp(text) != nil, "\(text)")
    }

    @Test("every day of four centuries keeps its place")
    func everyDay() {
        var previous = ""
        for day in Int64(-40_000)..<110_000 {
            let time = Timestamp(microsecondsSince1970: day * 86_400_000_000)
            let text = time.description
            #expect(Timestamp(text) == time)
            #expect(previous < text)
            previous = text
        }
    }

    @Test("fractions of one to six digits")
    func fractions() {
        let whole = Timestamp("2026-11-21T08:15:30Z")
        #expect(whole != nil)
        #expect(Timestamp("2026-11-21T08:15:30.5Z")?.description == "2026-11-21T08:15:30.500Z")
        #expect(
            Timestamp("2026-11-21T08:15:30.000001Z")?.microsecondsSince1970
                == whole.map { $0.microsecondsSince1970 + 1 })
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T08:15:30", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z", "2026-11-21T08:15:30.Z",
            "2026-11-21T08:15:30.1234567Z", "2026-11-21 08:15:30Z", "20x6-11-21T08:15:30Z", "2026-00-10T00:00:00Z",
            "2026-11-21T08:15:30,250Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func arithmetic() {
        let start = Timestamp(microsecondsSince1970: 1_000_000)
        #expect(start + .milliseconds(1500) == Timestamp(microsecondsSince1970: 2_500_000))
        #expect((start + .seconds(90)) - start == .seconds(90))
        #expect(start + .seconds(-2) < start)
        for duration in [Duration.zero, .microseconds(1), .milliseconds(-1500), .hours(25), .days(3)] {
            #expect(start - duration + duration == start)
            #expect(start - (start - duration) == duration)
        }
        #expect(Duration.days(2) == .hours(48) && Duration.hours(1) == .seconds(3600))
    }

    @Test("a sum beyond the range is its nearest time")
    func saturation() {
        let last = Timestamp(microsecondsSince1970: .max)
        let first = Timestamp(microsecondsSince1970: .min)
        #expect(last + .microseconds(1) == last && first + .microseconds(-1) == first)
        #expect(first + (.zero - .microseconds(Int64.min)) == Timestamp(microsecondsSince1970: 0))
        #expect(last + .seconds(Int64.max) == last && last + .seconds(Int64.min) == first)
        #expect(last + .zero == last && first + .zero == first)
    }
}
