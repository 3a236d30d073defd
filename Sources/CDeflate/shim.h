#ifndef ECGNET_CDEFLATE_H
#define ECGNET_CDEFLATE_H

#include <libdeflate.h>

#endif
