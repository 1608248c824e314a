// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Commands to a running survey: by its control socket (state/control_socket.h), and by SIGHUP. A command is a line
 * of words. Its answer is a JSON object in one line, with the key "ok".
 *
 *   status              returns what progress and summary print, with the ledger
 *   pause, resume       senders send nothing, and do not catch up afterwards; replies are still received
 *   rate PPS            as --rate, without auto
 *   blocklist reload    reads --blocklist again (survey/blocklist_reload.h)
 *   stop                as SIGTERM
 *
 * Keys of the screen (survey/live_screen.h) give the same commands. Private to userspace/survey/.
 */
#pragma once

#include <stdint.h>

#include "base/stop_signal.h"
#include "survey/parts.h"

/* live_control_begin() decides what SIGHUP means, before stop_signals_open(). live_control_open() is a step of
 * the set-up. It returns an exit code, after one line on stderr where it is not EXIT_DONE. live_control_end()
 * removes the socket and may be called after any outcome. */
void live_control_begin(struct survey *survey);
int live_control_open(struct survey *survey);
void live_control_end(struct survey *survey);

/* live_control_wait() waits up to `timeout_ns` for a signal that ends the run, and meanwhile executes commands.
 * Returns the signal's number, or 0 where none came; SIGTERM for `stop`, SIGHUP for a terminal that hung up. */
int live_control_wait(struct survey *survey, const struct stop_signals *signals, uint64_t timeout_ns);

/* live_control_order() executes `line` as if it came from a client, and prints a refusal.
 * live_control_interrupt() ends the run as SIGINT does: live_control_wait() returns that signal. */
void live_control_order(struct survey *survey, const char *line);
void live_control_interrupt(struct survey *survey);

/* live_control_phase() stores what the survey is doing, for `status`. `phase` must be a constant text. */
void live_control_phase(struct survey *survey, const char *phase);
