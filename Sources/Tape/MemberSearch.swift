/// Finds where in a file of members a window starts, by bisection: O(log size) jumps, then a few hops.
struct MemberSearch {
    let input: InputFile
    let size: Int64
    let window: TapeWindow

    /// Below this distance hopping from member to member is as quick.
    let hopDistance: Int64

    private static let scanStep = 64 << 10

    /// A place to read on from: a member's start at or before the window's first line.
    ///
    /// `first` is the place of a member, or the end of the file.
    func start(from first: Int64) throws(TapeError) -> Int64 {
        var low = first
        var high = size
        while high - low > hopDistance {
            let middle = low + (high - low) / 2
            if let (place, field) = try member(after: middle, before: high),
                window.isBefore(sequence: field.lastSequence, receive: field.lastReceive)
            {
                low = place + Int64(field.memberSize)
            } else {
                high = middle
            }
        }
        return low
    }

    /// The first member with lines that starts in a stretch of the file.
    private func member(
        after place: Int64, before high: Int64
    ) throws(TapeError) -> (place: Int64, field: TapeMemberField)? {
        var base = place
        while base < high {
            // The overlap catches a signature that lies across two steps.
            let bytes = try input.bytes(at: base, Self.scanStep + TapeMemberField.signature.count - 1)
            var at = 0
            while let hit = LineScan.find(TapeMemberField.signature, in: bytes, from: at) {
                let candidate = base + Int64(hit)
                if candidate >= high { return nil }
                if let field = try whole(at: candidate), !field.isHeader { return (candidate, field) }
                at = hit + 1
            }
            base += Int64(Self.scanStep)
        }
        return nil
    }

    /// The subfield of a member that is one beyond doubt: its own CRCs pass, and a member or the end follows.
    ///
    /// A text can hold a forged head; what it cannot hold in UTF-8 is a whole member (1F 8B is no UTF-8).
    private func whole(at place: Int64) throws(TapeError) -> TapeMemberField? {
        let head = try input.bytes(at: place, TapeMemberField.headSize)
        guard case .field(let field) = TapeMemberField.read(head.span, at: 0) else { return nil }
        let bytes = try input.bytes(at: place, field.memberSize)
        guard case .success = TapeMember.decode(bytes, field) else { return nil }
        let next = place + Int64(field.memberSize)
        if next == size { return field }
        let following = try input.bytes(at: next, TapeMemberField.headSize)
        guard case .field = TapeMemberField.read(following.span, at: 0) else { return nil }
        return field
    }
}
