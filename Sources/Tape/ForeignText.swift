/// The text of a file that is no series of members: plain, or gzip of one or many members, piece by piece.
///
/// A line bounds the memory: a longer one than the format allows is an error.
final class ForeignText {
    /// Whole lines, each with its LF except perhaps the last of the file.
    struct Piece {
        var text: [UInt8]
        /// Number in the file of the first line.
        var firstLine: Int64
    }

    private static let step = 256 << 10
    private let input: InputFile
    private let inflate: InflateStream?
    private let tally: ReadingTally
    private var carry: [UInt8] = []
    private var line: Int64 = 1
    private var isAtEnd = false
    private var failure: TapeError?

    init(_ input: InputFile, isCompressed: Bool, tally: ReadingTally) {
        self.input = input
        self.tally = tally
        inflate =
            isCompressed
            ? InflateStream { () throws(TapeError) in
                let bytes = try input.read(upTo: 64 << 10)
                tally.fileBytes += Int64(bytes.count)
                return bytes
            } : nil
    }

    /// The first bytes of the text, at most 1 MiB, without taking them; they name the stream of a file without header.
    func head() -> ArraySlice<UInt8> {
        while carry.count < 1 << 20, more() {}
        return carry.prefix(1 << 20)
    }

    /// Whether there is neither text nor a fault.
    var isEmpty: Bool { head().isEmpty && failure == nil }

    /// The next lines; nil at the end.
    ///
    /// A fault comes after the whole lines before it.
    func next() throws(TapeError) -> Piece? {
        while true {
            if let end = carry.lastIndex(of: 0x0A) {
                let piece = Piece(text: Array(carry[...end]), firstLine: line)
                carry.removeSubrange(...end)
                for byte in piece.text where byte == 0x0A { line += 1 }
                return piece
            }
            if carry.count > TapeFormat.maximumLine {
                throw TapeError(.lineTooLong(limit: TapeFormat.maximumLine), path: input.path, line: line)
            }
            if more() { continue }
            // The torn line before a fault is not a line; the one before a clean end is.
            if let failure { throw failure }
            guard !carry.isEmpty else { return nil }
            let piece = Piece(text: carry, firstLine: line)
            carry = []
            line += 1
            return piece
        }
    }

    /// Reads on; false at the end or a fault.
    private func more() -> Bool {
        guard !isAtEnd, failure == nil else { return false }
        let before = carry.count
        if let inflate {
            switch inflate.append(to: &carry, Self.step) {
            case .success(let goesOn): isAtEnd = !goesOn
            case .failure(let error): failure = typed(error)
            }
        } else {
            do throws(TapeError) {
                carry += try input.read(upTo: Self.step)
                isAtEnd = carry.count == before
                tally.fileBytes += Int64(carry.count - before)
            } catch {
                failure = error
            }
        }
        tally.textBytes += Int64(carry.count - before)
        return carry.count > before
    }

    private func typed(_ error: any Error) -> TapeError {
        if let error = error as? TapeError { return error }
        let code: TapeError.Code =
            switch error as? InflateStream.Fault {
            case .truncated: .truncated
            case .trailing: .trailingBytes
            default: .badMember("its gzip data or CRC are wrong")
            }
        return TapeError(code, path: input.path, offset: input.offset)
    }
}
