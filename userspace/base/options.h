// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options declared once: one table parses, checks and prints --help.
 *
 *   struct my_options { double rate; bool quiet; };
 *   static const struct option_spec specs[] = {
 *       {"rate", 'r', "PPS", option_rate, offsetof(struct my_options, rate), .help = "probes per second"},
 *       {"quiet", 'q', NULL, option_flag, offsetof(struct my_options, quiet), .help = "no progress"},
 *       {0},
 *   };
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_text.h"

struct option_spec;

/* A parser stores the value of `text` into `field`. Returns 0, or -EINVAL with what the value should have
 * been in `error`: "'x' is not an address such as 192.0.2.1". */
typedef int option_parser(const struct option_spec *spec, const char *text, void *field,
                          struct error_text *error);

struct option_spec {
    const char *name;     /* long name without its dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* placeholder in the help; NULL for a switch; "[=…]" where it may be left out */
    option_parser *parse;
    size_t offset;     /* of the field in the structure given to options_parse() */
    uint64_t min, max; /* bounds of numbers, both inclusive */
    const char *help;  /* may hold newlines; defaults are told here */
};

option_parser option_flag;      /* bool: a switch */
option_parser option_number;    /* uint32_t within min and max */
option_parser option_number64;  /* uint64_t, decimal or 0x…, within min and max (max 0: none) */
option_parser option_text;      /* const char *, borrowed from argv */
option_parser option_list;      /* struct option_list: may be given again and again */
option_parser option_rate;      /* double, per second: 100k, 1M, 2.5M, `max` = INFINITY */
option_parser option_bandwidth; /* double, bits per second: 10G, 250M */
option_parser option_seconds;   /* uint64_t nanoseconds: 5, 0.5, 5s, 200ms; min and max in seconds */
option_parser option_size;      /* uint64_t bytes: 512M, 1G (powers of 1024) */
option_parser option_ipv4;      /* struct option_address */
option_parser option_mac;       /* struct option_mac */
option_parser option_optional;  /* struct option_optional: `--sim` or `--sim=TEXT` */

struct option_list {
    const char **values; /* borrowed from argv; the array itself is freed by options_free_list() */
    size_t count;
};

struct option_address {
    bool given;
    uint32_t address; /* host order */
};

struct option_mac {
    bool given;
    uint8_t bytes[6];
};

struct option_optional {
    bool given;
    const char *text; /* NULL where only the switch was given */
};

struct option_table {
    const char *command;  /* "survey", printed in messages and usage */
    const char *operands; /* "PREFIX|ADDRESS…", or "" */
    const char *summary;  /* a paragraph for --help */
    const struct option_spec *specs;
    bool stop_at_operand; /* what follows the first operand belongs to another program */
};

enum {
    OPTIONS_HELP = -1000, /* --help was asked for and printed: exit 0 */
};

/*
 * options_parse() parses `argv` (argv[0] is the command) into `out`, which holds the defaults beforehand.
 * Returns the index of the first operand in argv, which is permuted so that operands come last;
 * OPTIONS_HELP; or -EINVAL after one line on stderr that names the option.
 */
int options_parse(const struct option_table *table, int argc, char **argv, void *out);

/*
 * options_parse_pairs() parses "key=value,key,…", the same options without their dashes, as in --sim=….
 * It cuts `text` into pieces, to which text values in `out` then point. `prefix` is what messages call it
 * ("--sim"). Returns 0 or -EINVAL after one line on stderr.
 */
int options_parse_pairs(const struct option_table *table, const char *prefix, char *text, void *out);

/* options_print_help() writes usage, summary and all options to stdout. */
void options_print_help(const struct option_table *table);

void options_free_list(struct option_list *list);

/* parse_ipv4() reads a dotted quad into host order; parse_mac() reads aa:bb:cc:dd:ee:ff. */
bool parse_ipv4(const char *text, uint32_t *address);
bool parse_mac(const char *text, uint8_t mac[6]);
