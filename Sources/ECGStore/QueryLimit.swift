/// How many rows a query returns where nobody says.
public enum QueryLimit {
    /// A list that somebody looks through: a day of a county's alerts or a clinic's month of recordings.
    public static let standard = 100
}
