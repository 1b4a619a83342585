#pragma once
#include <sys/types.h>

/// Starts a program that dies with us. Written in C because Swift cannot run code between fork and exec, where the
/// death signal must be asked for. The child gets its own process group (a terminal's Ctrl-C reaches only us, who end
/// it in order), /dev/null as input, and files that its output and its log are appended to; they may be the same.
///
/// The death signal comes when the calling THREAD ends: call from one that lives as long as the process.
///
/// Returns the process id, or -errno.
pid_t csandbox_spawn(const char *path, char *const argv[], char *const envp[], const char *output_path,
                     const char *log_path);

/// Waits until a child has ended and reaps it. Blocks for at most timeout_ms (negative: without limit).
///
/// Returns 1 and fills status (as waitpid), 0 at the time limit, or -errno.
int csandbox_wait(pid_t pid, int timeout_ms, int *status);
