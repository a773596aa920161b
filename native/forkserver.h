/* The forkserver: the only privileged program. Makes cells, asks zygotes to fork, reaps, answers refusals, reports. */
#pragma once

/* Serves requests on descriptor 0 and events on descriptor 1 until end of file. Returns the exit code. */
int forkserver_main(int argc, char **argv);
