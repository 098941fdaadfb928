/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "password/password.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT = 5000 }; /* milliseconds; no test comes near it */

static void assert_secret(struct secret *secret, const char *text)
{
    assert_int_equal(secret->size, strlen(text));
    assert_string_equal(secret->text, text);
    secret_free(secret);
}

static int descriptor_with(const char *bytes, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, size), (ssize_t)size);
    close(ends[1]);
    return ends[0];
}

static void the_first_line_of_a_descriptor_counts_and_the_rest_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {"pass \xC3\xBC\"\\: \nbody", "pass \xC3\xBC\"\\: \r\nbody"};
    for (size_t i = 0; i < 2; i++) {
        struct secret secret = {0};
        struct problem problem = {0};
        int descriptor = descriptor_with(texts[i], strlen(texts[i]));
        assert_int_equal(password_from_descriptor(&secret, descriptor, &problem), 0);
        assert_secret(&secret, "pass \xC3\xBC\"\\: ");
        char rest[16];
        assert_int_equal(read(descriptor, rest, sizeof rest), 4);
        close(descriptor);
    }
}

static void a_descriptor_without_a_password_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {{"", 0}, {"\n", 1}, {"\r\n", 2}, {"\nsecond", 7}, {"a\0b\n", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret = {0};
        struct problem problem = {0};
        int descriptor = descriptor_with(cases[i].bytes, cases[i].size);
        assert_int_equal(password_from_descriptor(&secret, descriptor, &problem),
                         EXIT_CODE_CONFIGURATION);
        assert_false(secret_is_set(&secret));
        close(descriptor);
    }
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(password_from_descriptor(&secret, 1 << 20, &problem), EXIT_CODE_CONFIGURATION);
    assert_false(secret_is_set(&secret));
}

static void write_file(const char *name, const char *bytes, size_t size, mode_t mode)
{
    int descriptor = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, size), (ssize_t)size);
    assert_int_equal(fchmod(descriptor, mode), 0);
    close(descriptor);
}

static void a_file_is_read_when_only_its_owner_may(void **state)
{
    (void)state;
    char directory[] = "/tmp/mailer-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char name[64];
    snprintf(name, sizeof name, "%s/password", directory);
    static const mode_t modes[] = {0600, 0400, 0640, 0604, 0620, 0601};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct secret secret = {0};
        struct problem problem = {0};
        write_file(name, "sesame\nother\n", 13, modes[i]);
        int result = password_from_file(&secret, name, &problem);
        assert_int_equal(result, modes[i] & 077 ? EXIT_CODE_CONFIGURATION : 0);
        if (result == 0)
            assert_secret(&secret, "sesame");
        else
            assert_non_null(strstr(problem.text, "chmod 600"));
        unlink(name);
    }
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(password_from_file(&secret, name, &problem), EXIT_CODE_CONFIGURATION);
    assert_int_equal(password_from_file(&secret, directory, &problem), EXIT_CODE_CONFIGURATION);
    assert_false(secret_is_set(&secret));
    rmdir(directory);
}

static void the_longest_password_fits_and_one_more_octet_does_not(void **state)
{
    (void)state;
    char name[] = "/tmp/mailer-test-XXXXXX";
    int descriptor = mkstemp(name);
    assert_true(descriptor >= 0);
    close(descriptor);
    char *bytes = malloc(SECRET_LIMIT + 1);
    assert_non_null(bytes);
    memset(bytes, 'x', SECRET_LIMIT + 1);
    struct secret secret = {0};
    struct problem problem = {0};
    write_file(name, bytes, SECRET_LIMIT, 0600);
    assert_int_equal(password_from_file(&secret, name, &problem), 0);
    assert_int_equal(secret.size, SECRET_LIMIT);
    assert_int_equal(secret.text[SECRET_LIMIT], 0);
    secret_free(&secret);
    write_file(name, bytes, SECRET_LIMIT + 1, 0600);
    assert_int_equal(password_from_file(&secret, name, &problem), EXIT_CODE_CONFIGURATION);
    assert_false(secret_is_set(&secret));
    free(bytes);
    unlink(name);
}

static void a_command_gives_its_first_line(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        const char *password;
    } cases[] = {
        {"echo sesame", "sesame"},
        {"printf 'one\\ntwo\\n'", "one"},
        {"printf 'no line end'", "no line end"},
        {"cat; echo empty input", "empty input"},
        {"echo left; sleep 3 >/dev/null 2>&1 &", "left"},
        {"sleep 3 & echo held", "held"},
        {"sleep 0.1; echo late", "late"},
        {"head -c 60000 /dev/zero | tr '\\0' '\\n' >&2; echo noisy", "noisy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret secret = {0};
        struct problem problem = {0};
        assert_int_equal(password_from_command(&secret, cases[i].command, LIMIT, &problem), 0);
        assert_secret(&secret, cases[i].password);
    }
}

static void a_command_that_fails_gives_no_password(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "echo x; exit 1",          "true",          "printf 'a\\000b\\n'", "echo x; kill -9 $$",
        "head -c 70000 /dev/zero", "cat /dev/zero", "no-such-command-here"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct secret secret = {0};
        struct problem problem = {0};
        assert_int_equal(password_from_command(&secret, commands[i], LIMIT, &problem),
                         EXIT_CODE_LOGIN);
        assert_false(secret_is_set(&secret));
    }
}

