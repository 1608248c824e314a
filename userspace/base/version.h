// SPDX-License-Identifier: GPL-2.0-or-later
/* Which hopwire this is. */
#pragma once

/* hopwire_version() is the release, or the commit where this was built between releases: "0.1.0-g0123abc". */
const char *hopwire_version(void);
