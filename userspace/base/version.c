// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/version.h"

const char *hopwire_version(void)
{
    return HOPWIRE_VERSION; /* defined by the Makefile, for this file only */
}
