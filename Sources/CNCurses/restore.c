#define _GNU_SOURCE 1

#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

// Setting the terminal right on every way out. What a handler may need is prepared beforehand in plain memory, and
// handlers use async-signal-safe calls only.

static atomic_int active;
static atomic_int away;
static atomic_int report_deadly;
static atomic_int deadly_seen;
static atomic_int stopping;

static int terminal = -1;
static struct termios original;
static char reset_bytes[512];
static size_t reset_length;
static int report_pipe[2] = {-1, -1};

static int real_stderr = -1;
static int captured_stderr = -1;
static off_t copied;

static pid_t guard = -1;
static int guard_socket = -1;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT, SIGSYS};
static const int reported_signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};
static struct sigaction old_actions[NSIG];
static struct sigaction report;

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void tell_guard(const char *line) {
    if (guard_socket >= 0) send(guard_socket, line, strlen(line), MSG_NOSIGNAL);
}

static void write_all(int fd, const char *bytes, size_t left) {
    while (left > 0) {
        ssize_t written = write(fd, bytes, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        left -= (size_t)written;
    }
}

// ---- standard error ----

void cn_capture_stderr(void) {
    if (real_stderr >= 0 || !isatty(STDERR_FILENO)) return;
    if (captured_stderr < 0) captured_stderr = memfd_create("stderr", MFD_CLOEXEC);
    if (captured_stderr < 0) return;
    fcntl(captured_stderr, F_SETFL, O_APPEND);
    real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (real_stderr >= 0) dup2(captured_stderr, STDERR_FILENO);
}

void cn_release_stderr(void) {
    int real = real_stderr;
    if (real < 0) return;
    real_stderr = -1;
    dup2(real, STDERR_FILENO);
    close(real);
    // Somebody may have written without end; the last lines tell why.
    off_t end = lseek(captured_stderr, 0, SEEK_END);
    if (end - copied > 65536) copied = end - 65536;
    char buffer[4096];
    ssize_t count;
    while ((count = pread(captured_stderr, buffer, sizeof buffer, copied)) > 0) {
        write_all(STDERR_FILENO, buffer, (size_t)count);
        copied += count;
    }
}

// ---- the terminal ----

static void restore(void) {
    if (!atomic_exchange(&active, 0)) return;
    if (!atomic_load(&away)) {
        write_all(terminal, reset_bytes, reset_length);
        // From the background this would stop us on the way out.
        struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
        sigaction(SIGTTOU, &ignore, &old);
        tcsetattr(terminal, TCSADRAIN, &original);
        sigaction(SIGTTOU, &old, NULL);
    }
    cn_release_stderr();
    if (guard_socket >= 0) {
        tell_guard("ok\n");
        close(guard_socket);
        guard_socket = -1;
    }
}

static void die(int number) {
    restore();
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(number, &plain, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    raise(number);
}

void cn_die_by_signal(int number) {
    cn_guard_end();
    die(number);
    _exit(128 + number);
}

static void on_crash(int number, siginfo_t *info, void *context) {
    restore();
    struct sigaction old = old_actions[number];
    if (old.sa_flags & SA_SIGINFO) {
        old.sa_sigaction(number, info, context);
    } else if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) {
        old.sa_handler(number);
    } else {
        die(number);
    }
    // A fault happens again on return and then kills; a signal that somebody sent does not.
    if (info->si_code <= 0) die(number);
}

static void on_report(int number) {
    int saved = errno;
    int deadly = number == SIGTERM || number == SIGHUP || number == SIGINT;
    int is_away = atomic_load(&away);
    int ignored = (number == SIGCONT && (is_away || atomic_load(&stopping))) || (number == SIGINT && is_away);
    if (deadly && !ignored) {
        int first = !atomic_exchange(&deadly_seen, 1);
        if (!first || !atomic_load(&report_deadly)) die(number);
    }
    if (!ignored) {
        char byte = (char)number;
        ssize_t written = write(report_pipe[1], &byte, 1);
        (void)written;
    }
    errno = saved;
}

// ---- the guard ----

// A shell that waits for our end and sets the terminal right if we could not: after SIGKILL, or a stack overflow on a
// thread without a signal stack. It says nothing when told "ok", and does nothing while somebody else has the screen.
static const char guard_script[] =
    // The terminal needs a number of its own: inside $(…) output is a pipe.
    "exec 3<&1\n"
    "armed=1\n"
    "while read -r word; do\n"
    "  case $word in ok) exit 0 ;; off) armed= ;; on) armed=1 ;; esac\n"
    "done\n"
    "[ \"$armed\" ] || exit 0\n"
    "printf %s \"$2\"\n"
    // A shell that is already editing its next line has modes of its own.
    "case $(stty -a <&3) in *-isig*) stty \"$1\" <&3 ;; esac\n";

static void start_guard(void) {
    int ends[2];
    // A socket, as writing to a pipe whose reader is gone would be a signal.
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
    // The form that `stty -g` prints and stty takes.
    char modes[40 + 3 * NCCS];
    size_t used = (size_t)snprintf(
        modes, sizeof modes, "%x:%x:%x:%x", original.c_iflag, original.c_oflag, original.c_cflag, original.c_lflag);
    for (int i = 0; i < NCCS; i++) used += (size_t)snprintf(modes + used, sizeof modes - used, ":%x", original.c_cc[i]);
    char *const arguments[] = {"sh", "-c", (char *)guard_script, "switchyard-guard", modes, reset_bytes, NULL};
    char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", NULL};
    // Nothing may be interrupted between fork and exec: the handlers write to pipes that are the parent's.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        struct sigaction ignore = {.sa_handler = SIG_IGN}, plain = {.sa_handler = SIG_DFL};
        for (size_t i = 0; i < COUNT(crash_signals); i++) sigaction(crash_signals[i], &plain, NULL);
        int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGTTOU, SIGTTIN, SIGPIPE};
        for (size_t i = 0; i < COUNT(ignored); i++) sigaction(ignored[i], &ignore, NULL);
        dup2(ends[0], 0);
        dup2(terminal, 1);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        close_range(3, ~0U, 0);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve("/bin/sh", arguments, environment);
        _exit(127);
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return;
    }
    guard = child;
    guard_socket = ends[1];
}

