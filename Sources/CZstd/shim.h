/* libzstd as a Clang module, found through pkg-config. */
#include <zstd.h>
