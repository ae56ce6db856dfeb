/*
 * A load client for WebSocket servers: one thread, epoll, 127.0.0.1.
 *
 *     load PORT PATH echo|connect CONNECTIONS SECONDS BYTES
 *
 * echo:    every connection stays open and has one message under way.
 * connect: every connection is opened, sends one message, gets it back, is closed, and
 *          begins again.
 *
 * The first 0.4 seconds are not counted. Prints one line of JSON; "total" is the time
 * from the first connection on, and "client_cpu" the part of one core that this program
 * took: near 1 it would be what is measured.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 0.4
#define PATIENCE 20.0
#define MOST_BYTES 4096

enum stage { IDLE, CONNECTING, UPGRADING, TALKING, LEAVING };

struct connection {
    enum stage stage;
    int socket;
    double since; /* when what is measured began */
    size_t filled;
    unsigned char buffer[2 * MOST_BYTES];
};

static int poller, port;
static bool reconnects, counting, over;
static char request[2048];
static unsigned char message[MOST_BYTES + 16];
static size_t request_size, message_size;
/* A masked close frame with code 1000; the mask is zero, as in the message. */
static const unsigned char farewell[] = {0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8};
static float *waits;
static size_t count, room;
static long errors, open_count;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double processor(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(struct connection *c, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, operation, c->socket, &event) < 0)
        die("epoll_ctl");
}

static void begin(struct connection *c)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;
    c->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->socket < 0)
        die("socket");
    setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->since = seconds();
    c->filled = 0;
    c->stage = CONNECTING;
    if (connect(c->socket, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
        die("connect");
    watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void end(struct connection *c, bool as_expected)
{
    if (c->stage == TALKING)
        open_count--;
    close(c->socket);
    c->stage = IDLE;
    /* What the end of the run cuts off is not an error. */
    if (!as_expected && !over)
        errors++;
    if (reconnects && !over)
        begin(c);
}

static bool put(struct connection *c, const void *bytes, size_t size)
{
    /* A few hundred bytes at most are under way, so they always fit. */
    if (send(c->socket, bytes, size, MSG_NOSIGNAL) == (ssize_t)size)
        return true;
    end(c, false);
    return false;
}

static void record(double wait)
{
    if (!counting)
        return;
    if (count == room) {
        room = room ? 2 * room : 1 << 18;
        waits = realloc(waits, room * sizeof *waits);
        if (!waits)
            die("realloc");
    }
    waits[count++] = (float)wait;
}

static void drop(struct connection *c, size_t size)
{
    memmove(c->buffer, c->buffer + size, c->filled - size);
    c->filled -= size;
}

/* Handles one frame of the server. Returns false if there is none, or no connection. */
static bool take_frame(struct connection *c)
{
    if (c->filled < 2)
        return false;
    unsigned kind = c->buffer[0] & 15;
    size_t head = 2, size = c->buffer[1] & 127;
    if (size == 126) {
        if (c->filled < 4)
            return false;
        head = 4;
        size = (size_t)c->buffer[2] << 8 | c->buffer[3];
    }
    if (c->filled < head + size)
        return false;
    drop(c, head + size);
    if (kind == 1 && c->stage == TALKING) {
        double now = seconds();
        record(now - c->since);
        if (reconnects) {
            c->stage = LEAVING;
            open_count--;
            return put(c, farewell, sizeof farewell);
        }
        c->since = now;
        return put(c, message, message_size);
    }
    if (kind == 8 && c->stage == TALKING) {
        end(c, false);
        return false;
    }
    return true; /* an answer to the close frame: the server closes the socket next */
}

static void upgraded(struct connection *c)
{
    unsigned char *rest = memmem(c->buffer, c->filled, "\r\n\r\n", 4);
    if (!rest)
        return;
    if (memcmp(c->buffer, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "the server refused: %.60s\n", (char *)c->buffer);
        exit(1);
    }
    drop(c, (size_t)(rest + 4 - c->buffer));
    c->stage = TALKING;
    open_count++;
    if (!reconnects)
        c->since = seconds();
    put(c, message, message_size);
}

static void ready(struct connection *c)
{
    if (c->stage == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->socket, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            end(c, false);
        } else if (put(c, request, request_size)) {
            c->stage = UPGRADING;
            watch(c, EPOLL_CTL_MOD, EPOLLIN);
        }
        return;
    }
    ssize_t got = recv(c->socket, c->buffer + c->filled, sizeof c->buffer - c->filled, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        end(c, c->stage == LEAVING);
        return;
    }
    c->filled += (size_t)got;
    if (c->stage == UPGRADING)
        upgraded(c);
    while ((c->stage == TALKING || c->stage == LEAVING) && take_frame(c))
        ;
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double quantile(double part)
{
    return count ? waits[(size_t)((double)(count - 1) * part)] * 1e6 : 0;
}

static void prepare(const char *path, int size)
{
    request_size = (size_t)snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\n"
        "Host: 127.0.0.1:%d\r\n"
        "Connection: Upgrade\r\n"
        "Upgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
        "Origin: http://127.0.0.1:%d\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)\r\n"
        "Accept-Language: en-US,en;q=0.9\r\n\r\n",
        path, port, port);
    size_t at = 0;
    message[at++] = 0x81;
    if (size < 126) {
        message[at++] = (unsigned char)(0x80 | size);
    } else {
        message[at++] = 0x80 | 126;
        message[at++] = (unsigned char)(size >> 8);
        message[at++] = (unsigned char)size;
    }
    at += 4; /* a mask of zeros: the text travels as it is */
    memset(message + at, 'm', (size_t)size);
    message_size = at + (size_t)size;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: load PORT PATH echo|connect CONNECTIONS SECONDS BYTES\n");
        return 2;
    }
    port = atoi(argv[1]);
    reconnects = !strcmp(argv[3], "connect");
    int connections = atoi(argv[4]), size = atoi(argv[6]);
    double length = atof(argv[5]);
    if (connections < 1 || length <= 0 || size < 1 || size > MOST_BYTES || strlen(argv[2]) > 1024) {
        fprintf(stderr, "a number is out of range\n");
        return 2;
    }
    prepare(argv[2], size);
    poller = epoll_create1(0);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    if (poller < 0 || !all)
        die("set-up");
    for (int i = 0; i < connections; i++)
        begin(&all[i]);

    double started = seconds(), warm = 0, from = 0, until = 0, busy = 0;
    while (!over) {
        struct epoll_event events[256];
        int found = epoll_wait(poller, events, 256, 20);
        for (int i = 0; i < found; i++)
            ready(events[i].data.ptr);
        double now = seconds();
        if (!warm && (reconnects || open_count == connections))
            warm = now + WARM_UP;
        if (warm && !counting && now >= warm) {
            counting = true;
            from = now;
            busy = processor();
        }
        over = counting && now >= from + length;
        until = now;
        if (now > started + length + PATIENCE) {
            fprintf(stderr, "only %ld of %d connections were opened\n", open_count, connections);
            return 1;
        }
    }
    double spent = until - from;
    busy = processor() - busy;
    qsort(waits, count, sizeof *waits, ascending);
    printf("{\"mode\": \"%s\", \"count\": %zu, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
           "\"errors\": %ld, \"total\": %.3f, \"client_cpu\": %.3f}\n",
           argv[3], count, (double)count / spent, quantile(0.5), quantile(0.99), errors, until - started,
           busy / spent);
    return 0;
}
