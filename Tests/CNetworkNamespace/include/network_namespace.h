#ifndef NETWORK_NAMESPACE_H
#define NETWORK_NAMESPACE_H

/// Moves the calling thread into a network namespace of its own (unshare(2), which the C library shows to programs of the
/// GNU dialect only). Returns 0, or -1 with errno set.
int enter_new_network_namespace(void);

#endif
