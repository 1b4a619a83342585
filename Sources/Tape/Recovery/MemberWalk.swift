import TradeModel

/// Goes through the members of a tape from end to end, past any damage.
struct MemberWalk {
    /// What stands at a place.
    enum Item {
        /// A member that holds a header and is whole.
        case header(bytes: [UInt8], line: [UInt8])
        /// A member that is whole.
        case member(bytes: [UInt8], field: TapeMemberField, content: TapeMember.Content)
        /// Lines of a damaged member: its subfield is damaged and its text passes gzip's CRC (`isVerified`), or the file
        /// ends inside it and this is as far as its text goes.
        case salvaged(Salvage)
        /// Bytes that are no use, and why.
        case lost(Range<Int64>, reason: String, isEnd: Bool)
    }

    /// What is left of a damaged member.
    struct Salvage {
        var place: Int64
        var headerLine: [UInt8]?
        var content: TapeMember.Content
        var isVerified: Bool
        var reason: String

        /// Bytes of a whole text that are no lines; those of a torn one are lost with the rest of its member.
        var uselessBytes: Int64 {
            guard isVerified else { return 0 }
            return Int64(content.text.count - content.lines.reduce(0) { $0 + $1.line.count + 1 })
        }
    }

    let size: Int64
    private let read: (Int64, Int) throws(TapeError) -> [UInt8]
    private(set) var place: Int64 = 0
    private var pending: Item?

    private static let scanStep = 64 << 10

    /// Starts at the first member.
    ///
    /// - Parameters:
    ///   - size: the file's size, in bytes.
    ///   - read: gives bytes at an offset; fewer than asked for only at the end.
    init(size: Int64, read: @escaping (Int64, Int) throws(TapeError) -> [UInt8]) {
        self.size = size
        self.read = read
    }

    /// What comes next; nil at the end of the file.
    ///
    /// - Throws: ``TapeError`` if the disk cannot be read or the tape is of another version.
    mutating func next() throws(TapeError) -> Item? {
        if let item = pending {
            pending = nil
            return item
        }
        guard place < size else { return nil }
        let start = place
        let head = try read(start, TapeMemberField.headSize)
        var reason = "no member starts here"
        var isTorn = false
        switch TapeMemberField.read(head.span, at: 0) {
        case .field(let field):
            guard Int64(field.memberSize) <= size - start else {
                reason = "the file ends in the middle of a member"
                isTorn = true
                break
            }
            let bytes = try read(start, field.memberSize)
            switch Self.whole(bytes, field) {
            case .success(let item):
                place += Int64(field.memberSize)
                return item
            case .failure(let fault): reason = "a member is damaged: \(fault.detail)"
            }
        case .damaged(let detail): reason = "a member is damaged: \(detail)"
        case .version(let version):
            throw TapeError(
                .unsupportedVersion(found: version, supported: TapeFormat.version), path: "", offset: start)
        case .foreign: isTorn = head.count < TapeMemberField.headSize
        }
        return try damaged(at: start, reason, isTorn: isTorn)
    }

    private mutating func damaged(at start: Int64, _ reason: String, isTorn: Bool) throws(TapeError) -> Item {
        let bytes = try read(start, TapeFormat.maximumMember)
        let inflated = Deflate.prefix(bytes, from: TapeMemberField.headSize, limit: TapeFormat.maximumText)
        if let inflated, inflated.isWhole {
            place = start + Int64(inflated.end)
            return .salvaged(Self.salvage(inflated.text, at: start, isVerified: true, reason))
        }
        let following = try nextMember(after: start)
        place = following ?? size
        let lost = Item.lost(start..<place, reason: reason, isEnd: following == nil)
        // Only where the file ends is what there is of a text right as far as it goes.
        guard following == nil, isTorn, let inflated, let end = inflated.text.lastIndex(of: 0x0A) else { return lost }
        pending = lost
        return .salvaged(Self.salvage(Array(inflated.text[...end]), at: start, isVerified: false, reason))
    }

    private static func salvage(_ text: [UInt8], at place: Int64, isVerified: Bool, _ reason: String) -> Salvage {
        if text.last == 0x0A, text.firstIndex(of: 0x0A) == text.count - 1, text.span.matches("{\"seq\":0,", 0) {
            return Salvage(
                place: place, headerLine: Array(text.dropLast()), content: TapeMember.Content(text: [], lines: []),
                isVerified: isVerified, reason: reason)
        }
        return Salvage(
            place: place, headerLine: nil, content: TapeMember.goodLines(in: text, isVerified: isVerified),
            isVerified: isVerified, reason: reason)
    }

    private static func whole(_ bytes: [UInt8], _ field: TapeMemberField) -> Result<Item, TapeMember.Fault> {
        guard field.isHeader else {
            return TapeMember.decode(bytes, field).map { .member(bytes: bytes, field: field, content: $0) }
        }
        return TapeMember.text(of: bytes, field).flatMap { text in
            guard text.last == 0x0A, text.firstIndex(of: 0x0A) == text.count - 1 else {
                return .failure(TapeMember.Fault("its header is not one line"))
            }
            return .success(.header(bytes: bytes, line: Array(text.dropLast())))
        }
    }

    /// Place of the next member whose CRCs pass.
    private func nextMember(after start: Int64) throws(TapeError) -> Int64? {
        var base = start + 1
        while base < size {
            // The overlap catches a signature that lies across two steps.
            let bytes = try read(base, Self.scanStep + TapeMemberField.signature.count - 1)
            var at = 0
            while let hit = LineScan.find(TapeMemberField.signature, in: bytes, from: at) {
                let candidate = base + Int64(hit)
                let head = try read(candidate, TapeMemberField.headSize)
                if case .field(let field) = TapeMemberField.read(head.span, at: 0),
                    case .success = Self.whole(try read(candidate, field.memberSize), field)
                {
                    return candidate
                }
                at = hit + 1
            }
            base += Int64(Self.scanStep)
        }
        return nil
    }
}

extension TapeMember {
    /// The lines of a text that are envelopes in order, without those that are not.
    ///
    /// A text that no CRC covers ends before the first line that is no JSON: its data are damaged, not only torn, and
    /// nothing from there on is what was written.
    static func goodLines(in text: [UInt8], isVerified: Bool) -> Content {
        var lines: [TapeLine] = []
        var last: (sequence: Int64, receive: Int64) = (0, 0)
        var at = 0
        while let end = LineScan.lineEnd(text, from: at) {
            if !isVerified,
                !JSONSyntax.isValid(text.span.extracting(at..<end), maximumDepth: TapeFormat.maximumDepth + 2)
            {
                break
            }
            if let envelope = Envelope(canonical: text.span, in: at..<end), envelope.sequence > last.sequence,
                envelope.receive >= last.receive
            {
                last = (envelope.sequence, envelope.receive)
                lines.append(TapeLine(envelope: envelope, line: at..<end, segment: nil, layout: .envelope))
            }
            at = end + 1
        }
        return Content(text: text, lines: lines)
    }
}
