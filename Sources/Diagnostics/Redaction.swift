/// Takes secrets out of texts before they are shown.
public enum Redaction {
    /// Replaces the query and the password of every URL in a text by `***`.
    ///
    /// Finnhub's token is in the query, MongoDB's and Kafka's passwords are in the user part.
    public static func urls(in text: String) -> String {
        var result = text
        result.replace(#/(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?<user>[^/?#\s@]*):(?<password>[^/?#\s]*)@/#) { match in
            "\(match.output.scheme)\(match.output.user):***@"
        }
        result.replace(#/(?<head>[A-Za-z][A-Za-z0-9+.-]*://[^?\s]*)\?[^\s"']*/#) { match in "\(match.output.head)?***" }
        return result
    }
}
