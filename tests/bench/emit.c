/* What the benchmarks run: a program that costs next to nothing.
 *
 *   emit flood NAME LINES SECONDS   print LINES lines as fast as they are taken,
 *                                   then stay for SECONDS
 *   emit rate NAME RATE SECONDS     print RATE lines a second
 *   emit idle NAME                  write down when it came up, then wait
 *
 * emit.py does the same where there is no compiler.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One line is 84 bytes for a NAME of two; its trace depends on its number, so
 * that pieces of two lines never make a third. */
static void line(const char *name, unsigned long number)
{
    printf("%s line %09lu GET /api/v1/items/%06lu?page=3 200 9ms"
           " user=alice trace=%08lx\n",
           name, number, number, (number * 2654435761UL) & 0xffffffffUL);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void rest(double seconds)
{
    struct timespec time;
    if (seconds <= 0)
        return;
    time.tv_sec = (time_t)seconds;
    time.tv_nsec = (long)((seconds - time.tv_sec) * 1e9);
    nanosleep(&time, NULL);
}

static void flood(const char *name, unsigned long lines, double seconds)
{
    setvbuf(stdout, NULL, _IOFBF, 65536);
    for (unsigned long number = 0; number < lines; number++)
        line(name, number);
    fflush(stdout);
    rest(seconds);
}

/* Fifty portions a second, so that no rate is a matter of timers. */
static void rate(const char *name, unsigned long a_second, double seconds)
{
    double begin = now();
    unsigned long number = 0;
    setvbuf(stdout, NULL, _IOLBF, 65536);
    for (double passed = 0; passed < seconds; passed = now() - begin) {
        unsigned long due = (unsigned long)(passed * a_second);
        while (number < due)
            line(name, number++);
        rest(0.02);
    }
}

/* The time goes to the file that EMIT_LOG names: output would have to be read. */
static void idle(const char *name)
{
    const char *path = getenv("EMIT_LOG");
    char text[128];
    int length = snprintf(text, sizeof text, "%s %.6f\n", name, now());
    int file = path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file >= 0 && write(file, text, length) == length)
        close(file);
    for (;;)
        pause();
}

int main(int count, char **words)
{
    if (count == 5 && !strcmp(words[1], "flood"))
        flood(words[2], strtoul(words[3], NULL, 10), atof(words[4]));
    else if (count == 5 && !strcmp(words[1], "rate"))
        rate(words[2], strtoul(words[3], NULL, 10), atof(words[4]));
    else if (count == 3 && !strcmp(words[1], "idle"))
        idle(words[2]);
    else
        return 2;
    return 0;
}
