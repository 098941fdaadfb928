/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/character_width.h"

static void characters_are_as_wide_as_terminals_show_them(void **state)
{
    (void)state;
    static const struct {
        uint32_t code_point;
        unsigned width;
    } cases[] = {
        {'a', 1},    {' ', 1},    {0xA0, 1},     {0xAD, 0},    {0xE4, 1},    {0x300, 0},
        {0x36F, 0},  {0x370, 1},  {0x416, 1},    {0x5D0, 1},   {0x200B, 0},  {0x200D, 0},
        {0x20AC, 1}, {0x3001, 2}, {0x303F, 1},   {0x3042, 2},  {0x65E5, 2},  {0xAC00, 2},
        {0xFEFF, 0}, {0xFF21, 2}, {0xFF61, 1},   {0xFFFD, 1},  {0x1F600, 2}, {0x1F3FB, 0},
        {0xFE0F, 0}, {0x2014, 1}, {0x10FFFF, 1}, {0x20000, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(character_width(cases[i].code_point), cases[i].width);
}

/* The tables are searched by halves, so they must be in order. */
static void each_range_is_found(void **state)
{
    (void)state;
    size_t seen[3] = {0, 0, 0};
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++)
        seen[character_width(code_point)]++;
    assert_true(seen[0] > 800 && seen[0] < 2000);
    assert_true(seen[2] > 170 * 1000 && seen[2] < 190 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_as_wide_as_terminals_show_them),
        cmocka_unit_test(each_range_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
