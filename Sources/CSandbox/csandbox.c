#define _GNU_SOURCE
#include "csandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Only async-signal-safe calls: other threads may hold locks. */
static _Noreturn void become(const char *path, char *const argv[], char *const envp[], const int streams[3],
                             int report, pid_t parent) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 32; number++) sigaction(number, &action, NULL);
    setpgid(0, 0);
    int failure = 0;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) failure = errno;
    /* The parent may have died before the request: then no signal will come. */
    if (getppid() != parent) _exit(127);
    for (int stream = 0; stream < 3 && !failure; stream++)
        if (dup2(streams[stream], stream) < 0) failure = errno;
    /* Whatever else the parent has open (sockets, tapes) is not the child's. */
    if (!failure) syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
    if (!failure) {
        execve(path, argv, envp);
        failure = errno;
    }
    ssize_t written = write(report, &failure, sizeof failure);
    (void)written;
    _exit(127);
}

static int open_for_output(const char *path) { return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600); }

pid_t csandbox_spawn(const char *path, char *const argv[], char *const envp[], const char *output_path,
                     const char *log_path) {
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int output = null < 0 ? -1 : open_for_output(output_path);
    int log = output < 0 ? -1 : open_for_output(log_path);
    int report[2] = {-1, -1};
    int failure = 0;
    pid_t pid = -1;
    if (log < 0 || pipe2(report, O_CLOEXEC) != 0) {
        failure = errno;
    } else {
        const int streams[3] = {null, output, log};
        pid_t parent = getpid();
        pid = fork();
        if (pid == 0) become(path, argv, envp, streams, report[1], parent);
        if (pid < 0) failure = errno;
        close(report[1]);
        /* End of file means that exec succeeded; otherwise the child's errno comes. */
        if (pid > 0) {
            ssize_t got;
            int reason = 0;
            do got = read(report[0], &reason, sizeof reason);
            while (got < 0 && errno == EINTR);
            if (got == (ssize_t)sizeof reason) {
                failure = reason;
                while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
            }
        }
        close(report[0]);
    }
    if (log >= 0) close(log);
    if (output >= 0) close(output);
    if (null >= 0) close(null);
    return failure ? -failure : pid;
}

int csandbox_wait(pid_t pid, int timeout_ms, int *status) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR)) {
            int failure = errno;
            if (descriptor >= 0) close(descriptor);
            return ended == pid ? 1 : -failure;
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long spent = (now.tv_sec - start.tv_sec) * 1000LL + (now.tv_nsec - start.tv_nsec) / 1000000;
        long long left = timeout_ms < 0 ? 1000 : timeout_ms - spent;
        if (left <= 0) {
            if (descriptor >= 0) close(descriptor);
            return 0;
        }
        if (left > 1000) left = 1000;
        struct pollfd end = {.fd = descriptor, .events = POLLIN};
        /* Kernels without pidfd_open: look again every 5 ms. */
        poll(&end, descriptor >= 0 ? 1 : 0, descriptor >= 0 ? (int)left : 5);
    }
}
