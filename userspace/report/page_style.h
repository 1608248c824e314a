// SPDX-License-Identifier: GPL-2.0-or-later
/* The style sheet of a report's page; that of its plots is in plot_svg.h. */
#pragma once

#include <stdio.h>

/* page_style() writes the rules, without <style> around them. */
void page_style(FILE *out);
