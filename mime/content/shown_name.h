/* SPDX-License-Identifier: ISC */
/** @file shown_name.h  The name under which an attachment is shown. */
#ifndef MIME_SHOWN_NAME_H
#define MIME_SHOWN_NAME_H

#include "error.h"

enum mime_name_origin {
    MIME_NAME_PATH, /**< the path of a file of this system: only "/" separates */
    MIME_NAME_GIVEN /**< what somebody wrote, perhaps on another system: "\" does too */
};

/**
 * The last component of a name, so that no reader is led out of its folder. Else it stays as it is,
 * with spaces and dots at its end.
 * @return a part of name; or NULL with MAILER_DATA set when that is empty, "." or "..".
 */
const char *mime_shown_name(const char *name, enum mime_name_origin origin,
                            struct mailer_error *error);

/**
 * A copy of the last component of a path, with the usual extension of its type (extension.h) when
 * it has none: "plot" of image/png becomes "plot.png".
 *
 * It has one when there is something in front of its last dot, and behind it up to eight letters
 * and digits, at least one of them a letter, or three digits (of an archive in parts). So
 * "plot.txt" stays, whatever is in it, but "v1.2" and "2024.01.31" do not. Nothing is added for
 * text/plain, for a type that has no usual extension, and to what would become longer than 255
 * octets, as most systems would cut it. Names that somebody has given are not to be changed by
 * this.
 * @param complete  receives it, to be freed; NULL after a failure.
 * @return 0 or MAILER_MEMORY.
 */
int mime_shown_name_complete(char **complete, const char *name, const char *type,
                             struct mailer_error *error);

#endif
