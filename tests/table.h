// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of cases. */
#pragma once

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
