/// A number as it was written, beside the double nearest to it.
///
/// What is printed or published again is the text; what is computed with is the value.
public struct DecimalText: Sendable, Hashable {
    /// The number's JSON text, `164.0601` or `8.9e-7`.
    public let text: String
    /// The nearest double.
    public let value: Double

    /// Joins a text with its value, which the caller has parsed from it.
    public init(text: String, value: Double) {
        self.text = text
        self.value = value
    }
}
