/* SPDX-License-Identifier: ISC */
#include "content/archive_file.h"

#include "content/source_name.h"
#include "library.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>

/* What tells the kind and who may do what; not the set-user-ID bits, as the owner is made root. */
enum { PERMISSIONS = S_IRWXU | S_IRWXG | S_IRWXO };

struct archive_functions {
    __typeof__(archive_write_new) *write_new;
    __typeof__(archive_write_set_format_pax) *set_format_pax;
    __typeof__(archive_write_add_filter_zstd) *add_filter_zstd;
    __typeof__(archive_write_set_bytes_in_last_block) *set_bytes_in_last_block;
    __typeof__(archive_write_open) *open;
    __typeof__(archive_write_header) *header;
    __typeof__(archive_write_data) *data;
    __typeof__(archive_write_close) *close;
    __typeof__(archive_write_free) *free;
    __typeof__(archive_error_string) *error_string;
    __typeof__(archive_entry_new) *entry_new;
    __typeof__(archive_entry_clear) *entry_clear;
    __typeof__(archive_entry_free) *entry_free;
    __typeof__(archive_entry_copy_pathname) *copy_pathname;
    __typeof__(archive_entry_copy_symlink) *copy_symlink;
    __typeof__(archive_entry_set_mode) *set_mode;
    __typeof__(archive_entry_set_size) *set_size;
    __typeof__(archive_entry_set_mtime) *set_mtime;
};

struct mime_archive_file {
    struct archive_functions functions;
    struct archive *archive;
    struct archive_entry *entry;
    struct mime_spool_writer spool;
    struct mailer_error error; /* of the spool, which libarchive cannot hand on */
    locale_t locale;           /* in which names are UTF-8, or 0 */
};

static int load(struct archive_functions *functions, struct mailer_error *error)
{
    static const struct library_symbol symbols[] = {
        {"archive_write_new", offsetof(struct archive_functions, write_new)},
        {"archive_write_set_format_pax", offsetof(struct archive_functions, set_format_pax)},
        {"archive_write_add_filter_zstd", offsetof(struct archive_functions, add_filter_zstd)},
        {"archive_write_set_bytes_in_last_block",
         offsetof(struct archive_functions, set_bytes_in_last_block)},
        {"archive_write_open", offsetof(struct archive_functions, open)},
        {"archive_write_header", offsetof(struct archive_functions, header)},
        {"archive_write_data", offsetof(struct archive_functions, data)},
        {"archive_write_close", offsetof(struct archive_functions, close)},
        {"archive_write_free", offsetof(struct archive_functions, free)},
        {"archive_error_string", offsetof(struct archive_functions, error_string)},
        {"archive_entry_new", offsetof(struct archive_functions, entry_new)},
        {"archive_entry_clear", offsetof(struct archive_functions, entry_clear)},
        {"archive_entry_free", offsetof(struct archive_functions, entry_free)},
        {"archive_entry_copy_pathname", offsetof(struct archive_functions, copy_pathname)},
        {"archive_entry_copy_symlink", offsetof(struct archive_functions, copy_symlink)},
        {"archive_entry_set_mode", offsetof(struct archive_functions, set_mode)},
        {"archive_entry_set_size", offsetof(struct archive_functions, set_size)},
        {"archive_entry_set_mtime", offsetof(struct archive_functions, set_mtime)},
    };
    return library_load("libarchive.so.13", symbols, sizeof symbols / sizeof *symbols, functions,
                        error);
}

static la_ssize_t take(struct archive *archive, void *context, const void *bytes, size_t size)
{
    (void)archive;
    struct mime_archive_file *file = context;
    /* It goes on writing when it is freed after a failure. */
    if (error_is_set(&file->error) ||
        mime_spool_append(&file->spool, bytes, size, &file->error) != 0)
        return -1;
    return (la_ssize_t)size;
}

