import Foundation

/// What a client asks for.
enum ExchangeRequest: Equatable {
    case subscribe(String)
    case unsubscribe(String)
    /// Another type, or no request at all: Finnhub answers neither.
    case ignored

    /// Reads a message; never fails.
    init(_ bytes: Span<UInt8>) {
        let data = bytes.withUnsafeBytes { Data($0) }
        guard data.count <= 4096, let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let type = object["type"] as? String, let symbol = object["symbol"] as? String, !symbol.isEmpty
        else {
            self = .ignored
            return
        }
        switch type {
        case "subscribe": self = .subscribe(symbol)
        case "unsubscribe": self = .unsubscribe(symbol)
        default: self = .ignored
        }
    }
}
