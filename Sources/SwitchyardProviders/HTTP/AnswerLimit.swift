/// How long answers may be, in bytes: a picture or a long argument fits, a server gone wild does not fill the memory.
struct AnswerLimit: Sendable {
    var whole = 64 << 20
    /// Of one event of a stream.
    var event = 16 << 20
}
