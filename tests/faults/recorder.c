/* Record what a process does to the files of one folder, in order; inject faults on request.
 *
 * Loaded with LD_PRELOAD. Every call that changes a file or a name below RECORDER_FOLDER is
 * passed on, and then appended to RECORDER_LOG as one line, followed by the data written:
 *
 *     open 71 0 0 /ledger/ledger.sqlite-wal
 *     write 71 32 24 /…                    then the 24 bytes, and a newline
 *     truncate 71 4096 0 /…     sync 71 0 0 /…     close 71 0 0 /…
 *     link 0 0 0 /ledger/draft<TAB>/ledger/ledger.sqlite          (rename, unlink, mkdir alike)
 *
 * The numbers are the file's inode, the offset (or size) and the length. An `open` that creates or
 * truncates a file is recorded as `create`; extending a file with zeros, as an empty write at its
 * new end; output through a stdio stream, as one write when the stream is closed. Forked children
 * share the recording, each call in one piece. Paths are absolute.
 *
 * With RECORDER_FAIL="write 28 17 3" the 17th to 19th write fail with error number 28, the first of
 * them after a sector has been written; sync, open and truncate fail in the same way, and so does a
 * call of recorder_fail. An error of the recorder itself ends the process: a recording is complete
 * or absent.
 *
 * With RECORDER_KILL="17 0" (or recorder_kill) the process is killed right before the 17th line is
 * recorded; with 1 right after it; with 2 after the first sector of that write. One more line records
 * where that was: `kill 0 0 0 /ledger/ledger.sqlite-wal<TAB>write`. With RECORDER_PROCESSES the
 * first number of each line is the process id, to distinguish processes in one recording.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 1024
#define SECTOR 512
#define LOG (MOST - 1)

static char *names[MOST];
static const char *folder;
static int recording;
static char failing[16];
static int fails_with, fails_from, fails_for, seen;

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

void recorder_fail(const char *what, int with, int from, int how_many)
{
    snprintf(failing, sizeof failing, "%s", what);
    fails_with = with;
    fails_from = from;
    fails_for = how_many;
    seen = 0;
}

enum { BEFORE, AFTER, TORN };

static int kill_at, kill_how, recorded, by_process;

void recorder_kill(int at, int how)
{
    kill_at = at;
    kill_how = how;
    recorded = 0;
}

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("RECORDER_LOG"), *fail = getenv("RECORDER_FAIL");
    const char *end = getenv("RECORDER_KILL");

    by_process = !!getenv("RECORDER_PROCESSES");
    if (end && sscanf(end, "%d %d", &kill_at, &kill_how) != 2)
        abort();

    folder = getenv("RECORDER_FOLDER");
    if (folder && !(folder = strdup(folder))) /* PostgreSQL overwrites it with titles */
        abort();
    if (log) {
        int fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (fd < 0 || fcntl(fd, F_DUPFD_CLOEXEC, LOG) != LOG)
            abort();
        recording = 1;
    }
    if (fail && sscanf(fail, "%15s %d %d %d", failing, &fails_with, &fails_from, &fails_for) != 4)
        abort();
}

/* An absolute path, in a buffer of PATH_MAX; "base/5" and "." are relative to the process. */
static const char *whole(const char *path, char *place)
{
    if (!folder || !path || path[0] == '/')
        return path;
    if (!getcwd(place, PATH_MAX) || strlen(place) + strlen(path) + 2 > PATH_MAX)
        abort();
    if (!strncmp(path, "./", 2))
        path += 2;
    if (strcmp(path, "."))
        strcat(strcat(place, "/"), path);
    return place;
}

static int watched(const char *path)
{
    return folder && path && !strncmp(path, folder, strlen(folder));
}

static const char *name_of(int fd)
{
    return fd >= 0 && fd < LOG ? names[fd] : NULL;
}

static void die(const char *what, const char *path);

