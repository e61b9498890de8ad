// What a program is loaded with (LD_PRELOAD) so that one of its system calls goes wrong. Calls about files below
// FAULT_FOLDER are numbered from 1 on; FAULT_LOG gets a line for each: number, name, path.
//
// Call FAULT_AT has the fault FAULT_KIND:
//   a number     it fails with that errno
//   short        a read or write does half of what it is asked to, one byte at least
//   cut          the file FAULT_FILE is cut to half of its size before the call
//   change       a byte in the middle of FAULT_FILE is changed before the call
//   replace      FAULT_FILE is replaced by an empty file before the call
//   remove       the folder FAULT_FILE is moved away before the call
//   kill, term   the process gets the signal before the call
//
// FAULT_ALWAYS=1: every call of that name from there on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, NORMAL = 0, SHORT = -1 };

static char *paths[DESCRIPTORS];
static atomic_int calls;
static char failing[32];

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static int is_watched(const char *path) {
  const char *folder = setting("FAULT_FOLDER");
  return *folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static void log_call(int number, const char *name, const char *path) {
  const char *log = setting("FAULT_LOG");
  if (!*log) return;
  char line[4096];
  int length = snprintf(line, sizeof line, "%d %s %s\n", number, name, path);
  long file = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  syscall(SYS_write, file, line, (size_t)length);
  syscall(SYS_close, file);
}

// The file or folder that the fault is about, changed without the functions below.
static void meddle(const char *kind) {
  const char *file = setting("FAULT_FILE");
  struct stat status;
  if (strcmp(kind, "remove") == 0) {
    char away[4096];
    snprintf(away, sizeof away, "%s.away", file);
    syscall(SYS_renameat2, AT_FDCWD, file, AT_FDCWD, away, 0);
  } else if (strcmp(kind, "replace") == 0) {
    syscall(SYS_unlinkat, AT_FDCWD, file, 0);
    long descriptor = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_EXCL, 0644);
    syscall(SYS_close, descriptor);
  } else if (syscall(SYS_newfstatat, AT_FDCWD, file, &status, 0) == 0) {
    if (strcmp(kind, "cut") == 0) {
      syscall(SYS_truncate, file, status.st_size / 2);
    } else {
      long descriptor = syscall(SYS_openat, AT_FDCWD, file, O_RDWR);
      unsigned char byte = 0;
      syscall(SYS_pread64, descriptor, &byte, (size_t)1, status.st_size / 2);
      byte ^= 1;
      syscall(SYS_pwrite64, descriptor, &byte, (size_t)1, status.st_size / 2);
      syscall(SYS_close, descriptor);
    }
  }
}

// NORMAL, SHORT, or the errno that the call fails with.
static int fault(const char *name, const char *path) {
  if (!is_watched(path)) return NORMAL;
  int number = atomic_fetch_add(&calls, 1) + 1;
  log_call(number, name, path);
  const char *kind = setting("FAULT_KIND");
  int again = *setting("FAULT_ALWAYS") && strcmp(failing, name) == 0;
  if (number != atoi(setting("FAULT_AT")) && !again) return NORMAL;
  snprintf(failing, sizeof failing, "%s", name);
  if (strcmp(kind, "short") == 0) return SHORT;
  if (strcmp(kind, "kill") == 0) kill(getpid(), SIGKILL);
  if (strcmp(kind, "term") == 0) kill(getpid(), SIGTERM);
  else if (atoi(kind) > 0) return atoi(kind);
  else meddle(kind);
  return NORMAL;
}

static int descriptor_fault(const char *name, int descriptor) {
  return fault(name, descriptor >= 0 && descriptor < DESCRIPTORS ? paths[descriptor] : NULL);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_IF(result, code) \
  do { \
    int code_ = (code); \
    if (code_ > 0) return errno = code_, (result); \
  } while (0)

// Folders are opened to be synchronized; what is below FAULT_FOLDER is named by whole paths.
static int opened(int descriptor, const char *path) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) {
    free(paths[descriptor]);
    paths[descriptor] = is_watched(path) ? strdup(path) : NULL;
  }
  return descriptor;
}

