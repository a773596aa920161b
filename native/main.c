/* argv -> role. The only file that decides exit codes. */
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "forkserver.h"
#include "probe.h"

static int sweep_main(void)
{
    int r = cgroup_sweep();

    if (r < 0)
        fprintf(stderr, "sweep: cannot remove a left-over cgroup: %s\n", strerror(-r));
    else
        printf("%d\n", r);
    return r < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";

    if (strcmp(role, "forkserver") == 0)
        return forkserver_main(argc, argv);
    if (strcmp(role, "probe") == 0)
        return probe_main();
    if (strcmp(role, "sweep") == 0)
        return sweep_main();
    fprintf(stderr,
            "usage: broodbox-native forkserver --socket PATH --scratch DIR | probe | sweep\n"
            "This program is started by broodbox and is of no use alone.\n");
    return 2;
}
