/// The calls of the operating system that capture and recovery make, so that tests can fail each one of them.
///
/// Descriptors belong to the caller until ``close(_:)``. Every call blocks on the disk.
protocol FileSystem: Sendable {
    /// Creates a file for reading and writing; it must not exist.
    func create(_ path: String) throws(SystemFault) -> Int32
    /// Opens a file that exists, for reading and writing.
    func open(_ path: String) throws(SystemFault) -> Int32
    /// Takes the lock of an open file; false if another process or descriptor holds it.
    func lock(_ file: Int32) throws(SystemFault) -> Bool
    /// Writes bytes at a place with one call; fewer than given where the disk takes no more.
    func write(_ file: Int32, _ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemFault) -> Int
    /// Reads at a place; fewer than asked for only at the end.
    func read(_ file: Int32, at offset: Int64, _ count: Int) throws(SystemFault) -> [UInt8]
    /// Size of an open file, in bytes.
    func size(_ file: Int32) throws(SystemFault) -> Int64
    /// Cuts a file.
    func truncate(_ file: Int32, to size: Int64) throws(SystemFault)
    /// Returns when the file's bytes are on the disk.
    func sync(_ file: Int32) throws(SystemFault)
    /// Returns when the folder's names are on the disk.
    func syncFolder(_ path: String) throws(SystemFault)
    /// Closes a descriptor, and gives its lock back.
    func close(_ file: Int32)
    /// Gives a file another name; where `replaces` is false a file of that name is an `EEXIST`.
    func rename(_ path: String, to name: String, replaces: Bool) throws(SystemFault)
    /// Gives a file a second name, or, where the file system has no such thing, another name; never an existing one.
    func link(_ path: String, to name: String) throws(SystemFault)
    /// Removes a name.
    func remove(_ path: String) throws(SystemFault)
    /// Whether a file of that name exists.
    func exists(_ path: String) -> Bool
    /// Bytes that an ordinary user may still write in a folder.
    func freeBytes(in folder: String) throws(SystemFault) -> Int64
    /// The regular files of a folder, by name in byte order.
    func entries(of folder: String) throws(SystemFault) -> [FolderEntry]
}

/// A file in a folder.
struct FolderEntry: Sendable, Equatable {
    var name: String
    var size: Int64
    /// Time of the last change, ns since the epoch.
    var modified: Int64
}

/// A call of the operating system that failed.
struct SystemFault: Error, Sendable, Equatable {
    var call: String
    var number: Int32

    /// The error that callers of the module see.
    func error(_ path: String) -> TapeError { TapeError(.system(call: call, number: number), path: path) }
}

extension FileSystem {
    /// Writes all bytes, or none that count: on a fault the caller cuts the file.
    func writeAll(_ file: Int32, _ bytes: ArraySlice<UInt8>, at offset: Int64) throws(SystemFault) {
        var rest = bytes
        var place = offset
        while !rest.isEmpty {
            let count = try write(file, rest, at: place)
            rest = rest.dropFirst(count)
            place += Int64(count)
        }
    }
}

/// The folder of a path, `.` where it names none.
func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
