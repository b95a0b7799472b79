import FoundationEssentials

/// The processes of the session `leader` that run: those that are dead and only not reaped do not.
func running(inSession leader: Int32) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { process in
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return false }
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 3 && fields[3] == "\(leader)" && fields[0] != "Z"
    }
}
