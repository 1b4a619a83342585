import Foundation

/// A result in a file: all of it or nothing, over an earlier one of that name.
enum ResultFile {
    /// Refuses a place that cannot be written, before the work that the result would be of.
    static func check(_ path: String) throws(CommandFailure) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw CommandFailure("\(path): is a folder: name a file")
        }
        let folder = Self.folder(of: path)
        guard access(folder, F_OK) == 0 else { throw CommandFailure("\(path): there is no folder \(folder): make it") }
        guard access(folder, W_OK) == 0 else {
            throw CommandFailure("\(path): the folder \(folder) cannot be written: check its permissions")
        }
    }

    /// Writes a text aside and renames it.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        let aside = path + ".partial"
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do {
            let output = StandardOutput(descriptor: descriptor)
            try output.text(text)
            try output.flush()
        } catch {
            let number = errno
            close(descriptor)
            unlink(aside)
            throw failure(path, number)
        }
        guard close(descriptor) == 0, rename(aside, path) == 0 else {
            let number = errno
            unlink(aside)
            throw failure(path, number)
        }
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func failure(_ path: String, _ number: Int32) -> CommandFailure {
        let remedy = number == ENOSPC || number == EDQUOT ? "free some space or choose another disk" : "check the path"
        return CommandFailure("\(path): \(String(cString: strerror(number))): \(remedy)")
    }
}
