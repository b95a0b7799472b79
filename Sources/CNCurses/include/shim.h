#pragma once

#include <stddef.h>
#include <stdint.h>

// ncursesw behind plain ints and structs; only shim.c sees <curses.h>. One screen per process; the functions above
// the line "any thread" belong to the thread that opened it.

// Reasons why there is no screen.
enum {
    CN_OK = 0,
    CN_NOT_A_TERMINAL = 1,
    CN_UNKNOWN_TERMINAL = 2,
    CN_NO_CURSOR_ADDRESSING = 3,
    CN_FAILED = 4,
};

// Attributes of a cell, to be combined.
enum { CN_BOLD = 1, CN_DIM = 2, CN_UNDERLINE = 4, CN_REVERSE = 8, CN_ITALIC = 16 };

// What cn_read returned.
enum { CN_NOTHING = 0, CN_CHARACTER = 1, CN_KEY = 2, CN_PASTE_BEGIN = 3, CN_PASTE_END = 4, CN_MOUSE = 5 };

// Kinds of mouse events.
enum { CN_PRESS = 0, CN_RELEASE = 1, CN_DRAG = 2, CN_SCROLL_UP = 3, CN_SCROLL_DOWN = 4 };

typedef struct {
    int kind;
    // A scalar for CN_CHARACTER, a curses code for CN_KEY, a kind of mouse event for CN_MOUSE.
    uint32_t value;
    int column;
    int row;
} cn_input;

// The file descriptor of the terminal: standard input if it is one, else /dev/tty; -1 if there is none.
int cn_find_terminal(void);

// Whether the locale's characters are UTF-8, after adopting the environment's, or C.UTF-8 if `wanted` and it is not.
int cn_adopt_locale(int wanted);

// Starts curses on the terminal; returns CN_OK or a reason. The descriptor stays the caller's.
int cn_open(int fd, int mouse);

// Ends curses and gives the screen back.
void cn_close(void);

// The terminal's colour count, and whether its colours are RGB values.
int cn_colors(void);
int cn_has_direct_color(void);
int cn_pairs(void);

// Defines a colour pair; -1 is the default colour.
int cn_define_pair(int pair, int foreground, int background);

// Puts a scalar and its marks at a place of the virtual screen.
void cn_put(int row, int column, const uint32_t *scalars, int count, int attributes, int pair);

// Moves the cursor, or hides it for a negative column.
void cn_cursor(int row, int column);

// Sends what changed, as one synchronized update. cn_repaint makes the next update send everything.
void cn_update(void);
void cn_repaint(void);

// Reads one piece of input without waiting (but for the rest of an escape sequence).
cn_input cn_read(void);

// The name curses gives to a key code; NULL for an unknown one.
const char *cn_key_name(int code);

// The terminal's size as the kernel has it, and telling curses of it. Zero if unknown.
void cn_window_size(int *height, int *width);
void cn_resize(int height, int width);

// Gives the screen to somebody else and takes it back.
void cn_leave(void);
void cn_return(void);

// Takes the screen back after a stop that we did not arrange.
void cn_recover(void);

// Whether the terminal has not yet taken all output, and whether it has hung up.
int cn_output_pending(void);
int cn_hung_up(void);

// ---- restore.c: any thread ----

// Remembers how the terminal is now and what sets it right, installs handlers for every deadly signal, and starts the
// guard. `reset` are the bytes to write. Returns a descriptor on which the numbers of WINCH, TSTP, CONT, TERM, HUP and
// INT arrive, a byte each; -1 if none could be had.
int cn_guard_begin(int fd, const char *reset, size_t length);

// The descriptor that cn_guard_begin returned.
int cn_guard_reports(void);

// Whether TERM, HUP and INT are reported on that descriptor once, instead of killing at once.
void cn_guard_report_deadly(int report);

// Sets the terminal right, gives back standard error and what was written to it, and ends the guard. Idempotent.
void cn_guard_end(void);

// Tells that somebody else has the screen (1) or that we have it again (0).
void cn_guard_away(int away);

// Keeps standard error off the screen, if it goes there; copies it back when away or at the end.
void cn_capture_stderr(void);
void cn_release_stderr(void);

// Stops the process as SIGSTOP does and returns after it was continued.
void cn_stop_process(void);

// Sets the terminal right and dies by the signal.
_Noreturn void cn_die_by_signal(int number);
