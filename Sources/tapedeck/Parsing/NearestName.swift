/// Finds what someone may have meant.
enum NearestName {
    /// The candidate with the fewest edits, if there are few enough that it is likely meant; the first of equals.
    static func of(_ word: String, among candidates: [String]) -> String? {
        var best: (name: String, edits: Int)?
        for candidate in candidates {
            let edits = distance(Array(word), Array(candidate))
            if edits < best?.edits ?? .max { best = (candidate, edits) }
        }
        guard let best, best.edits <= max(1, word.count / 3) else {
            return candidates.first { word.count >= 3 && $0.hasPrefix(word) }
        }
        return best.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var edits = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    edits = min(edits, beforeLast[j - 1] + 1)
                }
                row.append(edits)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
