/* SPDX-License-Identifier: ISC */
#include "header/date.h"

#include "header/comment.h"
#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_WORD = 9 };

struct reader {
    const char *at;
    const char *wrong; /* the first thing that was; NULL: nothing yet */
};

struct moment {
    int year, month, day, hour, minute, second; /* months from 0 on */
    int weekday;                                /* 0: Sunday; -1: not given */
    char zone[6];
};

static const char weekdays[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void fail(struct reader *reader, const char *wrong)
{
    if (reader->wrong == NULL)
        reader->wrong = wrong;
}

static void skip(struct reader *reader)
{
    const char *wrong = mime_comment_skip(&reader->at);
    if (wrong != NULL)
        fail(reader, wrong);
}

static bool take(struct reader *reader, char c)
{
    skip(reader);
    bool is_there = *reader->at == c;
    reader->at += is_there;
    return is_there;
}

/* Reads a number; gives how many digits it has. */
static int read_number(struct reader *reader, int most, int *number, const char *wrong)
{
    skip(reader);
    int digits = 0;
    *number = 0;
    for (; text_is_digit(*reader->at); reader->at++)
        if (++digits <= most)
            *number = *number * 10 + (*reader->at - '0');
    if (digits == 0 || digits > most)
        fail(reader, wrong);
    return digits;
}

static void read_word(struct reader *reader, char word[static LONGEST_WORD + 1])
{
    skip(reader);
    size_t size = 0;
    for (; text_is_letter(*reader->at); reader->at++)
        if (size < LONGEST_WORD)
            word[size++] = *reader->at;
    word[size] = '\0';
}

static int find_word(const char *word, const char words[][4], int count)
{
    for (int i = 0; i < count; i++)
        if (text_same(word, words[i]))
            return i;
    return -1;
}

static void read_weekday(struct reader *reader, struct moment *moment)
{
    moment->weekday = -1;
    skip(reader);
    if (!text_is_letter(*reader->at))
        return;
    char word[LONGEST_WORD + 1];
    read_word(reader, word);
    moment->weekday = find_word(word, weekdays, 7);
    if (moment->weekday < 0)
        fail(reader, "has a day of the week that is none");
    else if (!take(reader, ','))
        fail(reader, "has no comma behind the day of the week");
}

static void read_year(struct reader *reader, struct moment *moment)
{
    int digits = read_number(reader, 4, &moment->year, "has a year that is none");
    if (digits == 1)
        fail(reader, "has a year that is none");
    else if (digits == 2)
        moment->year += moment->year < 50 ? 2000 : 1900;
    else if (digits == 3)
        moment->year += 1900;
    if (moment->year < 1900)
        fail(reader, "has a year before 1900");
}

static void read_time(struct reader *reader, struct moment *moment)
{
    static const char wrong[] = "has a time that is none";
    read_number(reader, 2, &moment->hour, wrong);
    if (!take(reader, ':'))
        fail(reader, wrong);
    read_number(reader, 2, &moment->minute, wrong);
    moment->second = 0;
    if (take(reader, ':'))
        read_number(reader, 2, &moment->second, wrong);
    /* The last second of a day may be a leap second. */
    if (moment->hour > 23 || moment->minute > 59 || moment->second > 60)
        fail(reader, wrong);
}

static const char *find_zone(const char *word)
{
    static const char names[][2][6] = {{"UT", "+0000"},  {"UTC", "+0000"}, {"GMT", "+0000"},
                                       {"EST", "-0500"}, {"EDT", "-0400"}, {"CST", "-0600"},
                                       {"CDT", "-0500"}, {"MST", "-0700"}, {"MDT", "-0600"},
                                       {"PST", "-0800"}, {"PDT", "-0700"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_same(word, names[i][0]))
            return names[i][1];
    /* Letters were defined the wrong way round once, so nobody knows which zone one means. */
    bool is_letter = strlen(word) == 1 && text_lower(*word) != 'j';
    return is_letter ? "-0000" : NULL;
}

static void read_zone(struct reader *reader, struct moment *moment)
{
    static const char wrong[] = "has no zone that is known";
    skip(reader);
    char sign = *reader->at;
    int offset = 0;
    if (sign == '+' || sign == '-') {
        const char *start = reader->at++;
        if (!text_is_digit(*reader->at) || read_number(reader, 4, &offset, wrong) != 4 ||
            offset % 100 > 59)
            fail(reader, wrong);
        else
            memcpy(moment->zone, start, sizeof moment->zone - 1);
        return;
    }
    char word[LONGEST_WORD + 1];
    read_word(reader, word);
    const char *zone = find_zone(word);
    if (zone == NULL)
        fail(reader, wrong);
    else
        memcpy(moment->zone, zone, sizeof moment->zone);
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 1 && leap ? 29 : days[month];
}

/* Years are counted from March on, so that a leap day is the last of one. */
static int weekday_of(const struct moment *moment)
{
    int year = moment->month < 2 ? moment->year - 1 : moment->year;
    int month = (moment->month + 10) % 12;
    int days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + moment->day;
    return (days + 2) % 7;
}

static void check_day(struct reader *reader, struct moment *moment)
{
    if (reader->wrong != NULL)
        return;
    if (moment->day < 1 || moment->day > days_of_month(moment->year, moment->month)) {
        fail(reader, "has a day that the month does not have");
        return;
    }
    int weekday = weekday_of(moment);
    if (moment->weekday >= 0 && moment->weekday != weekday)
        fail(reader, "has another day of the week than the day is");
    moment->weekday = weekday;
}

const char *mime_date_parse(char date[static MIME_DATE_SIZE], const char *text)
{
    struct reader reader = {text, NULL};
    struct moment moment = {0};
    char word[LONGEST_WORD + 1];
    date[0] = '\0';
    read_weekday(&reader, &moment);
    read_number(&reader, 2, &moment.day, "has no day of the month");
    read_word(&reader, word);
    moment.month = find_word(word, months, 12);
    if (moment.month < 0)
        fail(&reader, "has a month that is none");
    read_year(&reader, &moment);
    read_time(&reader, &moment);
    read_zone(&reader, &moment);
    skip(&reader);
    if (*reader.at != '\0')
        fail(&reader, "has something behind its end");
    check_day(&reader, &moment);
    if (reader.wrong != NULL)
        return reader.wrong;
    snprintf(date, MIME_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d %s", weekdays[moment.weekday],
             moment.day, months[moment.month], moment.year, moment.hour, moment.minute,
             moment.second, moment.zone);
    return NULL;
}
