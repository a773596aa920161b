/* What the script of a Python zygote calls through ctypes. */
#pragma once

/* For the script: the zygote cannot serve, and why. */
int broodbox_zygote_fault(int socket, const char *step, int error, const char *detail);

/* For the script: the preload begins. */
void broodbox_loading(void);

/* For the child, when it has prepared itself for its job and will do nothing more until that comes. */
void broodbox_ready(void);

/* Serves fork requests until the forkserver closes the channel (0), and returns 1 in each confined child. */
int broodbox_serve(int socket, unsigned preload_us);
