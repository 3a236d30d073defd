#define _GNU_SOURCE
#include "network_namespace.h"

#include <sched.h>

int enter_new_network_namespace(void) { return unshare(CLONE_NEWNET); }
