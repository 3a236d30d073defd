extension String {
    /// The text without line breaks, tabs and control characters: what a device, a server or a person wrote can
    /// neither break a line of output or of a log in two nor command the terminal.
    public var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator, .format: " "
                    default: scalar
                    }
                }))
    }
}
