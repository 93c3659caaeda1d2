#ifndef CLINUX_H
#define CLINUX_H
// The few Linux calls that Swift's Glibc module leaves out. This header includes nothing of libc: with _GNU_SOURCE and libc headers in it, the
// C and the Glibc modules would define the same structs differently, and debug builds fail at random.
#include <stdbool.h>
#include <stdint.h>

// One descriptor's news. `tag` is what was registered with it.
typedef struct {
    uint64_t tag;
    bool readable;  // bytes wait to be read
    bool writable;  // the send buffer has room again
    bool hung_up;   // the peer has finished sending, or the connection is broken: reading on will tell which
    bool broken;    // neither side can send any more, or the peer has reset the connection
} clinux_event;

// All return -errno where the system call fails.
int32_t clinux_epoll_create(void);

// Registers `fd` once for its life, edge-triggered for reading, writing and hang-up, so that no request costs a further epoll_ctl.
int32_t clinux_epoll_add(int32_t epoll, int32_t fd, uint64_t tag);

// Registers a listener, level-triggered: what one turn leaves in the backlog is reported again.
int32_t clinux_epoll_add_listener(int32_t epoll, int32_t fd, uint64_t tag);

// Whether a registered listener is to be reported at all.
int32_t clinux_epoll_set_listener(int32_t epoll, int32_t fd, uint64_t tag, int32_t watched);

// What has happened so far, or next within so many milliseconds: the count of events stored.
int32_t clinux_epoll_poll(int32_t epoll, clinux_event *events, int32_t capacity, int32_t milliseconds);

// accept4: the accepted socket is non-blocking and closed on exec.
int32_t clinux_accept(int32_t listener);

int64_t clinux_page_size(void);

// malloc_trim: gives the free pages of the heap back to the system.
void clinux_give_memory_back(void);

#endif
