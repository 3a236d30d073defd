public import ECGStore

extension AccessToken {
    /// Bytes of the digest that name a token: enough that no user has two of one name.
    private static let nameBytes = 8

    /// What a token is called where its text must not stand. It opens nothing, nor can the text be found from it.
    public var id: String { Array(digest.prefix(Self.nameBytes)).hexadecimal }
}
