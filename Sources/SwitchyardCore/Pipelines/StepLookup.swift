extension Pipeline {
    /// How many steps the file has, those of groups included.
    package var stepCount: Int {
        var count = 0
        var lists = [steps, finally]
        while let list = lists.popLast() {
            count += list.count
            lists += list.compactMap(\.kind.body)
        }
        return count
    }

    /// The step of the file that stands at `path`, whatever repeats it; nil if there is none.
    package func step(at path: StepPath) -> Step? {
        let place = path.compensated.planned
        var list = place.isFinally ? finally : steps
        for group in place.groups {
            guard let body = list.first(where: { $0.id == group })?.kind.body else { return nil }
            list = body
        }
        let step = list.first { $0.id == place.id }
        return path.isCompensation ? step?.compensate.first : step
    }
}
