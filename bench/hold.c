// hold PORT UPGRADE INIT SUBSCRIBE: holds graphql-transport-ws subscriptions in one thread and times how an event reaches
// all of them. A client that costs little itself, so that what is measured is the server. Driven by subscriptions.py over
// the standard input:
//   open N          opens connections until there are N; prints {"live", "dead"}
//   publish BYTES   followed by a raw HTTP request of that length: sends it and waits until every subscription has the
//                   event; prints {"got", "extra", "ok", "first_ms", "last_ms"}
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 100000, OPENING_AT_ONCE = 100, CONNECTIONS_PER_ADDRESS = 4000, PATIENCE_MS = 30000 };
enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };
enum state { UPGRADING, WAITING_FOR_ACK, LIVE, DEAD };

struct connection {
  int fd;
  enum state state;
  size_t length;
  int events;
  char buffer[4096];
};

static struct connection *connections;
static int poller, port, opened, live, dead, got, extra;
static double published_at, first_ms, last_ms;
static const char *upgrade, *init, *subscribe;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

// One address of this machine has too few ports, so connections come from 127.0.0.2, 127.0.0.3 and so on.
static int dial(int number) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  if (fd < 0) fail("socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (unsigned)(number / CONNECTIONS_PER_ADDRESS));
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((unsigned short)port);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  return fd;
}

// A frame masked with zeros: a client must mask, and so the payload goes as it is.
static void send_frame(int fd, int opcode, const char *payload, size_t length) {
  unsigned char head[8] = {(unsigned char)(0x80 | opcode)};
  size_t head_length = 2;
  if (length < 126) {
    head[1] = (unsigned char)(0x80 | length);
  } else {
    head[1] = 0x80 | 126;
    head[2] = (unsigned char)(length >> 8);
    head[3] = (unsigned char)length;
    head_length = 4;
  }
  struct iovec parts[2] = {{head, head_length + 4}, {(void *)payload, length}};
  if (writev(fd, parts, 2) < 0) perror("write");
}

static void lose(struct connection *connection, const char *why) {
  if (connection->state == DEAD) return;
  if (dead++ < 3) fprintf(stderr, "a connection was lost: %s\n", why);
  if (connection->state == LIVE) live--;
  connection->state = DEAD;
  close(connection->fd);
}

static int has(const char *text, size_t length, const char *part) {
  return memmem(text, length, part, strlen(part)) != NULL;
}

static void hear(struct connection *connection, const char *text, size_t length) {
  if (has(text, length, "\"next\"")) {
    if (connection->events++ > 0) {
      extra++;
      return;
    }
    last_ms = now_ms() - published_at;
    if (got++ == 0) first_ms = last_ms;
  } else if (has(text, length, "\"connection_ack\"")) {
    send_frame(connection->fd, TEXT, subscribe, strlen(subscribe));
    connection->state = LIVE;
    live++;
  } else if (has(text, length, "\"ping\"")) {
    send_frame(connection->fd, TEXT, "{\"type\":\"pong\"}", 15);
  } else if (!has(text, length, "\"pong\"")) {
    fprintf(stderr, "%.*s\n", (int)(length < 300 ? length : 300), text);
    lose(connection, "the server said something else");
  }
}

// Handles whole frames at the front of the buffer and returns where the rest begins.
static char *hear_frames(struct connection *connection, char *at, const char *end) {
  while (end - at >= 2 && connection->state != DEAD) {
    unsigned char *head = (unsigned char *)at;
    size_t length = head[1] & 127, head_length = 2;
    if (length == 126) {
      if (end - at < 4) break;
      length = (size_t)head[2] << 8 | head[3];
      head_length = 4;
    }
    if (length > sizeof connection->buffer - 5) {
      lose(connection, "a message is too long");
      break;
    }
    if ((size_t)(end - at) < head_length + length) break;
    int opcode = head[0] & 15;
    if (opcode == TEXT) hear(connection, at + head_length, length);
    if (opcode == PING) send_frame(connection->fd, PONG, at + head_length, length);
    if (opcode == CLOSE) lose(connection, "it was closed");
    at += head_length + length;
  }
  return at;
}

