/// The `c` of a trade.
///
/// Absent, `null` and empty all mean "no conditions", but what came is what is stored.
public enum SaleConditions: Sendable, Hashable {
    /// The key `c` is not there.
    case absent
    /// `"c":null`.
    case null
    /// `"c":[…]`, possibly empty; codes of Finnhub's condition sheet, unknown ones included.
    case codes([String])
}
