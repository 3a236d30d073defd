public import ECGModel

/// An acute coronary occlusion (or, for ``Wall/leftMain``, diffuse ischaemia) as an injury current.
///
/// A single dipole carries it, so elevation over the wall and reciprocal depression opposite to it come together and
/// in the proportions of the torso, whatever size is asked for.
public struct Infarct: Sendable, Hashable {
    public enum Wall: String, Sendable, Hashable, CaseIterable {
        case anterior, septal, inferior, lateral, posterior, rightVentricular
        /// ST elevation in aVR with depression in at least six leads.
        case leftMain
        /// Up-sloping ST depression at J into tall precordial T waves: occlusion of the anterior descending artery.
        case deWinter
    }

    /// How large the injury is, always read at the J point against the PQ level of the noise-free beat, the patient's
    /// own ST level included.
    ///
    /// The criterion is the wall's: two contiguous leads of it beyond their thresholds (see ``Wall/criterion(sex:ageYears:)``).
    /// The level names the weaker lead of whichever pair is the stronger one, so that at 1 the criterion is just met.
    public enum Level: Sendable, Hashable {
        /// As a multiple of the lead's own threshold by sex and age.
        case timesThreshold(Double)
        /// As the size of the ST deviation in mV; leads count equally.
        case millivolts(Double)
    }

    /// How the injury changes with time, as the share of its full size; linear between points, constant outside.
    public struct Evolution: Sendable, Hashable {
        public struct Point: Sendable, Hashable {
            public var seconds: Double
            public var share: Double
            public init(seconds: Double, share: Double) {
                self.seconds = seconds
                self.share = share
            }
        }
        public var points: [Point]

        /// - Precondition: points in the order of time.
        public init(points: [Point]) {
            precondition(
                zip(points, points.dropFirst()).allSatisfy { $0.seconds <= $1.seconds },
                "points of an evolution are in the order of time")
            self.points = points
        }

        public static let constant = Evolution(points: [])
        /// Nothing until `start`, all of it `rise` seconds later.
        public static func developing(from start: Double, over rise: Double) -> Evolution {
            Evolution(points: [Point(seconds: start, share: 0), Point(seconds: start + rise, share: 1)])
        }
        /// All of it until `start`, nothing `fall` seconds later: reperfusion.
        public static func resolving(from start: Double, over fall: Double) -> Evolution {
            Evolution(points: [Point(seconds: start, share: 1), Point(seconds: start + fall, share: 0)])
        }

        /// The share of the full injury at a time.
        public func share(atSeconds seconds: Double) -> Double {
            guard let first = points.first, let last = points.last else { return 1 }
            guard let next = points.firstIndex(where: { $0.seconds > seconds }) else { return last.share }
            guard next > 0 else { return first.share }
            let (from, to) = (points[next - 1], points[next])
            return from.share + (to.share - from.share) * (seconds - from.seconds) / (to.seconds - from.seconds)
        }
    }

    public var wall: Wall
    public var level: Level
    public var evolution: Evolution

    public init(_ wall: Wall, _ level: Level = .timesThreshold(2), evolution: Evolution = .constant) {
        self.wall = wall
        self.level = level
        self.evolution = evolution
    }
}

/// What makes ST deviations of several leads an infarct of a wall: the leads in their contiguous order, which way they
/// must deviate and how far.
public struct WallCriterion: Sendable, Hashable {
    public struct Limit: Sendable, Hashable {
        public var lead: Lead
        /// Signed: negative limits are depressions.
        public var st: Millivolts
    }
    /// The leads in order; neighbours are contiguous.
    public var limits: [Limit]
    /// How many neighbours must be beyond their limits together.
    public var neighbours: Int
}

extension Infarct.Wall {
    /// The Fourth Universal Definition's thresholds at J (K. Thygesen and others, Circulation 138 (2018) e618): 0.1 mV,
    /// in V2 and V3 0.2 mV in men from 40 years, 0.25 mV in younger men, 0.15 mV in women; depression 0.05 mV. Digits
    /// checked in secondary sources. De Winter: more than 0.1 mV of depression at J (R. J. de Winter and others,
    /// N. Engl. J. Med. 359 (2008) 2071; secondary sources). Left main: 0.1 mV in aVR, and as much depression in six leads.
    public func criterion(sex: Patient.Sex, ageYears: Int) -> WallCriterion {
        let v2v3 = sex == .female ? 0.15 : ageYears < 40 ? 0.25 : 0.2
        func elevation(_ leads: [Lead]) -> WallCriterion {
            WallCriterion(
                limits: leads.map { .init(lead: $0, st: Millivolts($0 == .v2 || $0 == .v3 ? v2v3 : 0.1)) },
                neighbours: 2)
        }
        func depression(_ leads: [Lead], _ size: Double) -> WallCriterion {
            WallCriterion(limits: leads.map { .init(lead: $0, st: Millivolts(-size)) }, neighbours: 2)
        }
        switch self {
        case .anterior: return elevation([.v1, .v2, .v3, .v4, .v5])
        case .septal: return elevation([.v1, .v2, .v3])
        case .inferior, .rightVentricular: return elevation([.iii, .aVF, .ii])
        case .lateral: return elevation([.aVL, .i, .v6, .v5])
        case .posterior: return depression([.v1, .v2, .v3], 0.05)
        case .deWinter: return depression([.v2, .v3, .v4, .v5], 0.1)
        case .leftMain:
            let depressed = depression([.i, .ii, .aVF, .v4, .v5, .v6], 0.1).limits
            return WallCriterion(limits: [.init(lead: .aVR, st: 0.1)] + depressed, neighbours: 7)
        }
    }
}
