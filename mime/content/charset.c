/* SPDX-License-Identifier: ISC */
#include "content/charset.h"

#include "text.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

/* Those that may be sent, and what else they are called, without punctuation. */
static const struct {
    const char *name;
    const char *aliases;
} charsets[] = {
    {"utf-8", "cp65001 csutf8 unicode11utf8"},
    {"us-ascii", "ascii ansix341968 ansix341986 iso646us 646 us cp367 ibm367 csascii isoir6"},
    {"iso-8859-1", "latin1 l1 iso885911987 88591 cp819 ibm819 csisolatin1 isoir100"},
    {"iso-8859-2", "latin2 l2 iso885921987 88592 csisolatin2 isoir101"},
    {"iso-8859-3", "latin3 l3 iso885931988 88593 csisolatin3 isoir109"},
    {"iso-8859-4", "latin4 l4 iso885941988 88594 csisolatin4 isoir110"},
    {"iso-8859-5", "cyrillic iso885951988 88595 csisolatincyrillic isoir144"},
    {"iso-8859-6", "arabic iso885961987 88596 csisolatinarabic asmo708 ecma114 isoir127"},
    {"iso-8859-7", "greek greek8 iso885971987 88597 csisolatingreek elot928 ecma118 isoir126"},
    {"iso-8859-8", "hebrew iso885981988 88598 csisolatinhebrew isoir138"},
    {"iso-8859-9", "latin5 l5 iso885991989 88599 csisolatin5 isoir148"},
    {"iso-8859-10", "latin6 l6 iso8859101992 885910 csisolatin6 isoir157"},
    {"iso-8859-13", "latin7 l7 885913 csiso885913"},
    {"iso-8859-14", "latin8 l8 iso8859141998 885914 csiso885914 isoir199"},
    {"iso-8859-15", "latin9 l9 iso8859151998 885915 csiso885915"},
    {"iso-8859-16", "latin10 l10 iso8859162001 885916 csiso885916 isoir226"},
    {"windows-1250", "cp1250 xcp1250 ms1250 msee"},
    {"windows-1251", "cp1251 xcp1251 ms1251 mscyrl"},
    {"windows-1252", "cp1252 xcp1252 ms1252 msansi"},
    {"windows-1253", "cp1253 xcp1253 ms1253 msgreek"},
    {"windows-1254", "cp1254 xcp1254 ms1254 msturk"},
    {"windows-1255", "cp1255 xcp1255 ms1255 mshebr"},
    {"windows-1256", "cp1256 xcp1256 ms1256 msarab"},
    {"windows-1257", "cp1257 xcp1257 ms1257 winbaltrim"},
    {"windows-1258", "cp1258 xcp1258 ms1258"},
    {"windows-874", "cp874 dos874"},
    {"tis-620", "iso885911 tis6200 tis62025290 tis62025331"},
    {"koi8-r", "koi8 koi cskoi8r"},
    {"koi8-u", "cskoi8u"},
    {"ibm866", "cp866 866 csibm866"},
    {"macintosh", "mac macroman xmacroman csmacintosh"},
    {"viscii", "csviscii"},
    {"iso-2022-jp", "csiso2022jp"},
    {"iso-2022-jp-2", "csiso2022jp2"},
    {"iso-2022-kr", "csiso2022kr"},
    {"shift_jis", "sjis xsjis mskanji csshiftjis"},
    {"windows-31j", "cp932 ms932 cswindows31j"},
    {"euc-jp", "ujis xeucjp cseucpkdfmtjapanese"},
    {"euc-kr", "cseuckr ksc56011987 ksc56011989 ksc5601 korean"},
    {"gb2312", "csgb2312 euccn gb231280 chinese"},
    {"gbk", "cp936 ms936 windows936"},
    {"gb18030", "gb180302000 gb180302005 gb180302022"},
    {"big5", "csbig5 cnbig5 xxbig5"},
    {"big5-hkscs", "csbig5hkscs"},
    {"utf-16", "csutf16 ucs2 iso10646ucs2 csunicode unicode"},
    {"utf-16le", "csutf16le ucs2le unicodelittle"},
    {"utf-16be", "csutf16be ucs2be unicodebig"},
    {"utf-32", "csutf32 ucs4 iso10646ucs4 csucs4"},
    {"utf-32le", "csutf32le ucs4le"},
    {"utf-32be", "csutf32be ucs4be"},
};

enum { CHARSET_COUNT = sizeof charsets / sizeof *charsets };

/* ---- Names ---- */

/* Copies a name in lower case; without punctuation when it is to be compared. */
static void lower(char out[static MIME_CHARSET_SIZE], const char *name, bool punctuation)
{
    size_t size = 0;
    for (; *name != '\0' && size < MIME_CHARSET_SIZE - 1; name++)
        if (punctuation || text_is_letter(*name) || text_is_digit(*name))
            out[size++] = text_lower(*name);
    out[size] = '\0';
}

static bool is_name(const char *given)
{
    size_t length = strlen(given);
    for (size_t i = 0; i < length; i++)
        if (!text_is_letter(given[i]) && !text_is_digit(given[i]) &&
            strchr("!#$%&'+-^_`{}~.:", given[i]) == NULL)
            return false;
    return length > 0 && length < MIME_CHARSET_SIZE;
}