/* Hands on why the spool failed, or else what libarchive has to say. */
static int fail(const struct mime_archive_file *file, const char *path, struct mailer_error *error)
{
    if (error_is_set(&file->error))
        return error_pass(error, &file->error);
    const char *reason = file->functions.error_string(file->archive);
    struct mime_source_name name = mime_source_name(path);
    return error_set(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE,
                     "cannot put %s into an archive: %s", name.text,
                     reason != NULL ? reason : "libarchive does not say why");
}

static int start(struct mime_archive_file *file, struct mailer_error *error)
{
    const struct archive_functions *functions = &file->functions;
    file->archive = functions->write_new();
    file->entry = functions->entry_new();
    if (file->archive == NULL || file->entry == NULL)
        return error_set_memory(error);
    /* A warning of the filter says that a program would have to be run for it. */
    if (functions->set_format_pax(file->archive) != ARCHIVE_OK ||
        functions->add_filter_zstd(file->archive) != ARCHIVE_OK ||
        functions->set_bytes_in_last_block(file->archive, 1) != ARCHIVE_OK ||
        functions->open(file->archive, file, NULL, take, NULL) != ARCHIVE_OK)
        return fail(file, file->spool.name, error);
    return 0;
}

int mime_archive_file_new(struct mime_archive_file **file, const char *name, const char *directory,
                          struct mailer_error *error)
{
    struct mime_archive_file *made = calloc(1, sizeof *made);
    *file = NULL;
    if (made == NULL)
        return error_set_memory(error);
    made->spool = mime_spool_start(name, directory);
    int result = load(&made->functions, error);
    if (result == 0) {
        made->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
        result = start(made, error);
    }
    if (result == 0)
        *file = made;
    else
        mime_archive_file_free(made);
    return result;
}

int mime_archive_file_add(struct mime_archive_file *file, const char *path,
                          const struct stat *status, const char *target, struct mailer_error *error)
{
    const struct archive_functions *functions = &file->functions;
    functions->entry_clear(file->entry);
    functions->copy_pathname(file->entry, path);
    if (target != NULL)
        functions->copy_symlink(file->entry, target);
    functions->set_mode(file->entry, status->st_mode & (S_IFMT | PERMISSIONS));
    functions->set_size(file->entry, S_ISREG(status->st_mode) ? status->st_size : 0);
    functions->set_mtime(file->entry, status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
    /* Names are converted from the charset of the locale; that of this thread is ours to set. */
    locale_t before = file->locale != (locale_t)0 ? uselocale(file->locale) : (locale_t)0;
    int outcome = functions->header(file->archive, file->entry);
    if (before != (locale_t)0)
        uselocale(before);
    /* A warning says that a name is no UTF-8 and was written as it is. */
    return outcome >= ARCHIVE_WARN ? 0 : fail(file, path, error);
}

int mime_archive_file_write(struct mime_archive_file *file, const void *bytes, size_t size,
                            struct mailer_error *error)
{
    la_ssize_t count = file->functions.data(file->archive, bytes, size);
    return count >= 0 && (size_t)count == size ? 0 : fail(file, file->spool.name, error);
}

int mime_archive_file_finish(struct mime_archive_file *file, struct mime_spool *spool,
                             struct mailer_error *error)
{
    *spool = (struct mime_spool){NULL, -1, 0};
    if (file->functions.close(file->archive) != ARCHIVE_OK)
        return fail(file, file->spool.name, error);
    return mime_spool_finish(&file->spool, spool, error);
}

void mime_archive_file_free(struct mime_archive_file *file)
{
    if (file == NULL)
        return;
    /* So that nothing more is written. */
    error_set(&file->error, MAILER_CANCELLED, MAILER_STAGE_MESSAGE, "the archive was given up");
    if (file->archive != NULL)
        file->functions.free(file->archive);
    if (file->entry != NULL)
        file->functions.entry_free(file->entry);
    if (file->locale != (locale_t)0)
        freelocale(file->locale);
    mime_spool_abandon(&file->spool);
    free(file);
}
