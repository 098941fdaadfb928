/* SPDX-License-Identifier: ISC */
/* What archive.c and archive_file.c pack is read back by libarchive. */
/* nftw() belongs to the X/Open part of POSIX; syscall() to none. */
#define _XOPEN_SOURCE 700
#include "content/archive.h"
#include "harness/harness.h"
#include "library.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- Reading back ---- */

struct read_functions {
    __typeof__(archive_read_new) *read_new;
    __typeof__(archive_read_support_filter_zstd) *support_zstd;
    __typeof__(archive_read_support_format_tar) *support_tar;
    __typeof__(archive_read_open_memory) *open_memory;
    __typeof__(archive_read_next_header) *next_header;
    __typeof__(archive_read_data) *data;
    __typeof__(archive_read_free) *free;
    __typeof__(archive_entry_pathname) *pathname;
    __typeof__(archive_entry_symlink) *symlink;
    __typeof__(archive_entry_mode) *mode;
    __typeof__(archive_entry_size) *size;
    __typeof__(archive_entry_mtime) *mtime;
    __typeof__(archive_entry_mtime_nsec) *mtime_nsec;
    __typeof__(archive_entry_uid) *uid;
    __typeof__(archive_entry_gid) *gid;
    __typeof__(archive_entry_uname) *uname;
    __typeof__(archive_entry_gname) *gname;
};

static struct read_functions in;

static int load_reader(void **state)
{
    (void)state;
#define SYMBOL(name, member)                                                                       \
    {                                                                                              \
        name, offsetof(struct read_functions, member)                                              \
    }
    static const struct library_symbol symbols[] = {
        SYMBOL("archive_read_new", read_new),
        SYMBOL("archive_read_support_filter_zstd", support_zstd),
        SYMBOL("archive_read_support_format_tar", support_tar),
        SYMBOL("archive_read_open_memory", open_memory),
        SYMBOL("archive_read_next_header", next_header),
        SYMBOL("archive_read_data", data),
        SYMBOL("archive_read_free", free),
        SYMBOL("archive_entry_pathname", pathname),
        SYMBOL("archive_entry_symlink", symlink),
        SYMBOL("archive_entry_mode", mode),
        SYMBOL("archive_entry_size", size),
        SYMBOL("archive_entry_mtime", mtime),
        SYMBOL("archive_entry_mtime_nsec", mtime_nsec),
        SYMBOL("archive_entry_uid", uid),
        SYMBOL("archive_entry_gid", gid),
        SYMBOL("archive_entry_uname", uname),
        SYMBOL("archive_entry_gname", gname),
    };
    return library_load("libarchive.so.13", symbols, sizeof symbols / sizeof *symbols, &in, NULL);
}

struct packed {
    char *bytes;
    size_t size;
    struct archive *archive;
    struct archive_entry *entry;
};

static struct packed open_packed(struct mime_blob *blob)
{
    struct packed packed = {.size = (size_t)mime_blob_size(blob)};
    packed.bytes = malloc(packed.size);
    assert_non_null(packed.bytes);
    size_t got;
    assert_int_equal(mime_blob_read(blob, 0, packed.bytes, packed.size, &got, NULL), 0);
    assert_int_equal(got, packed.size);
    packed.archive = in.read_new();
    in.support_zstd(packed.archive);
    in.support_tar(packed.archive);
    assert_int_equal(in.open_memory(packed.archive, packed.bytes, packed.size), ARCHIVE_OK);
    return packed;
}

static void close_packed(struct packed *packed)
{
    assert_int_equal(in.next_header(packed->archive, &packed->entry), ARCHIVE_EOF);
    in.free(packed->archive);
    free(packed->bytes);
}

