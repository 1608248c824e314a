// SPDX-License-Identifier: GPL-2.0-or-later
/* The version of hopwire. */
#pragma once

/* hopwire_version() returns the release, or, for a build between releases, also the commit: "0.1.0-g0123abc". */
const char *hopwire_version(void);
