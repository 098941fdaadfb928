/* SPDX-License-Identifier: ISC */
#include "library.h"

#include <dlfcn.h>
#include <string.h>

int library_load(const char *soname, const struct library_symbol *symbols, size_t count,
                 void *functions, struct mailer_error *error)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return error_set(error, MAILER_SYSTEM, MAILER_STAGE_NONE,
                         "cannot load the library %s: is its package installed?", soname);
    for (size_t i = 0; i < count; i++) {
        void *address = dlsym(library, symbols[i].name);
        if (address == NULL) {
            dlclose(library);
            return error_set(error, MAILER_SYSTEM, MAILER_STAGE_NONE,
                             "the library %s has no %s: is its version right?", soname,
                             symbols[i].name);
        }
        memcpy((char *)functions + symbols[i].offset, &address, sizeof address);
    }
    /* Never closed: its functions are used until the process ends. */
    return 0;
}