static void expect(struct packed *packed, const char *path, mode_t kind)
{
    int outcome = in.next_header(packed->archive, &packed->entry);
    if (outcome != ARCHIVE_OK && outcome != ARCHIVE_WARN)
        fail_msg("there is no %s", path);
    assert_string_equal(in.pathname(packed->entry), path);
    assert_int_equal(in.mode(packed->entry) & S_IFMT, kind);
    assert_int_equal(in.uid(packed->entry), 0);
    assert_int_equal(in.gid(packed->entry), 0);
    const char *user = in.uname(packed->entry);
    const char *group = in.gname(packed->entry);
    assert_true((user == NULL || *user == '\0') && (group == NULL || *group == '\0'));
}

static void expect_file(struct packed *packed, const char *path, const void *bytes, size_t size)
{
    expect(packed, path, S_IFREG);
    assert_int_equal(in.size(packed->entry), size);
    char *read_back = malloc(size + 1);
    assert_non_null(read_back);
    assert_int_equal(in.data(packed->archive, read_back, size + 1), size);
    assert_memory_equal(read_back, bytes, size);
    free(read_back);
}

/* ---- Directories to pack ---- */

static char top[64];
static char home[64]; /* where tests run */

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *where)
{
    (void)status;
    (void)flag;
    (void)where;
    chmod(path, S_IRWXU);
    return remove(path);
}

static int make_top(void **state)
{
    (void)state;
    memcpy(home, "/tmp/mailer-test-archive-XXXXXX", sizeof "/tmp/mailer-test-archive-XXXXXX");
    if (mkdtemp(home) == NULL)
        return -1;
    snprintf(top, sizeof top, "%s/top", home);
    return mkdir(top, S_IRWXU);
}

