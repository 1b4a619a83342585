import Foundation
import Synchronization

/// A switch that a test and its doubles share.
final class SharedFlag: Sendable {
    private let state = Mutex(false)
    var value: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Whether long runs are asked for.
enum Heavy {
    static let isOn = ProcessInfo.processInfo.environment["TAPEDECK_HEAVY"] == "1"
}
