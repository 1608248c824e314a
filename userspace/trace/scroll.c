// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/scroll.h"

#include <limits.h>
#include <stdio.h>

void scroll_fit(struct scroll *scroll, unsigned lines, unsigned rows)
{
    if (lines <= rows) {
        *scroll = (struct scroll){.shown = lines};
        return;
    }
    scroll->shown = rows ? rows - 1 : 0;
    if (scroll->first > lines - scroll->shown)
        scroll->first = lines - scroll->shown;
    scroll->below = lines - scroll->first - scroll->shown;
}

static void move_up(struct scroll *scroll, unsigned lines)
{
    scroll->first -= lines < scroll->first ? lines : scroll->first;
}

static void move_down(struct scroll *scroll, unsigned lines)
{
    scroll->first += lines < scroll->below ? lines : scroll->below;
}

void scroll_move(struct scroll *scroll, enum screen_key key)
{
    unsigned page = scroll->shown ? scroll->shown : 1;

    switch (key) {
    case SCREEN_UP:
    case SCREEN_MINUS:
        move_up(scroll, 1);
        break;
    case SCREEN_DOWN:
    case SCREEN_PLUS:
        move_down(scroll, 1);
        break;
    case SCREEN_PAGE_UP:
        move_up(scroll, page);
        break;
    case SCREEN_PAGE_DOWN:
        move_down(scroll, page);
        break;
    case SCREEN_TOP:
        move_up(scroll, UINT_MAX);
        break;
    case SCREEN_BOTTOM:
        move_down(scroll, UINT_MAX);
        break;
    default:
        break;
    }
}

const char *scroll_text(const struct scroll *scroll, char text[SCROLL_TEXT_SIZE])
{
    text[0] = '\0';
    if (scroll->first && scroll->below)
        snprintf(text, SCROLL_TEXT_SIZE, "... %u more above, %u more below", scroll->first, scroll->below);
    else if (scroll->first || scroll->below)
        snprintf(text, SCROLL_TEXT_SIZE, "... %u more %s", scroll->first ? scroll->first : scroll->below,
                 scroll->first ? "above" : "below");
    return text;
}
