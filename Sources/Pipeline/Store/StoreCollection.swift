/// The collections of pipeline.md, section 3.
enum StoreCollection: String, Sendable, CaseIterable {
    case trades, predictions, states, checkpoints
    case deadLetters = "dead_letters"
    case latest
}
