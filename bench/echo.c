/* The floor of every message: gives back what it reads from a Unix stream socket, until its end. echo SOCKET. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char data[4096];

    if (argc != 2 || strlen(argv[1]) >= sizeof address.sun_path) {
        fprintf(stderr, "echo: give the path of a socket, shorter than %zu bytes\n",
                sizeof address.sun_path);
        return 2;
    }
    memcpy(address.sun_path, argv[1], strlen(argv[1]) + 1);
    int channel = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (channel < 0 || connect(channel, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("echo: cannot connect");
        return 1;
    }
    for (;;) {
        ssize_t got = read(channel, data, sizeof data);
        if (got <= 0)
            return got < 0;
        for (ssize_t put = 0; put < got;) {
            ssize_t written = write(channel, data + put, (size_t)(got - put));
            if (written < 0)
                return 1;
            put += written;
        }
    }
}
