#include <malloc.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

/* prctl is variadic: not visible from Swift. */
static inline int shim_set_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline int shim_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
