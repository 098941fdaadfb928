/* SPDX-License-Identifier: ISC */
/* How the elements of HTML are shown in plain text (HTML standard, section 15, Rendering). */
#include "html/plain_text_private.h"
#include "text.h"

#include <string.h>

/* Goes behind a word of CSS and the blanks in front of it; NULL when another one stands there. */
static const char *behind(const char *css, const char *word)
{
    while (html_is_space(*css))
        css++;
    size_t length = strlen(word);
    return strlen(css) >= length && text_same_bytes(css, length, word) ? css + length : NULL;
}

/* Whether a style has the declaration display:none. */
static bool is_not_displayed(const char *style)
{
    for (const char *start = style; start != NULL; start = strchr(start, ';')) {
        start += *start == ';';
        const char *rest = behind(start, "display");
        rest = rest != NULL ? behind(rest, ":") : NULL;
        if (rest != NULL && behind(rest, "none") != NULL)
            return true;
    }
    return false;
}

static enum plain_text_display display_of_block(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DL:
        return PLAIN_TEXT_PARAGRAPH;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
        return PLAIN_TEXT_HEADING;
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_DIR:
        return PLAIN_TEXT_LIST;
    case GUMBO_TAG_LI:
        return PLAIN_TEXT_ITEM;
    case GUMBO_TAG_DD:
        return PLAIN_TEXT_DEFINITION;
    case GUMBO_TAG_BLOCKQUOTE:
        return PLAIN_TEXT_QUOTATION;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_PLAINTEXT:
        return PLAIN_TEXT_PREFORMATTED;
    case GUMBO_TAG_TABLE:
        return PLAIN_TEXT_TABLE;
    case GUMBO_TAG_HR:
        return PLAIN_TEXT_RULE;
    default:
        return PLAIN_TEXT_BLOCK;
    }
}

static bool is_inline(GumboTag tag)
{
    static const GumboTag inline_tags[] = {
        GUMBO_TAG_UNKNOWN, GUMBO_TAG_A,      GUMBO_TAG_EM,    GUMBO_TAG_STRONG,
        GUMBO_TAG_SMALL,   GUMBO_TAG_S,      GUMBO_TAG_CITE,  GUMBO_TAG_Q,
        GUMBO_TAG_DFN,     GUMBO_TAG_ABBR,   GUMBO_TAG_DATA,  GUMBO_TAG_TIME,
        GUMBO_TAG_CODE,    GUMBO_TAG_VAR,    GUMBO_TAG_SAMP,  GUMBO_TAG_KBD,
        GUMBO_TAG_SUB,     GUMBO_TAG_SUP,    GUMBO_TAG_I,     GUMBO_TAG_B,
        GUMBO_TAG_U,       GUMBO_TAG_MARK,   GUMBO_TAG_RUBY,  GUMBO_TAG_RB,
        GUMBO_TAG_RT,      GUMBO_TAG_RTC,    GUMBO_TAG_RP,    GUMBO_TAG_BDI,
        GUMBO_TAG_BDO,     GUMBO_TAG_SPAN,   GUMBO_TAG_WBR,   GUMBO_TAG_INS,
        GUMBO_TAG_DEL,     GUMBO_TAG_OBJECT, GUMBO_TAG_MAP,   GUMBO_TAG_LABEL,
        GUMBO_TAG_BUTTON,  GUMBO_TAG_OUTPUT, GUMBO_TAG_METER, GUMBO_TAG_PROGRESS,
        GUMBO_TAG_ACRONYM, GUMBO_TAG_STRIKE, GUMBO_TAG_BIG,   GUMBO_TAG_BLINK,
        GUMBO_TAG_FONT,    GUMBO_TAG_NOBR,   GUMBO_TAG_TT,    GUMBO_TAG_MARQUEE,
        GUMBO_TAG_APPLET,  GUMBO_TAG_SPACER,
    };
    for (size_t i = 0; i < sizeof inline_tags / sizeof *inline_tags; i++)
        if (tag == inline_tags[i])
            return true;
    return false;
}

static bool is_hidden(GumboTag tag)
{
    static const GumboTag hidden[] = {
        GUMBO_TAG_HEAD,   GUMBO_TAG_TITLE,    GUMBO_TAG_SCRIPT,   GUMBO_TAG_STYLE,
        GUMBO_TAG_LINK,   GUMBO_TAG_META,     GUMBO_TAG_BASE,     GUMBO_TAG_TEMPLATE,
        GUMBO_TAG_IFRAME, GUMBO_TAG_EMBED,    GUMBO_TAG_PARAM,    GUMBO_TAG_VIDEO,
        GUMBO_TAG_AUDIO,  GUMBO_TAG_CANVAS,   GUMBO_TAG_SELECT,   GUMBO_TAG_SOURCE,
        GUMBO_TAG_TRACK,  GUMBO_TAG_AREA,     GUMBO_TAG_DATALIST, GUMBO_TAG_TEXTAREA,
        GUMBO_TAG_COL,    GUMBO_TAG_COLGROUP, GUMBO_TAG_NOEMBED,  GUMBO_TAG_NOFRAMES,
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (tag == hidden[i])
            return true;
    return false;
}

enum plain_text_display plain_text_display(const GumboNode *node)
{
    const GumboElement *element = &node->v.element;
    GumboTag tag = html_tag(node);
    if (element->tag_namespace == GUMBO_NAMESPACE_SVG || is_hidden(tag) ||
        html_attribute(element, "hidden") != NULL || is_not_displayed(html_value(element, "style")))
        return PLAIN_TEXT_HIDDEN;
    if (tag == GUMBO_TAG_INPUT)
        return text_same(html_value(element, "type"), "image") ? PLAIN_TEXT_PICTURE
                                                               : PLAIN_TEXT_HIDDEN;
    if (tag == GUMBO_TAG_IMG)
        return PLAIN_TEXT_PICTURE;
    if (tag == GUMBO_TAG_BR)
        return PLAIN_TEXT_BREAK;
    return is_inline(tag) ? PLAIN_TEXT_INLINE : display_of_block(tag);
}