static void read_from(struct connection *connection) {
  size_t room = sizeof connection->buffer - connection->length;
  ssize_t bytes = recv(connection->fd, connection->buffer + connection->length, room, MSG_DONTWAIT);
  if (bytes <= 0) {
    if (bytes == 0) lose(connection, "it was cut");
    return;
  }
  connection->length += (size_t)bytes;
  char *at = connection->buffer;
  const char *end = at + connection->length;
  if (connection->state == UPGRADING) {
    char *body = memmem(at, connection->length, "\r\n\r\n", 4);
    if (body == NULL) return;
    if (!has(at, 16, " 101")) {
      lose(connection, "the upgrade was refused");
      return;
    }
    at = body + 4;
    connection->state = WAITING_FOR_ACK;
    send_frame(connection->fd, TEXT, init, strlen(init));
  }
  at = hear_frames(connection, at, end);
  connection->length = (size_t)(end - at);
  memmove(connection->buffer, at, connection->length);
}

static void watch(int fd, struct connection *connection) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

// Handles what has arrived; 1 where a command waits.
static int pump(int timeout_ms) {
  struct epoll_event events[256];
  int command = 0, count = epoll_wait(poller, events, 256, timeout_ms);
  for (int i = 0; i < count; i++) {
    if (events[i].data.ptr == NULL) command = 1;
    else read_from(events[i].data.ptr);
  }
  return command;
}

static void open_until(int wanted) {
  if (wanted > MOST_CONNECTIONS) wanted = MOST_CONNECTIONS;
  double end = now_ms() + 4 * PATIENCE_MS;
  while (live + dead < wanted && now_ms() < end) {
    while (opened < wanted && opened - live - dead < OPENING_AT_ONCE) {
      struct connection *connection = &connections[opened];
      connection->fd = dial(opened++);
      if (write(connection->fd, upgrade, strlen(upgrade)) < 0) perror("write");
      watch(connection->fd, connection);
    }
    pump(100);
  }
  printf("{\"live\":%d,\"dead\":%d}\n", live, dead);
}

static void publish(size_t length) {
  char *request = malloc(length), answer[4096] = "";
  if (request == NULL) fail("malloc");
  for (size_t read_bytes = 0; read_bytes < length;) {
    ssize_t bytes = read(STDIN_FILENO, request + read_bytes, length - read_bytes);
    if (bytes <= 0) exit(1);
    read_bytes += (size_t)bytes;
  }
  int fd = dial(0);
  for (int i = 0; i < opened; i++) connections[i].events = 0;
  got = extra = 0;
  published_at = now_ms();
  if (write(fd, request, length) < 0) fail("publish");
  while (got < live && now_ms() - published_at < PATIENCE_MS) pump(100);
  struct timeval patience = {.tv_sec = 5};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (recv(fd, answer, sizeof answer - 1, 0) < 0) perror("answer");
  close(fd);
  free(request);
  printf("{\"got\":%d,\"extra\":%d,\"ok\":%d,\"first_ms\":%.2f,\"last_ms\":%.2f}\n", got, extra,
         strstr(answer, " 200") != NULL, first_ms, last_ms);
}

static void obey(void) {
  char line[64] = "";
  for (size_t i = 0; i < sizeof line - 1 && read(STDIN_FILENO, line + i, 1) == 1 && line[i] != '\n';) i++;
  if (strncmp(line, "open ", 5) == 0) open_until(atoi(line + 5));
  else if (strncmp(line, "publish ", 8) == 0) publish((size_t)atol(line + 8));
  else exit(0);
  fflush(stdout);
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  port = atoi(arguments[1]);
  upgrade = arguments[2], init = arguments[3], subscribe = arguments[4];
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  connections = calloc(MOST_CONNECTIONS, sizeof *connections);
  poller = epoll_create1(0);
  if (connections == NULL || poller < 0) fail("hold");
  watch(STDIN_FILENO, NULL);
  for (;;) {
    if (pump(1000)) obey();
  }
}
