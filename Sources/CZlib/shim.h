#ifndef ECGNET_CZLIB_H
#define ECGNET_CZLIB_H

#include <zlib.h>

#endif
