#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE 1

#include "shim.h"

#include <curses.h>
#include <term.h>

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// Key codes of our own, beyond those of curses.
enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END = KEY_MAX + 2 };

static SCREEN *screen;
static FILE *input;
static FILE *output;
// Keys are read from a pad: reading from a window would refresh it.
static WINDOW *keys;
static int terminal = -1;
static int mouse_wanted;
static int cursor_shown;

static void send(const char *bytes) {
    size_t left = strlen(bytes);
    while (left > 0) {
        ssize_t written = write(terminal, bytes, left);
        if (written <= 0) return;
        bytes += written;
        left -= (size_t)written;
    }
}

int cn_find_terminal(void) {
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (!isatty(STDOUT_FILENO)) return -1;
    return open("/dev/tty", O_RDWR | O_CLOEXEC);
}

int cn_adopt_locale(int wanted) {
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    return wanted && setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

static FILE *stream(int fd, const char *mode) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? NULL : fdopen(copy, mode);
}

// Terminfo's padding marks are for tputs; a signal handler writes bytes.
static void append(char *reset, size_t size, const char *capability) {
    const char *string = tigetstr((char *)capability);
    if (string == NULL || string == (char *)-1) return;
    size_t length = strlen(reset);
    while (*string != 0 && length + 1 < size) {
        if (string[0] == '$' && string[1] == '<') {
            const char *end = strchr(string, '>');
            if (end != NULL) {
                string = end + 1;
                continue;
            }
        }
        reset[length++] = *string++;
    }
    reset[length] = 0;
}

// Curses itself would switch the keypad only when it first reads, after which the first key has already come.
static char keypad_on[64];
static char keypad_off[64];

static void start_modes(void) {
    send(keypad_on);
    send("\033[?2004h");
}

static void end_modes(void) {
    send("\033[?2026l\033[?2004l");
    send(keypad_off);
}

// Both forms of the cursor keys: what terminfo names is right only while the keypad is switched.
static void define_cursor_keys(void) {
    static const struct { char letter; int key; } keypad_keys[] = {
        {'A', KEY_UP}, {'B', KEY_DOWN}, {'C', KEY_RIGHT}, {'D', KEY_LEFT}, {'H', KEY_HOME}, {'F', KEY_END},
    };
    for (size_t i = 0; i < sizeof keypad_keys / sizeof *keypad_keys; i++) {
        char sequence[] = {'\033', '[', keypad_keys[i].letter, 0};
        if (key_defined(sequence) == 0) define_key(sequence, keypad_keys[i].key);
        sequence[1] = 'O';
        if (key_defined(sequence) == 0) define_key(sequence, keypad_keys[i].key);
    }
}

int cn_open(int fd, int mouse) {
    if (fd < 0 || !isatty(fd)) return CN_NOT_A_TERMINAL;
    int error = 0;
    if (setupterm(NULL, fd, &error) != OK) return CN_UNKNOWN_TERMINAL;
    char *addressing = tigetstr("cup");
    int able = addressing != NULL && addressing != (char *)-1 && !tigetflag("hc");
    char reset[512] = "\033[?2026l\033[?2004l\033[?1006l\033[?1002l\033[?1000l\033[0m";
    keypad_on[0] = keypad_off[0] = 0;
    append(keypad_on, sizeof keypad_on, "smkx");
    append(keypad_off, sizeof keypad_off, "rmkx");
    append(reset, sizeof reset, "rmkx");
    append(reset, sizeof reset, "rmcup");
    append(reset, sizeof reset, "cnorm");
    strncat(reset, "\033[?25h", sizeof reset - strlen(reset) - 1);
    del_curterm(cur_term);
    if (!able) return CN_NO_CURSOR_ADDRESSING;

    terminal = fd;
    // Before curses, which would otherwise put handlers of its own on INT, TERM, TSTP and WINCH.
    if (cn_guard_begin(fd, reset, strlen(reset)) < 0) return CN_FAILED;
    input = stream(fd, "r");
    output = stream(fd, "w");
    screen = input != NULL && output != NULL ? newterm(NULL, output, input) : NULL;
    if (screen == NULL) {
        cn_guard_end();
        return CN_FAILED;
    }
    set_term(screen);
    set_escdelay(25);
    // Without signals from keys, so that ^C and ^Z are keys.
    raw();
    noecho();
    nonl();
    start_color();
    use_default_colors();
    keys = newpad(1, 1);
    keypad(keys, TRUE);
    nodelay(keys, TRUE);
    meta(keys, TRUE);
    define_key("\033[200~", KEY_PASTE_BEGIN);
    define_key("\033[201~", KEY_PASTE_END);
    define_cursor_keys();
    leaveok(stdscr, TRUE);
    curs_set(0);
    cursor_shown = 0;
    mouse_wanted = mouse;
    if (mouse) {
        mouseinterval(0);
        mousemask(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED | BUTTON5_PRESSED | REPORT_MOUSE_POSITION, NULL);
    }
    // These are the modes to come back to; at a later time they might be somebody else's.
    def_prog_mode();
    start_modes();
    return CN_OK;
}