void cn_guard_away(int now_away) {
    atomic_store(&away, now_away);
    // What has the screen then is stopped together with us, and only by the kernel, which knows when nobody would be
    // there to let us go on.
    if (atomic_load(&active)) sigaction(SIGTSTP, now_away ? &old_actions[SIGTSTP] : &report, NULL);
    tell_guard(now_away ? "off\n" : "on\n");
}

// ---- beginning and end ----

int cn_guard_begin(int fd, const char *reset, size_t length) {
    static int registered;
    if (report_pipe[0] < 0 && pipe2(report_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    if (atomic_load(&active)) return report_pipe[0];
    if (tcgetattr(fd, &original) != 0 || length >= sizeof reset_bytes) return -1;
    terminal = fd;
    memcpy(reset_bytes, reset, length);
    reset_bytes[length] = 0;
    reset_length = length;
    atomic_store(&away, 0);
    atomic_store(&deadly_seen, 0);
    atomic_store(&stopping, 0);
    start_guard();
    atomic_store(&active, 1);
    struct sigaction crash = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&crash.sa_mask);
    for (size_t i = 0; i < COUNT(crash_signals); i++)
        sigaction(crash_signals[i], &crash, &old_actions[crash_signals[i]]);
    report = (struct sigaction){.sa_handler = on_report, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigemptyset(&report.sa_mask);
    for (size_t i = 0; i < COUNT(reported_signals); i++)
        sigaction(reported_signals[i], &report, &old_actions[reported_signals[i]]);
    if (!registered) atexit(restore);
    registered = 1;
    cn_capture_stderr();
    return report_pipe[0];
}

int cn_guard_reports(void) { return report_pipe[0]; }

void cn_guard_report_deadly(int report) { atomic_store(&report_deadly, report); }

void cn_guard_end(void) {
    int was_active = atomic_load(&active);
    restore();
    if (guard > 0) waitpid(guard, NULL, 0);
    guard = -1;
    if (!was_active) return;
    for (size_t i = 0; i < COUNT(crash_signals); i++) sigaction(crash_signals[i], &old_actions[crash_signals[i]], NULL);
    for (size_t i = 0; i < COUNT(reported_signals); i++)
        sigaction(reported_signals[i], &old_actions[reported_signals[i]], NULL);
}

void cn_stop_process(void) {
    // kill(getpid(), SIGSTOP) returns before the stop, and what follows would run too early.
    atomic_store(&stopping, 1);
    raise(SIGSTOP);
    atomic_store(&stopping, 0);
}
