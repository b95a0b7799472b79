import Glibc
import SwitchyardCore
import SystemPackage

/// What the operating system refused.
struct SystemError: Error, Hashable {
    var code: Int32

    /// The last failed call's.
    static var current: SystemError { SystemError(code: errno) }

    /// `code` as the system says it: `No space left on device`.
    static func text(_ code: Int32) -> String {
        Errno(rawValue: code).description
    }

    /// The failure of a step that wanted to `verb` the file `path`.
    func failure(_ verb: String, _ path: String) -> StepFailure {
        let kind: FailureClass =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM, EROFS, ELOOP: .permission
            case EISDIR, ENAMETOOLONG, EEXIST, EINVAL: .invalidInput
            default: .io
            }
        let reason =
            switch code {
            case ENOENT: "it does not exist"
            case EEXIST: "it exists already"
            case EISDIR: "it is a folder"
            case ENOTDIR: "a part of its path is not a folder"
            default: Self.text(code)
            }
        return StepFailure(kind, "cannot \(verb) \(path): \(reason)", details: ["path": .string(path)])
    }
}