static int open_at(const char *path, int flags, mode_t mode) {
  FAIL_IF(-1, fault("open", path));
  return opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), path);
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_at(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_at(path, flags, mode);
}

int close(int descriptor) {
  int failure = descriptor_fault("close", descriptor);
  if (descriptor >= 0 && descriptor < DESCRIPTORS) {
    free(paths[descriptor]);
    paths[descriptor] = NULL;
  }
  int result = (int)syscall(SYS_close, descriptor);
  FAIL_IF(-1, failure);
  return result;
}

#define TRANSFER(name, number, buffer_type, offset_type) \
  ssize_t name(int descriptor, buffer_type buffer, size_t count, offset_type offset) { \
    int failure = descriptor_fault(number == SYS_pread64 ? "pread" : "pwrite", descriptor); \
    FAIL_IF(-1, failure); \
    if (failure == SHORT && count > 1) count /= 2; \
    return syscall(number, descriptor, buffer, count, offset); \
  }
TRANSFER(pread, SYS_pread64, void *, off_t)
TRANSFER(pread64, SYS_pread64, void *, off64_t)
TRANSFER(pwrite, SYS_pwrite64, const void *, off_t)
TRANSFER(pwrite64, SYS_pwrite64, const void *, off64_t)

ssize_t read(int descriptor, void *buffer, size_t count) {
  int failure = descriptor_fault("read", descriptor);
  FAIL_IF(-1, failure);
  return syscall(SYS_read, descriptor, buffer, failure == SHORT && count > 1 ? count / 2 : count);
}

ssize_t write(int descriptor, const void *buffer, size_t count) {
  int failure = descriptor_fault("write", descriptor);
  FAIL_IF(-1, failure);
  return syscall(SYS_write, descriptor, buffer, failure == SHORT && count > 1 ? count / 2 : count);
}

int fsync(int descriptor) {
  FAIL_IF(-1, descriptor_fault("fsync", descriptor));
  return (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
  FAIL_IF(-1, descriptor_fault("fdatasync", descriptor));
  return (int)syscall(SYS_fdatasync, descriptor);
}

int ftruncate(int descriptor, off_t size) {
  FAIL_IF(-1, descriptor_fault("ftruncate", descriptor));
  return (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

// These two return the error.
int posix_fallocate(int descriptor, off_t offset, off_t length) {
  int failure = descriptor_fault("fallocate", descriptor);
  return failure > 0 ? failure : NEXT(posix_fallocate)(descriptor, offset, length);
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
  return posix_fallocate(descriptor, offset, length);
}

int fstat(int descriptor, struct stat *status) {
  FAIL_IF(-1, descriptor_fault("fstat", descriptor));
  return NEXT(fstat)(descriptor, status);
}

int stat(const char *path, struct stat *status) {
  FAIL_IF(-1, fault("stat", path));
  return NEXT(stat)(path, status);
}

int lstat(const char *path, struct stat *status) {
  FAIL_IF(-1, fault("lstat", path));
  return NEXT(lstat)(path, status);
}

int fstatvfs(int descriptor, struct statvfs *system) {
  FAIL_IF(-1, descriptor_fault("fstatvfs", descriptor));
  return NEXT(fstatvfs)(descriptor, system);
}

int link(const char *from, const char *to) {
  FAIL_IF(-1, fault("link", to));
  return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int rename(const char *from, const char *to) {
  FAIL_IF(-1, fault("rename", to));
  return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
  FAIL_IF(-1, fault("unlink", path));
  return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int flock(int descriptor, int operation) {
  FAIL_IF(-1, descriptor_fault("flock", descriptor));
  return (int)syscall(SYS_flock, descriptor, operation);
}

int fchmod(int descriptor, mode_t mode) {
  FAIL_IF(-1, descriptor_fault("fchmod", descriptor));
  return (int)syscall(SYS_fchmod, descriptor, mode);
}