static void a_command_that_hangs_is_killed_with_its_children(void **state)
{
    (void)state;
    char name[] = "/tmp/mailer-test-XXXXXX";
    int descriptor = mkstemp(name);
    assert_true(descriptor >= 0);
    char command[128];
    snprintf(command, sizeof command, "sleep 60 & echo $! > %s; wait", name);
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(password_from_command(&secret, command, 200, &problem), EXIT_CODE_LOGIN);
    assert_non_null(strstr(problem.text, "too long"));
    char digits[16] = "";
    assert_true(read(descriptor, digits, sizeof digits - 1) > 0);
    pid_t child = (pid_t)atol(digits);
    assert_true(child > 1);
    /* Its new parent has to take note of its end, so this may need a moment. */
    bool alive = true;
    for (int i = 0; i < 200 && alive; i++) {
        char path[64], line[256] = "";
        snprintf(path, sizeof path, "/proc/%ld/stat", (long)child);
        FILE *status = fopen(path, "r");
        alive = status != NULL && fgets(line, sizeof line, status) != NULL &&
                strstr(line, ") Z") == NULL;
        if (status != NULL)
            fclose(status);
        nanosleep(&(struct timespec){0, 5000000}, NULL);
    }
    assert_false(alive);
    close(descriptor);
    unlink(name);
}

static bool echoes(int terminal)
{
    struct termios modes;
    assert_int_equal(tcgetattr(terminal, &modes), 0);
    return (modes.c_lflag & ECHO) != 0;
}

/* Somebody at the keyboard of a terminal: waits until nothing typed is shown, then acts. */
static pid_t type_at(int keyboard, const char *typed, int signal_number)
{
    pid_t asker = getpid();
    pid_t typist = fork();
    assert_true(typist >= 0);
    if (typist > 0)
        return typist;
    for (int i = 0; i < 1000 && echoes(keyboard); i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    if (signal_number != 0)
        kill(asker, signal_number);
    nanosleep(&(struct timespec){0, 20000000}, NULL);
    for (int i = 0; i < 1000 && echoes(keyboard); i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    ssize_t written = write(keyboard, typed, strlen(typed));
    _exit(written < 0);
}

static volatile sig_atomic_t signals_seen;
static int terminal_of_signal;
static volatile sig_atomic_t echo_at_signal;

static void see_signal(int number)
{
    (void)number;
    struct termios modes;
    signals_seen++;
    echo_at_signal = tcgetattr(terminal_of_signal, &modes) == 0 && (modes.c_lflag & ECHO) != 0;
}

static void a_terminal_is_asked_in_silence_and_put_back(void **state)
{
    (void)state;
    int keyboard, terminal;
    char name[128];
    assert_int_equal(openpty(&keyboard, &terminal, name, NULL, NULL), 0);
    struct secret secret = {0};
    struct problem problem = {0};
    pid_t typist = type_at(keyboard, "sesame\n", 0);
    assert_int_equal(password_from_terminal(&secret, name, "Password: ", &problem), 0);
    assert_secret(&secret, "sesame");
    assert_true(echoes(terminal));
    assert_int_equal(waitpid(typist, NULL, 0), typist);
    char shown[64];
    ssize_t size = read(keyboard, shown, sizeof shown - 1);
    assert_true(size > 0);
    shown[size] = '\0';
    assert_string_equal(shown, "Password: \r\n");
    close(keyboard);
    close(terminal);
}

/* Asks with a signal in between that is caught. @return the exit code. */
static int ask_with_signal(int number, struct secret *secret)
{
    int keyboard, terminal;
    char name[128];
    assert_int_equal(openpty(&keyboard, &terminal, name, NULL, NULL), 0);
    struct sigaction action = {.sa_handler = see_signal}, before;
    sigaction(number, &action, &before);
    signals_seen = 0;
    terminal_of_signal = terminal;
    struct problem problem = {0};
    pid_t typist = type_at(keyboard, "again\n", number);
    int result = password_from_terminal(secret, name, "Password: ", &problem);
    assert_int_equal(signals_seen, 1);
    assert_true(echo_at_signal);
    assert_int_equal(waitpid(typist, NULL, 0), typist);
    sigaction(number, &before, NULL);
    close(keyboard);
    close(terminal);
    return result;
}

static void a_signal_finds_the_terminal_put_back(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_int_equal(ask_with_signal(SIGTSTP, &secret), 0);
    assert_secret(&secret, "again");
}

static void whoever_survives_the_signal_to_end_is_not_asked_again(void **state)
{
    (void)state;
    struct secret secret = {0};
    assert_int_equal(ask_with_signal(SIGTERM, &secret), EXIT_CODE_LOGIN);
    assert_false(secret_is_set(&secret));
    assert_int_equal(ask_with_signal(SIGINT, &secret), EXIT_CODE_LOGIN);
}

static void without_a_terminal_nobody_is_asked(void **state)
{
    (void)state;
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(password_from_terminal(&secret, "/dev/null", "", &problem), EXIT_CODE_LOGIN);
    assert_int_equal(password_from_terminal(&secret, "/nowhere", "", &problem), EXIT_CODE_LOGIN);
    assert_false(secret_is_set(&secret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_of_a_descriptor_counts_and_the_rest_stays),
        cmocka_unit_test(a_descriptor_without_a_password_is_refused),
        cmocka_unit_test(a_file_is_read_when_only_its_owner_may),
        cmocka_unit_test(the_longest_password_fits_and_one_more_octet_does_not),
        cmocka_unit_test(a_command_gives_its_first_line),
        cmocka_unit_test(a_command_that_fails_gives_no_password),
        cmocka_unit_test(a_command_that_hangs_is_killed_with_its_children),
        cmocka_unit_test(a_terminal_is_asked_in_silence_and_put_back),
        cmocka_unit_test(a_signal_finds_the_terminal_put_back),
        cmocka_unit_test(whoever_survives_the_signal_to_end_is_not_asked_again),
        cmocka_unit_test(without_a_terminal_nobody_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
