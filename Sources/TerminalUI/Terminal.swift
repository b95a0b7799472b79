/// A screen with a keyboard; ncurses in the program, a recording in tests.
///
/// Input comes by a callback rather than a stream: a key is handled and its frame painted within one turn of the main
/// actor.
@MainActor
package protocol Terminal: AnyObject {
    /// The screen's present size.
    var size: Size { get }

    /// What it can show; frames are reduced to this when presented.
    var capabilities: TerminalCapabilities { get }

    /// Called for each input event, in order.
    var onInput: (@MainActor (InputEvent) -> Void)? { get set }

    /// Whether output is still waiting to be taken; callers then put off all frames but those that answer a key.
    var isBusy: Bool { get }

    /// Shows a frame by writing what differs from the last one, and nothing at all if nothing does.
    ///
    /// A frame of another size than the screen is clipped to it.
    func present(_ frame: Frame)

    /// Paints the last frame anew, whatever the screen shows now.
    func redraw()

    /// Gives the screen back, stops the process as `^Z` does elsewhere, and returns after it was continued.
    func suspend()

    /// Gives the screen and the keys to another program (a pager, an editor), which is to read and write them alone.
    ///
    /// Until `comeBack` nothing is shown and no input comes; keys that were not read yet are the other program's.
    func leave()

    /// Takes the screen again as it was, whatever the other program left on it.
    func comeBack()

    /// Gives the screen back for good; further calls do nothing.
    func close()
}