static void record(const char *what, int fd, long long at, size_t length, const char *path,
                   const char *other, const void *data)
{
    char head[2 * PATH_MAX + 100];
    struct stat file = {0};
    int size;

    if (!recording)
        return;
    if (name_of(fd) && fstat(fd, &file))
        abort();
    size = snprintf(head, sizeof head, "%s %llu %lld %zu %s%s%s\n", what,
                    by_process ? (unsigned long long)getpid() : (unsigned long long)file.st_ino, at,
                    data ? length : 0, path, other ? "\t" : "", other ? other : "");
    struct iovec parts[] = {{head, size}, {(void *)data, data ? length : 0}, {"\n", !!data}};
    if (size >= (int)sizeof head
        || writev(LOG, parts, 3) != size + (data ? (ssize_t)length + 1 : 0))
        abort();
    if (++recorded == kill_at && kill_how == AFTER)
        die(what, path);
}

static void die(const char *what, const char *path)
{
    kill_at = 0;
    record("kill", 0, 0, 0, path, what, NULL);
    kill(getpid(), SIGKILL);
}

/* Whether the next recorded line is the one to kill at. */
static int ends(int how)
{
    return kill_at && kill_how == how && recorded + 1 == kill_at;
}

static void before(const char *what, const char *path)
{
    if (ends(BEFORE))
        die(what, path);
}

/* Whether this call must fail; sets errno. */
static int fails(const char *what)
{
    if (strcmp(what, failing) || ++seen < fails_from || seen >= fails_from + fails_for)
        return 0;
    errno = fails_with;
    return 1;
}

static int opened(int fd, const char *path, int flags, int was_there)
{
    if (fd >= 0 && fd < LOG && watched(path)) {
        free(names[fd]);
        names[fd] = strdup(path);
        record(!was_there || (flags & O_TRUNC) ? "create" : "open", fd, 0, 0, path, NULL, NULL);
    }
    return fd;
}

#define OPEN(name)                                                                              \
    int name(const char *given, int flags, ...)                                                 \
    {                                                                                           \
        char place[PATH_MAX];                                                                   \
        const char *path = whole(given, place);                                                 \
        va_list rest;                                                                           \
        va_start(rest, flags);                                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                 \
        va_end(rest);                                                                           \
        if (!watched(path))                                                                     \
            return REAL(name)(path, flags, mode);                                               \
        if (fails("open"))                                                                      \
            return -1;                                                                          \
        int was_there = !access(path, F_OK);                                                    \
        if (was_there || flags & O_CREAT)                                                       \
            before("open", path);                                                               \
        return opened(REAL(name)(path, flags, mode), path, flags, was_there);                   \
    }
OPEN(open)
OPEN(open64)

static void closing(int fd)
{
    if (name_of(fd)) {
        before("close", names[fd]);
        record("close", fd, 0, 0, names[fd], NULL, NULL);
        free(names[fd]);
        names[fd] = NULL;
    }
}

int close(int fd)
{
    closing(fd);
    return REAL(close)(fd);
}

FILE *fopen(const char *given, const char *mode)
{
    char place[PATH_MAX];
    const char *path = whole(given, place);
    int writing = watched(path) && (mode[0] != 'r' || strchr(mode, '+'));
    int was_there = writing && !access(path, F_OK);
    FILE *file = REAL(fopen)(given, mode);

    if (file && writing)
        opened(fileno(file), path, mode[0] == 'w' ? O_TRUNC : 0, was_there);
    return file;
}

/* Only streams that `fopen` opened for writing have a name here. */
int fclose(FILE *file)
{
    int fd = fileno(file);
    struct stat now;
    char self[40], *data;

    if (name_of(fd)) {
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        int again = fflush(file) || fstat(fd, &now) ? -1 : REAL(open)(self, O_RDONLY);
        if (again < 0 || !(data = malloc(now.st_size + 1))
            || read(again, data, now.st_size) != now.st_size)
            abort();
        record("write", fd, 0, now.st_size, names[fd], NULL, data);
        free(data);
        REAL(close)(again);
        closing(fd);
    }
    return REAL(fclose)(file);
}

