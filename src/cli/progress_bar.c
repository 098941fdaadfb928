/* SPDX-License-Identifier: ISC */
#include "progress_bar.h"

#include <string.h>
#include <sys/ioctl.h>

/* Milliseconds: what takes less is over before a bar could be read. */
enum { LONG = 1000, LINE_INTERVAL = 1000, LONGEST_BAR = 40, SHORTEST_BAR = 8 };

static unsigned columns_of(FILE *out)
{
    struct winsize size = {0};
    if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return PROGRESS_BAR_DEFAULT_COLUMNS;
    return size.ws_col;
}

struct progress_bar progress_bar_make(FILE *out, bool is_wanted, bool is_terminal)
{
    return (struct progress_bar){
        .out = out,
        .is_wanted = is_wanted,
        .is_terminal = is_terminal,
        .columns = is_terminal ? columns_of(out) : PROGRESS_BAR_DEFAULT_COLUMNS,
    };
}

void progress_bar_size(char text[static 16], uint64_t octets)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (octets < 1000) {
        snprintf(text, 16, "%u B", (unsigned)octets);
        return;
    }
    double value = (double)octets / 1000;
    size_t unit = 0;
    /* 999.95 would be shown as 1000.0. */
    for (; value >= 999.95; unit++)
        value /= 1000;
    snprintf(text, 16, "%.1f %s", value, units[unit]);
}

static void write_time(char text[static 24], uint64_t seconds)
{
    unsigned long long hours = seconds / 3600;
    unsigned minutes = (unsigned)(seconds / 60 % 60), rest = (unsigned)(seconds % 60);
    if (hours > 99)
        snprintf(text, 24, "days");
    else if (hours > 0)
        snprintf(text, 24, "%llu:%02u:%02u", hours, minutes, rest);
    else
        snprintf(text, 24, "%u:%02u", minutes, rest);
}

static void write_bar(char text[static LONGEST_BAR + 1], unsigned width, double part)
{
    unsigned filled = (unsigned)(part * width);
    for (unsigned i = 0; i < width; i++)
        text[i] = i < filled ? '=' : i == filled ? '>' : ' ';
    text[width] = '\0';
}

void progress_bar_text(char text[static PROGRESS_BAR_SIZE], uint64_t sent, uint64_t total,
                       int64_t milliseconds, unsigned columns)
{
    char all[16], rate[16], left[24], figures[80], bar[LONGEST_BAR + 1];
    if (total == 0) {
        snprintf(text, PROGRESS_BAR_SIZE, "  0 %%  nothing has been sent yet");
        return;
    }
    double part = (double)sent / (double)total;
    double speed = milliseconds > 0 ? (double)sent * 1000 / (double)milliseconds : 0;
    bool is_whole = sent >= total;
    progress_bar_size(all, total);
    progress_bar_size(rate, (uint64_t)speed);
    if (is_whole)
        write_time(left, (uint64_t)milliseconds / 1000);
    else if (speed >= 1)
        write_time(left, (uint64_t)((double)(total - sent) / speed + 0.999));
    else
        snprintf(left, sizeof left, "?");
    int length = snprintf(figures, sizeof figures, "of %s  %s/s  %s%s", all, rate, left,
                          is_whole ? "" : " left");
    /* The last column stays free, as some terminals go on to the next line there. */
    int room = (int)columns - 1 - length - (int)strlen("100 % [] ");
    room = room > LONGEST_BAR ? LONGEST_BAR : room;
    if (room >= SHORTEST_BAR) {
        write_bar(bar, (unsigned)room, part);
        snprintf(text, PROGRESS_BAR_SIZE, "%3u %% [%s] %s", (unsigned)(part * 100), bar, figures);
    } else {
        snprintf(text, PROGRESS_BAR_SIZE, "%3u %% %s", (unsigned)(part * 100), figures);
    }
}

static void draw(struct progress_bar *bar, int64_t now)
{
    char text[PROGRESS_BAR_SIZE];
    progress_bar_text(text, bar->sent, bar->total, now - bar->started, bar->columns);
    if (bar->is_terminal)
        fprintf(bar->out, "\r%s\033[K", text);
    else
        fprintf(bar->out, "%s\n", text);
    fflush(bar->out);
    bar->is_open = bar->is_terminal;
    bar->drawn = now;
}

void progress_bar_update(struct progress_bar *bar, uint64_t sent, uint64_t total, int64_t now)
{
    bool begins = total != bar->total || sent < bar->sent;
    bool changes = begins || sent != bar->sent;
    if (begins)
        bar->started = bar->drawn = now;
    bar->sent = sent;
    bar->total = total;
    if (total == 0)
        return;
    bool is_whole = sent == total;
    if (bar->is_terminal) {
        bool is_long = bar->is_wanted || bar->is_open || now - bar->started > LONG;
        /* While nothing moves, the time left grows. */
        if (is_long && (changes || !is_whole))
            draw(bar, now);
    } else if (bar->is_wanted && changes && (is_whole || now - bar->drawn >= LINE_INTERVAL)) {
        draw(bar, now);
    }
}

void progress_bar_tell(struct progress_bar *bar, int64_t now)
{
    char text[PROGRESS_BAR_SIZE];
    progress_bar_text(text, bar->sent, bar->total, now - bar->started, bar->columns);
    fprintf(bar->out, "%s%s%s\n", bar->is_open ? "\r" : "", text, bar->is_open ? "\033[K" : "");
    fflush(bar->out);
    bar->is_open = false;
}

void progress_bar_end(struct progress_bar *bar)
{
    if (bar->is_open) {
        fputc('\n', bar->out);
        fflush(bar->out);
    }
    bar->is_open = false;
    bar->sent = bar->total = 0;
}