void cn_close(void) {
    if (screen == NULL) return;
    // Whoever had the screen has ended, or is not asked.
    cn_guard_away(0);
    end_modes();
    curs_set(1);
    endwin();
    delwin(keys);
    delscreen(screen);
    screen = NULL;
    fclose(input);
    fclose(output);
    cn_guard_end();
    terminal = -1;
}

int cn_colors(void) { return COLORS; }

int cn_has_direct_color(void) { return tigetflag("RGB") > 0; }

int cn_pairs(void) { return COLOR_PAIRS; }

int cn_define_pair(int pair, int foreground, int background) {
    return init_extended_pair(pair, foreground, background) == OK;
}

void cn_put(int row, int column, const uint32_t *scalars, int count, int attributes, int pair) {
    wchar_t text[CCHARW_MAX + 1] = {0};
    for (int i = 0; i < count && i < CCHARW_MAX; i++) text[i] = (wchar_t)scalars[i];
    attr_t attrs = A_NORMAL;
    if (attributes & CN_BOLD) attrs |= A_BOLD;
    if (attributes & CN_DIM) attrs |= A_DIM;
    if (attributes & CN_UNDERLINE) attrs |= A_UNDERLINE;
    if (attributes & CN_REVERSE) attrs |= A_REVERSE;
    if (attributes & CN_ITALIC) attrs |= A_ITALIC;
    cchar_t cell;
    // The pair goes through opts, as a short ends at 32767.
    if (setcchar(&cell, text, attrs, (short)(pair & 0x7fff), &pair) == ERR) return;
    mvadd_wch(row, column, &cell);
}

void cn_cursor(int row, int column) {
    int shown = column >= 0;
    leaveok(stdscr, !shown);
    if (shown) move(row, column);
    if (shown != cursor_shown) curs_set(shown);
    cursor_shown = shown;
}

void cn_update(void) {
    wnoutrefresh(stdscr);
    // A frame leaves as many writes; the terminal shall show it as one.
    send("\033[?2026h");
    doupdate();
    send("\033[?2026l");
}

void cn_repaint(void) { clearok(curscr, TRUE); }

static cn_input mouse_input(void) {
    cn_input result = {CN_NOTHING, 0, 0, 0};
    MEVENT event;
    if (getmouse(&event) != OK) return result;
    result.kind = CN_MOUSE;
    result.column = event.x;
    result.row = event.y;
    if (event.bstate & BUTTON4_PRESSED) result.value = CN_SCROLL_UP;
    else if (event.bstate & BUTTON5_PRESSED) result.value = CN_SCROLL_DOWN;
    else if (event.bstate & BUTTON1_PRESSED) result.value = CN_PRESS;
    else if (event.bstate & BUTTON1_RELEASED) result.value = CN_RELEASE;
    else result.value = CN_DRAG;
    return result;
}

cn_input cn_read(void) {
    cn_input result = {CN_NOTHING, 0, 0, 0};
    wint_t value = 0;
    int kind = wget_wch(keys, &value);
    if (kind == ERR) return result;
    result.kind = kind == KEY_CODE_YES ? CN_KEY : CN_CHARACTER;
    result.value = (uint32_t)value;
    if (kind != KEY_CODE_YES) return result;
    if (value == KEY_PASTE_BEGIN) result.kind = CN_PASTE_BEGIN;
    if (value == KEY_PASTE_END) result.kind = CN_PASTE_END;
    // An unreadable mouse report is a key nobody knows.
    if (value == KEY_MOUSE) {
        cn_input report = mouse_input();
        if (report.kind == CN_MOUSE) return report;
    }
    return result;
}

const char *cn_key_name(int code) { return keyname(code); }

void cn_window_size(int *height, int *width) {
    struct winsize window = {0};
    *height = *width = 0;
    if (ioctl(terminal, TIOCGWINSZ, &window) != 0) return;
    *height = window.ws_row;
    *width = window.ws_col;
}

void cn_resize(int height, int width) { resizeterm(height, width); }

void cn_leave(void) {
    end_modes();
    curs_set(1);
    endwin();
    cn_release_stderr();
    cn_guard_away(1);
}

static void take_back(void) {
    cn_guard_away(0);
    cn_capture_stderr();
    reset_prog_mode();
    // Whoever had the screen may have died without undoing what it asked of the terminal.
    send("\033[?1006l\033[?1004l\033[?1003l\033[?1002l\033[?1000l\033[0m");
    start_modes();
    clearok(curscr, TRUE);
    // The first update after endwin sends the sequences that start the screen.
    wnoutrefresh(stdscr);
    doupdate();
    curs_set(cursor_shown);
}

void cn_return(void) { take_back(); }

void cn_recover(void) {
    // Whoever had the screen may have left it: leave it too, so that curses enters it again.
    endwin();
    take_back();
}

int cn_output_pending(void) {
    int pending = 0;
    return terminal >= 0 && ioctl(terminal, TIOCOUTQ, &pending) == 0 && pending > 0;
}

int cn_hung_up(void) {
    struct pollfd poller = {.fd = terminal, .events = POLLIN};
    return poll(&poller, 1, 0) > 0 && (poller.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}
