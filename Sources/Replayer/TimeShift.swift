import TradeModel

/// Moves the trade times in frames and trades, and leaves every other byte as it is.
struct TimeShift {
    private var decoder = FinnhubFrameDecoder()

    /// Appends a trade object with its time moved.
    ///
    /// - Parameters:
    ///   - object: the object's bytes.
    ///   - milliseconds: what is added to `t`.
    ///   - out: what they are appended to.
    mutating func append(trade object: Span<UInt8>, by milliseconds: Int64, to out: inout [UInt8]) {
        if let range = Self.time(in: object), let time = Self.integer(object, range) {
            Self.append(object, 0..<range.lowerBound, to: &out)
            out += String(time + milliseconds).utf8
            Self.append(object, range.upperBound..<object.count, to: &out)
        } else if var trade = try? decoder.decodeTrade(object) {
            // A key with escapes, or a time such as 1e12: rare enough to be written anew.
            trade.time += milliseconds
            FinnhubFrameEncoder.append(trade: trade, to: &out)
        }
    }

    /// Appends a frame with the times of its good trades moved; any other message stays as it is.
    mutating func append(frame: Span<UInt8>, by milliseconds: Int64, to out: inout [UInt8]) {
        var end = 0
        if (try? decoder.decode(frame)) != nil {
            let ranges = decoder.trades.map(\.range)
            for range in ranges {
                Self.append(frame, end..<range.lowerBound, to: &out)
                append(trade: frame.extracting(range), by: milliseconds, to: &out)
                end = range.upperBound
            }
        }
        Self.append(frame, end..<frame.count, to: &out)
    }

    private static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to out: inout [UInt8]) {
        bytes.extracting(range).withUnsafeBufferPointer { out.append(contentsOf: $0) }
    }

    /// Where the digits of the member `t` stand; nil if it is not written plainly.
    static func time(in object: Span<UInt8>) -> Range<Int>? {
        var (index, depth, isKey) = (0, 0, true)
        while index < object.count {
            switch object[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isKey = depth == 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): isKey = depth == 1
            case UInt8(ascii: ":"): isKey = false
            case UInt8(ascii: "\""):
                let start = index
                index += 1
                while index < object.count, object[index] != UInt8(ascii: "\"") {
                    index += object[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                if isKey, depth == 1, index == start + 2, object[start + 1] == UInt8(ascii: "t") {
                    return digits(object, from: index + 1)
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func digits(_ object: Span<UInt8>, from start: Int) -> Range<Int>? {
        var index = start
        let skipped: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ":")]
        while index < object.count, skipped.contains(object[index]) { index += 1 }
        let first = index
        while index < object.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(object[index]) { index += 1 }
        guard index > first, index < object.count else { return nil }
        let next = object[index]
        let isPlain = skipped.dropLast().contains(next) || next == UInt8(ascii: ",") || next == UInt8(ascii: "}")
        return isPlain ? first..<index : nil
    }

    private static func integer(_ object: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for index in range {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow, value <= Int64.max / 10 - 1 else { return nil }
            value = product + Int64(object[index] - UInt8(ascii: "0"))
        }
        return value
    }
}
