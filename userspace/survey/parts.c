// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/parts.h"

#include <sys/resource.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/stop_signal.h"
#include "host/privilege.h"
#include "survey/auto_tx.h"
#include "survey/capture_file.h"
#include "survey/crew.h"
#include "survey/home.h"
#include "survey/knowledge.h"
#include "survey/live_control.h"
#include "survey/reports.h"
#include "survey/results_file.h"
#include "survey/resume.h"
#include "survey/way_in.h"
#include "survey/way_out.h"

static int check_privileges(const struct tx_ops *tx)
{
    unsigned missing =
        privilege_missing(PRIVILEGE_NET_RAW | PRIVILEGE_NET_ADMIN | PRIVILEGE_BPF | tx->privileges);

    if (!missing)
        return EXIT_DONE;
    log_error("survey: %s is missing: run as root, or grant it with setcap (--dry-run needs none)",
              privilege_name((enum privilege)(missing & -missing)));
    return EXIT_UNUSABLE;
}

/* UMEM pages are pinned, and kernels before 5.11 also count BPF maps as locked memory. */
static void raise_memlock(void)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};

    setrlimit(RLIMIT_MEMLOCK, &unlimited);
}

static int hold_choice(struct survey *survey)
{
    return auto_tx_falls_short(survey) ? home_place(survey) : EXIT_DONE;
}

int survey_parts_open(struct survey *survey)
{
    /* The port for metrics is opened first: it belongs to the host, and the simulator then moves this thread
     * to a network of its own. Senders come before receivers, because receivers use the CPUs that senders
     * leave. */
    static int (*const steps[])(struct survey *) = {
        reports_open,
        home_place,
        way_out_open,
        auto_tx_choose,
        home_settle,
        way_out_check_queues,
        way_in_open,
        hold_choice,
        knowledge_open,
        crew_allocate,
        crew_prepare_senders,
        live_control_open,
        results_file_open,
        checkpoint_open,
        resume_take_up,
        capture_file_open,
        crew_prepare_receivers,
    };

    survey->capture.fd = -1;
    survey->reports.status_file.fd = survey->reports.metrics.fd = -1;
    survey->stack = (struct stack_counter_files)STACK_COUNTER_FILES_NONE;
    survey->home.node = -1;
    survey->sender_count = survey->config->threads;
    auto_tx_begin(survey);
    int result = check_privileges(survey->tx);
    raise_memlock();
    for (size_t i = 0; result == EXIT_DONE && i < sizeof(steps) / sizeof(steps[0]); i++)
        result = stop_signal_pending() ? EXIT_FAILED : steps[i](survey);
    return result;
}

void survey_parts_close(struct survey *survey)
{
    checkpoint_close(survey);
    crew_close(survey);
    blocklist_reload_free(survey);
    reports_close(survey);
    history_free(&survey->history);
    capture_file_close(survey);
    record_file_close(&survey->results);
    way_in_close(survey);
    knowledge_close(survey);
    way_out_close(survey);
    home_leave(survey);
    netlink_keep_no_more(survey->inquiries);
    stack_counters_close(&survey->stack);
}