static int remove_top(void **state)
{
    (void)state;
    return nftw(home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", top, name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, S_IRUSR | S_IWUSR);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
}

static void make_directory(const char *name)
{
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", top, name);
    assert_int_equal(mkdir(path, S_IRWXU), 0);
}

static void make_link(const char *target, const char *name)
{
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", top, name);
    assert_int_equal(symlink(target, path), 0);
}

static struct packed pack(const char *path, const char *expected_name)
{
    struct mime_blob *blob;
    char *name;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mime_archive_directory(&blob, &name, path, home, &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(name, expected_name);
    struct packed packed = open_packed(blob);
    mime_blob_release(blob);
    free(name);
    return packed;
}

static void assert_refused(const char *path, enum mailer_error_class error_class, const char *words)
{
    struct mime_blob *blob = (struct mime_blob *)home;
    char *name = home;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_archive_directory(&blob, &name, path, home, &error), error_class);
    assert_null(blob);
    assert_null(name);
    assert_int_equal(error.error_class, error_class);
    if (strstr(error.text, words) == NULL)
        fail_msg("not told: %s but: %s", words, error.text);
    assert_int_equal(mime_archive_directory(&blob, &name, path, home, NULL), error_class);
}

/* ---- Tests ---- */

static void what_is_in_a_directory_comes_out_sorted(void **state)
{
    (void)state;
    write_file("b", "content of b", 12);
    write_file("a.txt", "", 0);
    write_file("B", "upper", 5);
    make_directory("ab");
    write_file("ab/x", "in ab", 5);
    make_directory("c");
    make_link("../nowhere", "link");
    make_link(".", "ab/loop");
    char file[128];
    snprintf(file, sizeof file, "%s/b", top);
    const struct timespec times[2] = {{1700000000, 123456789}, {1700000001, 987654321}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    assert_int_equal(chmod(file, S_ISUID | S_IRWXU | S_IRGRP), 0);
    struct packed packed = pack(top, "top.tar.zst");
    expect(&packed, "top/", S_IFDIR);
    expect_file(&packed, "top/B", "upper", 5);
    expect_file(&packed, "top/a.txt", "", 0);
    expect(&packed, "top/ab/", S_IFDIR);
    expect(&packed, "top/ab/loop", S_IFLNK);
    assert_string_equal(in.symlink(packed.entry), ".");
    expect_file(&packed, "top/ab/x", "in ab", 5);
    expect_file(&packed, "top/b", "content of b", 12);
    assert_int_equal(in.mode(packed.entry), S_IFREG | S_IRWXU | S_IRGRP);
    assert_int_equal(in.mtime(packed.entry), 1700000001);
    assert_int_equal(in.mtime_nsec(packed.entry), 987654321);
    expect(&packed, "top/c/", S_IFDIR);
    expect(&packed, "top/link", S_IFLNK);
    assert_string_equal(in.symlink(packed.entry), "../nowhere");
    close_packed(&packed);
}

static void the_same_directory_gives_the_same_octets(void **state)
{
    (void)state;
    write_file("x", "x", 1);
    write_file("y", "y", 1);
    struct packed one = pack(top, "top.tar.zst");
    struct packed other = pack(top, "top.tar.zst");
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.bytes, other.bytes, one.size);
    expect(&one, "top/", S_IFDIR);
    expect(&one, "top/x", S_IFREG);
    expect(&one, "top/y", S_IFREG);
    close_packed(&one);
    in.free(other.archive);
    free(other.bytes);
}

static void an_empty_directory_is_an_archive_of_its_name(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s///", top);
    struct packed packed = pack(path, "top.tar.zst");
    expect(&packed, "top/", S_IFDIR);
    close_packed(&packed);
    snprintf(path, sizeof path, "%s/x/..", top);
    make_directory("x");
    packed = pack(path, "top.tar.zst");
    expect(&packed, "top/", S_IFDIR);
    expect(&packed, "top/x/", S_IFDIR);
    close_packed(&packed);
    snprintf(path, sizeof path, "%s/by_link", home);
    assert_int_equal(symlink("top", path), 0);
    packed = pack(path, "by_link.tar.zst");
    expect(&packed, "by_link/", S_IFDIR);
    expect(&packed, "by_link/x/", S_IFDIR);
    close_packed(&packed);
}

static void hostile_names_come_out_as_they_were(void **state)
{
    (void)state;
    char longest[256];
    memset(longest, 'l', 255);
    longest[255] = '\0';
    const char *const names[] = {"\x01\x1B[31m", "\n",   " ",     "--checkpoint",
                                 "\\..\\x",      "a\"b", longest, "\xC3\xBC\xE2\x82\xAC",
                                 "\xFC\xFF"};
    enum { COUNT = sizeof names / sizeof *names };
    for (size_t i = 0; i < COUNT; i++)
        write_file(names[i], names[i], strlen(names[i]));
    struct packed packed = pack(top, "top.tar.zst");
    expect(&packed, "top/", S_IFDIR);
    for (size_t i = 0; i < COUNT; i++) {
        char path[512];
        snprintf(path, sizeof path, "top/%s", names[i]);
        /* In the locale C, libarchive gives names that are UTF-8 by another function. */
        if (i == 7) {
            assert_true(in.next_header(packed.archive, &packed.entry) >= ARCHIVE_WARN);
            continue;
        }
        expect_file(&packed, path, names[i], strlen(names[i]));
    }
    close_packed(&packed);
}

static void long_paths_and_deep_ones_up_to_the_limit(void **state)
{
    (void)state;
    char path[8192] = "";
    char part[64];
    memset(part, 'd', 40);
    part[40] = '\0';
    for (size_t depth = 1; depth < MIME_ARCHIVE_DEPTH; depth++) {
        snprintf(path + strlen(path), sizeof path - strlen(path), "%s%s", depth > 1 ? "/" : "",
                 part);
        if (strlen(path) + strlen(top) > 4000)
            break;
        make_directory(path);
    }
    struct packed packed = pack(top, "top.tar.zst");
    size_t count = 0;
    while (in.next_header(packed.archive, &packed.entry) == ARCHIVE_OK)
        count++;
    assert_true(count > 90);
    in.free(packed.archive);
    free(packed.bytes);
}

static void what_lies_too_deep_is_refused(void **state)
{
    (void)state;
    char path[1024] = "d";
    for (size_t depth = 1; depth < MIME_ARCHIVE_DEPTH; depth++) {
        make_directory(path);
        memcpy(path + strlen(path), "/d", 3);
    }
    struct packed packed = pack(top, "top.tar.zst");
    in.free(packed.archive);
    free(packed.bytes);
    make_directory(path);
    assert_refused(top, MAILER_SOURCE, "too deep");
}

static void what_no_archive_holds_is_named(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/pipe", top);
    assert_int_equal(mkfifo(path, S_IRUSR), 0);
    assert_refused(top, MAILER_SOURCE, "top/pipe is a pipe");
    assert_int_equal(unlink(path), 0);
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", top);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    close(descriptor);
    assert_refused(top, MAILER_SOURCE, "top/socket is a socket");
}

static void what_is_no_directory_is_refused(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/nothing", top);
    assert_refused(path, MAILER_SOURCE, "nothing: No such file");
    write_file("file", "x", 1);
    snprintf(path, sizeof path, "%s/file", top);
    assert_refused(path, MAILER_SOURCE, "Not a directory");
    assert_refused("/", MAILER_SOURCE, "no name");
    assert_refused("", MAILER_SOURCE, "cannot find");
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip();
    char path[128];
    write_file("secret", "x", 1);
    snprintf(path, sizeof path, "%s/secret", top);
    assert_int_equal(chmod(path, 0), 0);
    assert_refused(top, MAILER_SOURCE, "top/secret");
}

static void a_directory_for_temporary_files_must_be_there(void **state)
{
    (void)state;
    size_t size = 1 << 20;
    char *noise = malloc(size);
    assert_non_null(noise);
    uint64_t random = 1;
    for (size_t i = 0; i < size; i++)
        noise[i] = (char)harness_random(&random);
    write_file("noise", noise, size);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_blob *blob;
    char *name;
    assert_int_equal(mime_archive_directory(&blob, &name, top, "/nowhere", &error), MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "/nowhere"));
    /* And in the directory that is packed, it does not pack itself. */
    assert_int_equal(mime_archive_directory(&blob, &name, top, top, NULL), 0);
    struct packed packed = open_packed(blob);
    expect(&packed, "top/", S_IFDIR);
    expect_file(&packed, "top/noise", noise, size);
    close_packed(&packed);
    mime_blob_release(blob);
    free(name);
    free(noise);
}

