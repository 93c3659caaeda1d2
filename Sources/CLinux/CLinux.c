#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int32_t result(int value) { return value < 0 ? -errno : value; }

int32_t clinux_epoll_create(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

static int32_t add(int32_t epoll, int32_t fd, uint64_t tag, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u64 = tag};
    return result(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
}

int32_t clinux_epoll_add(int32_t epoll, int32_t fd, uint64_t tag) {
    return add(epoll, fd, tag, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

int32_t clinux_epoll_add_listener(int32_t epoll, int32_t fd, uint64_t tag) { return add(epoll, fd, tag, EPOLLIN); }

int32_t clinux_epoll_set_listener(int32_t epoll, int32_t fd, uint64_t tag, int32_t watched) {
    struct epoll_event event = {.events = watched ? EPOLLIN : 0, .data.u64 = tag};
    return result(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event));
}

int32_t clinux_epoll_poll(int32_t epoll, clinux_event *events, int32_t capacity, int32_t milliseconds) {
    enum { AT_ONCE = 256 };
    struct epoll_event found[AT_ONCE];
    int count = epoll_wait(epoll, found, capacity < AT_ONCE ? capacity : AT_ONCE, milliseconds);
    for (int i = 0; i < count; i++) {
        uint32_t bits = found[i].events;
        events[i] = (clinux_event){
            .tag = found[i].data.u64,
            .readable = (bits & EPOLLIN) != 0,
            .writable = (bits & EPOLLOUT) != 0,
            .hung_up = (bits & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
            .broken = (bits & (EPOLLHUP | EPOLLERR)) != 0,
        };
    }
    return result(count);
}

int32_t clinux_accept(int32_t listener) { return result(accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC)); }

int64_t clinux_page_size(void) { return sysconf(_SC_PAGESIZE); }

void clinux_give_memory_back(void) { malloc_trim(0); }

// Bodies and replies of tens of megabytes come again and again, so malloc shall keep their memory. Left to itself it maps such a block anew for
// each request and pays a page fault per 4 KiB, 11,245 for a request of 52 MB; a thread's own arena does too, since it holds 64 MiB at most. So:
// blocks of up to 256 MiB from the heap, one heap for all threads, and none of it given back but by the call above, once the service is quiet.
// Then a request takes no page fault at all. Before main, because an arena once made stays.
__attribute__((constructor)) static void keep_large_blocks(void) {
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_ARENA_MAX, 1);
}
