/* SPDX-License-Identifier: ISC */
/** @file progress_bar.h  How far a transfer has got, for a person. */
#ifndef CLI_PROGRESS_BAR_H
#define CLI_PROGRESS_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Room for a line, and its NUL. */
enum { PROGRESS_BAR_SIZE = 160, PROGRESS_BAR_DEFAULT_COLUMNS = 80 };

/** Make one with progress_bar_make(); moments are of clock_milliseconds(). */
struct progress_bar {
    FILE *out;
    bool is_wanted;   /**< shown from the start on, and not only once it takes long */
    bool is_terminal; /**< drawn anew in its place; else a line a second, when it is wanted */
    unsigned columns;
    int64_t started; /**< when the message began to go */
    int64_t drawn;
    uint64_t sent;
    uint64_t total; /**< 0: nothing goes yet */
    bool is_open;   /**< there is a line on the terminal that is not ended */
};

struct progress_bar progress_bar_make(FILE *out, bool is_wanted, bool is_terminal);

/**
 * The text of a line: percent, bar, size, rate and time left, as there is room for.
 * @param milliseconds  since the message began to go.
 */
void progress_bar_text(char text[static PROGRESS_BAR_SIZE], uint64_t sent, uint64_t total,
                       int64_t milliseconds, unsigned columns);

/** Takes note of how far it is, and draws what is to be drawn. */
void progress_bar_update(struct progress_bar *bar, uint64_t sent, uint64_t total, int64_t now);

/** Writes a line of its own, whether a bar is shown or not. */
void progress_bar_tell(struct progress_bar *bar, int64_t now);

/** Ends the line, so that something else can be said; the next message has a bar of its own. */
void progress_bar_end(struct progress_bar *bar);

/** A number of octets for a person, such as "12.3 MB". */
void progress_bar_size(char text[static 16], uint64_t octets);

#endif
