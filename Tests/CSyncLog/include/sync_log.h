#ifndef ECGNET_SYNC_LOG_H
#define ECGNET_SYNC_LOG_H

#include <stdbool.h>

/// Forgets what the calling thread has synced.
void ecgnet_forget_syncs(void);

/// Whether the calling thread has synced the file or folder of this path since, with success.
bool ecgnet_has_synced(const char *path);

#endif
