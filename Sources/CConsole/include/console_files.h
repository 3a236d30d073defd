#ifndef CONSOLE_FILES_H
#define CONSOLE_FILES_H

#include <stddef.h>

/// A file of the console as it was when the program was built.
typedef struct {
    /// Below the module's folder, with slashes, for example `scripts/main.js`.
    const char *path;
    const unsigned char *bytes;
    size_t count;
} console_file;

/// The file with a number from 0, or NULL beyond the last one.
const console_file *console_file_at(size_t number);

#endif