/* Whether a word is one of those in a list, which has blanks between. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    const char *at = list;
    while (length > 0 && (at = strstr(at, word)) != NULL) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
        at += length;
    }
    return false;
}

static const char *find_preferred(const char *given)
{
    char wanted[MIME_CHARSET_SIZE];
    lower(wanted, given, false);
    for (size_t i = 0; i < CHARSET_COUNT; i++) {
        char name[MIME_CHARSET_SIZE];
        lower(name, charsets[i].name, false);
        if (strcmp(wanted, name) == 0 || has_word(charsets[i].aliases, wanted))
            return charsets[i].name;
    }
    return NULL;
}

static int ask_iconv(const char *name, struct mailer_error *error)
{
    /* Of the locale, or of this machine. */
    bool differs = has_word("char wchar_t internal", name);
    iconv_t descriptor = differs ? (iconv_t)-1 : iconv_open("UTF-8", name);
    if (descriptor != (iconv_t)-1) {
        iconv_close(descriptor);
        return 0;
    }
    if (!differs && errno == ENOMEM)
        return error_set_memory(error);
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "this system knows no charset \"%s\": one is called utf-8, iso-8859-1 or "
                     "windows-1252",
                     name);
}

int mime_charset_find(char name[static MIME_CHARSET_SIZE], const char *given,
                      struct mailer_error *error)
{
    name[0] = '\0';
    if (!is_name(given))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "\"%s\" is no name of a charset: one is called utf-8, iso-8859-1 or "
                         "windows-1252",
                         given);
    const char *preferred = find_preferred(given);
    lower(name, preferred != NULL ? preferred : given, true);
    /* These two are known everywhere, and most text is in them. */
    bool is_common = strcmp(name, "utf-8") == 0 || strcmp(name, "us-ascii") == 0;
    return is_common ? 0 : ask_iconv(name, error);
}

int mime_charset_check_output(const char *name, struct mailer_error *error)
{
    for (size_t i = 0; i < CHARSET_COUNT; i++)
        if (strcmp(name, charsets[i].name) == 0)
            return 0;
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "text is not sent in %s, which not every mail program can read: use utf-8",
                     name);
}

bool mime_charset_is_wide(const char *name)
{
    static const char *const wide[] = {"utf-16", "utf-32", "ucs-", "iso-10646", "unicode"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (text_same_bytes(name, strnlen(name, strlen(wide[i])), wide[i]))
            return true;
    return false;
}

/* ---- Byte order marks ---- */

struct mime_byte_order_mark mime_charset_mark(const void *bytes, size_t size, const char *charset)
{
    /* The first of UTF-32 begins as one of UTF-16. */
    static const struct {
        const char *octets;
        struct mime_byte_order_mark mark;
    } marks[] = {
        {"\xFF\xFE\0\0", {"utf-32le", "utf-32", 4}}, {"\0\0\xFE\xFF", {"utf-32be", "utf-32", 4}},
        {"\xFF\xFE", {"utf-16le", "utf-16", 2}},     {"\xFE\xFF", {"utf-16be", "utf-16", 2}},
        {"\xEF\xBB\xBF", {"utf-8", "utf-8", 3}},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct mime_byte_order_mark *mark = &marks[i].mark;
        if (size >= mark->size && memcmp(bytes, marks[i].octets, mark->size) == 0 &&
            (charset == NULL || strcmp(charset, mark->charset) == 0 ||
             strcmp(charset, mark->label) == 0))
            return *mark;
    }
    return (struct mime_byte_order_mark){NULL, NULL, 0};
}

/* The number of size octets, the least or the most significant of them first. */
static uint32_t read_unit(const unsigned char *octets, size_t size, bool least_first)
{
    uint32_t unit = 0;
    for (size_t i = 0; i < size; i++)
        unit = unit << 8 | octets[least_first ? size - 1 - i : i];
    return unit;
}

/* Whether a code point may be in a text: no control character but those of layout, nothing that
 * Unicode keeps for no character. */
static bool is_of_text(uint32_t code_point)
{
    if (code_point < 0x20)
        return code_point == '\t' || code_point == '\n' || code_point == '\f' ||
               code_point == '\r' || code_point == 0x1B;
    bool is_no_character =
        (code_point & 0xFFFE) == 0xFFFE || (code_point >= 0xFDD0 && code_point <= 0xFDEF);
    return code_point != 0x7F && code_point <= 0x10FFFF && !is_no_character;
}

const char *mime_charset_of_wide_text(const void *bytes, size_t size)
{
    struct mime_byte_order_mark mark = mime_charset_mark(bytes, size, NULL);
    if (mark.charset == NULL || strcmp(mark.charset, "utf-8") == 0)
        return NULL;
    bool least_first = strcmp(mark.charset + strlen(mark.label), "le") == 0;
    const unsigned char *octets = bytes;
    uint32_t high = 0; /* the first half of a surrogate pair, or 0 */
    for (size_t i = mark.size; size - i >= mark.size; i += mark.size) {
        uint32_t unit = read_unit(octets + i, mark.size, least_first);
        bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
        bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
        bool may_be_surrogate = mark.size == 2;
        if (is_low != (high != 0) || ((is_low || is_high) && !may_be_surrogate))
            return NULL;
        if (is_low)
            unit = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
        high = is_high ? unit : 0;
        if (!is_high && !is_of_text(unit))
            return NULL;
    }
    return mark.label;
}
