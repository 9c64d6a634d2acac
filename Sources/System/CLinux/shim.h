#include <malloc.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

/* prctl is variadic: not visible from Swift. */
static inline int shim_set_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int shim_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

#include <spawn.h>
/* Hidden without _GNU_SOURCE, which Swift's own module of the C library does not set. In glibc since 2.34. */
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
static inline int shim_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}
