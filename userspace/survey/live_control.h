// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be asked of a survey while it runs: by its control socket (state/control_socket.h), and by SIGHUP.
 * A command is a line of words, an answer a JSON object in a line, with "ok".
 *
 *     status              what progress and summary print, with the ledger
 *     pause, resume       senders send nothing, and do not catch up afterwards; replies are taken all the while
 *     rate PPS            as --rate has it, without auto
 *     blocklist reload    reads --blocklist again (survey/blocklist_reload.h)
 *     stop                as SIGTERM
 *
 * Keys of the screen (survey/live_screen.h) ask by the same commands. Private to userspace/survey/.
 */
#pragma once

#include <stdint.h>

#include "base/stop_signal.h"
#include "survey/parts.h"

/* live_control_begin() decides what SIGHUP means, before stop_signals_open(). live_control_open() is a step of
 * the set-up, and returns an exit code after one line on stderr where it is not EXIT_DONE. live_control_end()
 * takes the socket away and is right after every outcome. */
void live_control_begin(struct survey *survey);
int live_control_open(struct survey *survey);
void live_control_end(struct survey *survey);

/* live_control_wait() waits for a signal that ends the run, until `timeout_ns` have passed, and does meanwhile
 * what it is asked for. The signal's number, 0 where none came; for `stop` SIGTERM, for a terminal that hung up
 * SIGHUP. */
int live_control_wait(struct survey *survey, const struct stop_signals *signals, uint64_t timeout_ns);

/* live_control_order() does what a client would ask for by that line; what is refused is told. live_control_interrupt() ends the
 * run as SIGINT does: live_control_wait() returns it. */
void live_control_order(struct survey *survey, const char *line);
void live_control_interrupt(struct survey *survey);

/* live_control_phase() says what the survey is doing, for `status`: a constant text. */
void live_control_phase(struct survey *survey, const char *phase);
