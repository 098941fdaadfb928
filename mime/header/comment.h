/* SPDX-License-Identifier: ISC */
/** @file comment.h  White space and comments between the words of structured fields. */
#ifndef MIME_COMMENT_H
#define MIME_COMMENT_H

/**
 * Skips white space, the line breaks of folding, and comments, which may be in each other (CFWS of
 * RFC 5322 3.2.2). What is in them is not checked.
 * @param at  where to begin; receives what is behind them, also after failure.
 * @return NULL, or what is wrong, such as "has a comment whose ) is missing".
 */
const char *mime_comment_skip(const char **at);

#endif
