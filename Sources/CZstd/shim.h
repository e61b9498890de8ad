/* libzstd as a Clang module, found through pkg-config. */
#include <zstd.h>
#include <zstd_errors.h>