#define PWRITE(name, type)                                                                      \
    ssize_t name(int fd, const void *data, size_t length, type at)                              \
    {                                                                                           \
        if (name_of(fd) && fails("write")) {                                                    \
            if (seen == fails_from && length > SECTOR)                                          \
                REAL(name)(fd, data, SECTOR, at);                                               \
            errno = fails_with;                                                                 \
            return -1;                                                                          \
        }                                                                                       \
        if (name_of(fd))                                                                        \
            before("write", names[fd]);                                                         \
        if (name_of(fd) && length > SECTOR && ends(TORN)) {                                     \
            REAL(name)(fd, data, SECTOR, at);                                                   \
            die("write", names[fd]);                                                            \
        }                                                                                       \
        ssize_t wrote = REAL(name)(fd, data, length, at);                                       \
        if (wrote > 0 && name_of(fd))                                                           \
            record("write", fd, at, wrote, names[fd], NULL, data);                              \
        return wrote;                                                                           \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length)
{
    if (!name_of(fd))
        return REAL(write)(fd, data, length);
    if (fails("write"))
        return -1;
    before("write", names[fd]);
    if (length > SECTOR && ends(TORN)) {
        REAL(write)(fd, data, SECTOR);
        die("write", names[fd]);
    }
    ssize_t wrote = REAL(write)(fd, data, length);
    if (wrote > 0)
        record("write", fd, lseek(fd, 0, SEEK_CUR) - wrote, wrote, names[fd], NULL, data);
    return wrote;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    if (name_of(fd) && fails("write"))
        return -1;
    ssize_t wrote = REAL(pwritev)(fd, parts, count, at);
    if (wrote <= 0 || !name_of(fd))
        return wrote;
    char *data = malloc(wrote), *end = data;
    if (!data)
        abort();
    for (ssize_t left = wrote; left > 0; parts++) {
        ssize_t length = (ssize_t)parts->iov_len < left ? (ssize_t)parts->iov_len : left;
        end = mempcpy(end, parts->iov_base, length);
        left -= length;
    }
    record("write", fd, at, wrote, names[fd], NULL, data);
    free(data);
    return wrote;
}

int posix_fallocate(int fd, off_t at, off_t length)
{
    int error = REAL(posix_fallocate)(fd, at, length);
    if (!error && name_of(fd))
        record("write", fd, at + length, 0, names[fd], NULL, NULL);
    return error;
}

/* Calls whose first argument is a descriptor. */
#define ON_FILE(name, what, size, parameters, ...)                                              \
    int name parameters                                                                         \
    {                                                                                           \
        if (name_of(fd) && fails(what))                                                         \
            return -1;                                                                          \
        if (name_of(fd))                                                                        \
            before(what, names[fd]);                                                            \
        int answer = REAL(name)(__VA_ARGS__);                                                   \
        if (!answer && name_of(fd))                                                             \
            record(what, fd, size, 0, names[fd], NULL, NULL);                                   \
        return answer;                                                                          \
    }
ON_FILE(ftruncate, "truncate", size, (int fd, off_t size), fd, size)
ON_FILE(ftruncate64, "truncate", size, (int fd, off64_t size), fd, size)
ON_FILE(fsync, "sync", 0, (int fd), fd)
ON_FILE(fdatasync, "sync", 0, (int fd), fd)

int truncate(const char *given, off_t size)
{
    char place[PATH_MAX];

    if (!watched(whole(given, place)))
        return REAL(truncate)(given, size);
    int fd = open(given, O_WRONLY), answer = fd < 0 ? -1 : ftruncate(fd, size), error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return answer;
}

/* Calls on names; `there` is the result of access() on the first name if they can succeed. */
#define ON_NAME(name, other, there, parameters, ...)                                            \
    int name parameters                                                                         \
    {                                                                                           \
        char places[2][PATH_MAX];                                                               \
        const char *full = whole(path, places[0]);                                              \
        if (watched(full) && access(full, F_OK) == there)                                       \
            before(#name, full);                                                                \
        int answer = REAL(name)(__VA_ARGS__);                                                   \
        if (!answer && watched(full))                                                           \
            record(#name, -1, 0, 0, full, whole(other, places[1]), NULL);                       \
        return answer;                                                                          \
    }
ON_NAME(unlink, NULL, 0, (const char *path), path)
ON_NAME(rmdir, NULL, 0, (const char *path), path)
ON_NAME(mkdir, NULL, -1, (const char *path, mode_t mode), path, mode)
ON_NAME(link, to, 0, (const char *path, const char *to), path, to)
ON_NAME(rename, to, 0, (const char *path, const char *to), path, to)