/* Takes the place of the C library's read(): before each one, a file gets longer. */
static int growing = -1;

ssize_t read(int descriptor, void *bytes, size_t size)
{
    if (growing >= 0)
        assert_int_equal(write(growing, "more", 4), 4);
    return syscall(SYS_read, descriptor, bytes, size);
}

static void a_file_that_changes_meanwhile_is_refused(void **state)
{
    (void)state;
    char path[128];
    write_file("big", "x", 1);
    snprintf(path, sizeof path, "%s/big", top);
    growing = open(path, O_WRONLY | O_APPEND);
    assert_true(growing >= 0);
    assert_refused(top, MAILER_SOURCE, "top/big became longer");
    close(growing);
    growing = -1;
}

int main(void)
{
#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_top, remove_top)
    const struct CMUnitTest tests[] = {
        IN_A_DIRECTORY(what_is_in_a_directory_comes_out_sorted),
        IN_A_DIRECTORY(the_same_directory_gives_the_same_octets),
        IN_A_DIRECTORY(an_empty_directory_is_an_archive_of_its_name),
        IN_A_DIRECTORY(hostile_names_come_out_as_they_were),
        IN_A_DIRECTORY(long_paths_and_deep_ones_up_to_the_limit),
        IN_A_DIRECTORY(what_lies_too_deep_is_refused),
        IN_A_DIRECTORY(what_no_archive_holds_is_named),
        IN_A_DIRECTORY(what_is_no_directory_is_refused),
        IN_A_DIRECTORY(what_cannot_be_read_is_named),
        IN_A_DIRECTORY(a_directory_for_temporary_files_must_be_there),
        IN_A_DIRECTORY(a_file_that_changes_meanwhile_is_refused),
    };
    return cmocka_run_group_tests(tests, load_reader, NULL);
}
