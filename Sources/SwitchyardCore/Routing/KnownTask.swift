/// Something models are asked to do, with the tier it wants where nothing is said or learned.
package struct KnownTask: Hashable, Sendable {
    package var name: String
    package var tier: ModelTier
    /// What it is, in a few words.
    package var summary: String
    /// What the model must be able to do.
    package var needs: Set<ModelCapability>
    /// Words of `<AUTO>` that mean it, in lower case.
    package let words: [String]

    private init(
        _ name: String, _ tier: ModelTier, _ summary: String, needs: Set<ModelCapability> = [], words: [String]
    ) {
        self.name = name
        self.tier = tier
        self.summary = summary
        self.needs = needs
        self.words = words
    }

    package static func named(_ name: String) -> KnownTask? { all.first { $0.name == name } }

    package static let all: [KnownTask] = [
        KnownTask(
            "summarize", .cheap, "make a text shorter",
            words: ["summarize", "summarise", "summarizing", "summary", "summaries", "condense", "digest", "tldr"]),
        KnownTask(
            "classify", .cheap, "put something into one of several classes",
            words: ["classify", "classification", "classifying", "categorize", "categorise", "label", "tag", "triage"]),
        KnownTask(
            "extract", .cheap, "take facts out of a text",
            words: ["extract", "extraction", "extracting", "parse", "pull out", "entities"]),
        KnownTask(
            "translate", .cheap, "say a text in another language", words: ["translate", "translation", "translating"]),
        KnownTask(
            "rewrite", .cheap, "say a text in other words",
            words: ["rewrite", "rephrase", "paraphrase", "proofread", "polish", "grammar"]),
        KnownTask(
            "convert", .cheap, "bring something into another form", words: ["convert", "reformat", "normalize"]),
        KnownTask("title", .cheap, "name a text", words: ["title", "titles", "headline", "headlines"]),
        KnownTask(
            "answer", .capable, "answer a question", words: ["answer", "answers", "answering", "question", "questions"]),
        KnownTask(
            "write", .capable, "write a text",
            words: ["write", "writing", "draft", "compose", "email", "article", "essay", "documentation"]),
        KnownTask(
            "analyze", .capable, "find out what something means",
            words: ["analyze", "analyse", "analysis", "analyzing", "investigate", "compare", "interpret"]),
        KnownTask("decide", .capable, "choose among answers", words: ["decide", "decision", "decisions"]),
        KnownTask(
            "judge", .capable, "say how good something is", words: ["judge", "grade", "grading", "evaluate", "rate"]),
        KnownTask(
            "describe_image", .capable, "say what a picture shows", needs: [.vision],
            words: ["describe image", "describe images", "describe the image", "read the screenshot", "ocr", "caption"]),
        KnownTask(
            "generate_code", .capable, "write a program",
            words: ["code", "coding", "program", "script", "implement", "function that", "unit tests", "sql"]),
        KnownTask(
            "review_code", .premium, "find faults in a program",
            words: ["review code", "code review", "review the code", "review this code", "audit"]),
        KnownTask(
            "debug", .premium, "find why a program fails",
            words: ["debug", "debugging", "fix bug", "fix the bug", "fix bugs", "root cause"]),
        KnownTask(
            "plan", .premium, "say what to do in which order",
            words: ["plan", "planning", "architecture", "design", "strategy"]),
        KnownTask(
            "reason", .premium, "draw conclusions in several steps",
            words: ["reason about", "prove", "proof", "theorem", "math", "maths", "mathematics", "logic puzzle"]),
    ]
}
