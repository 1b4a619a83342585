import Foundation
import TestSupport
import TradeModel

/// A text as a message's bytes.
func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

/// The decoder's answer to one message, as values that compare.
struct Decoded: Equatable {
    var kind: FrameKind?
    var error: FrameError?
    var trades: [Trade]
    var rejections: [FrameRejection]

    init(_ message: [UInt8], with decoder: inout FinnhubFrameDecoder) {
        do throws(FrameError) {
            kind = try decoder.decode(message.span)
        } catch {
            self.error = error
        }
        trades = decoder.trades.map(\.trade)
        rejections = decoder.rejections
    }

    init(_ message: [UInt8]) {
        var decoder = FinnhubFrameDecoder()
        self.init(message, with: &decoder)
    }

    init(_ message: String) { self.init(bytes(message)) }
}

extension Trade {
    /// A trade from its texts, for tables of expectations.
    init(_ symbol: String, _ price: String, _ time: Int64, _ volume: String, _ conditions: SaleConditions) {
        self.init(
            symbol: symbol, price: DecimalText(text: price, value: Double(price) ?? .nan),
            volume: DecimalText(text: volume, value: Double(volume) ?? .nan), time: time, conditions: conditions)
    }
}

/// Files of the shared data folder, which a clone of the repository alone does not have.
enum SharedData {
    static func lines(of name: String) -> [[UInt8]]? {
        guard let path = TestPaths.shared("data/\(name)"), let data = FileManager.default.contents(atPath: path) else {
            return nil
        }
        return [UInt8](data).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}

/// Whether bytes are JSON; `#expect` takes no spans.
func isJSON(_ text: [UInt8], depth: Int) -> Bool { JSONSyntax.isValid(text.span, maximumDepth: depth) }
