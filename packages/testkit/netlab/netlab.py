#!/usr/bin/env python3
"""netlab: a few hosts on one machine joined by a network you can make bad.

Each host is a network namespace with one TUN device (10.99.0.N/24). This process holds the other end
of every device and carries IP packets between them, applying per-host, per-direction impairments.
It needs root, iproute2 and /dev/net/tun; it does not need the kernel's netem, which these machines lack.

    netlab.py up server customer agent        # runs until SIGINT/SIGTERM, then removes the hosts
    netlab.py set customer up   loss=30 delay=50 jitter=10 rate=1500
    netlab.py set customer down loss=30 delay=50
    netlab.py set customer both block=udp     # drop one protocol: udp or tcp
    netlab.py set customer both ports=80,443  # drop UDP, and TCP that is not to or from one of these
    netlab.py clear
    netlab.py stats                           # packets and bytes carried and dropped, per host and direction
    netlab.py exec customer -- COMMAND ...    # run a command on that host

'up' is what the host sends, 'down' what it receives. Units: loss in percent (independent), burst = mean
length of a loss burst in packets (Gilbert-Elliott, 1 = independent), delay and jitter in ms (one way;
jitter is uniform +/- and never reorders unless reorder=1), rate in kbit/s, queue in ms (tail drop
beyond it, default 300).

A browser on a host: give the launcher an executable that runs
    exec ip netns exec netlab-customer /usr/bin/chromium "$@"
Its DevTools pipe works across namespaces. Server on 'server' listens on 10.99.0.1.
"""
import fcntl, heapq, json, os, random, select, signal, socket, struct, subprocess, sys, tempfile, time

CONTROL = os.environ.get("NETLAB_SOCKET") or os.path.join(tempfile.gettempdir(), "netlab.sock")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
FIELDS = ("loss", "burst", "delay", "jitter", "rate", "queue", "reorder", "block", "ports")


def run(*argv):
    subprocess.run(argv, check=True)


class Link:
    """One direction of one host: impairments and counters."""

    def __init__(self):
        self.config = {}
        self.free_at = 0.0   # when the rate limiter has sent all that is queued
        self.last_out = 0.0  # delivery time of the packet before, to keep order
        self.bad = False     # Gilbert-Elliott state
        self.carried = self.dropped = self.bytes = 0

    def lost(self):
        p = self.config.get("loss", 0) / 100
        if not p:
            return False
        burst = max(1.0, self.config.get("burst", 1))
        if burst <= 1:
            return random.random() < p
        leave = 1 / burst
        enter = leave * p / (1 - p) if p < 1 else 1
        self.bad = random.random() >= leave if self.bad else random.random() < enter
        return self.bad

    def deliver_at(self, packet, now):
        """When the packet leaves this link, or None where it is dropped."""
        block = self.config.get("block")
        if block and packet[9] == {"udp": 17, "tcp": 6}[block]:
            return None
        ports = self.config.get("ports")
        if ports:
            head = (packet[0] & 15) * 4
            if packet[9] == 17 or packet[9] == 6 and not set(struct.unpack_from("!HH", packet, head)) & set(ports):
                return None
        if self.lost():
            return None
        at = now
        rate = self.config.get("rate", 0)
        if rate:
            at = max(now, self.free_at) + len(packet) * 8 / (rate * 1000)
            if at - now > self.config.get("queue", 300) / 1000:
                return None
            self.free_at = at
        delay, jitter = self.config.get("delay", 0), self.config.get("jitter", 0)
        at += max(0.0, delay + random.uniform(-jitter, jitter)) / 1000
        if not self.config.get("reorder"):
            at = max(at, self.last_out)
            self.last_out = at
        return at

    def count(self, packet, delivered):
        if delivered:
            self.carried += 1
            self.bytes += len(packet)
        else:
            self.dropped += 1


class Host:
    def __init__(self, name, number):
        self.name, self.netns, self.ip = name, f"netlab-{name}", f"10.99.0.{number}"
        self.links = {"up": Link(), "down": Link()}
        subprocess.run(["ip", "netns", "del", self.netns], stderr=subprocess.DEVNULL)
        run("ip", "netns", "add", self.netns)
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        device = f"nl{number}"
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH", device.encode(), IFF_TUN | IFF_NO_PI))
        run("ip", "link", "set", device, "netns", self.netns)
        run("ip", "-n", self.netns, "link", "set", "lo", "up")
        run("ip", "-n", self.netns, "addr", "add", f"{self.ip}/24", "dev", device)
        run("ip", "-n", self.netns, "link", "set", device, "txqueuelen", "2000", "up")


def serve(names):
    hosts = {name: Host(name, n + 1) for n, name in enumerate(names)}
    by_ip = {socket.inet_aton(h.ip): h for h in hosts.values()}
    by_fd = {h.fd: h for h in hosts.values()}
    if os.path.exists(CONTROL):
        os.unlink(CONTROL)
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    control.bind(CONTROL)
    control.listen()
    poll = select.epoll()
    poll.register(control, select.EPOLLIN)
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN)
    queue, serial, running = [], 0, True

    def push(at, target, packet, arrived):
        nonlocal serial
        serial += 1
        heapq.heappush(queue, (at, serial, target, packet, arrived))

    def enter(target, packet, now):
        """A packet comes to the link down to its host: only now, or one host's delay would hold up all the others'."""
        at = target.links["down"].deliver_at(packet, now)
        target.links["down"].count(packet, at is not None)
        if at is not None:
            push(at, target, packet, True)

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    print(json.dumps({h.name: h.ip for h in hosts.values()}), flush=True)
    parent = os.getppid()
    # Whoever made the hosts may have been killed: without this they would stay, and so would this program.
    while running and os.getppid() == parent:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            at, _, target, packet, arrived = heapq.heappop(queue)
            if arrived:
                try:
                    os.write(target.fd, packet)
                except OSError:
                    pass
            else:
                enter(target, packet, at)
        wait = max(0.0, min(0.5, queue[0][0] - now)) if queue else 0.5
        for fd, _ in poll.poll(wait):
            if fd == control.fileno():
                answer(control, hosts)
                continue
            source = by_fd[fd]
            for _ in range(64):
                try:
                    packet = os.read(fd, 65536)
                except OSError:
                    break
                target = by_ip.get(packet[16:20]) if packet and packet[0] >> 4 == 4 else None
                if target is None:
                    continue
                now = time.monotonic()
                at = source.links["up"].deliver_at(packet, now)
                source.links["up"].count(packet, at is not None)
                if at is None:
                    continue
                if at <= now:
                    enter(target, packet, now)
                else:
                    push(at, target, packet, False)
    for host in hosts.values():
        os.close(host.fd)
        run("ip", "netns", "del", host.netns)
    os.unlink(CONTROL)


def answer(control, hosts):
    connection, _ = control.accept()
    with connection:
        request = json.loads(connection.recv(65536).decode())
        if request["do"] == "set":
            host = hosts.get(request["host"])
            if host is None:
                reply = {"error": f"no host {request['host']}; there are {', '.join(hosts)}"}
            else:
                for way in ("up", "down") if request["way"] == "both" else (request["way"],):
                    host.links[way].config = request["config"]
                reply = {"ok": True}
        elif request["do"] == "clear":
            for host in hosts.values():
                for link in host.links.values():
                    link.config = {}
            reply = {"ok": True}
        else:
            reply = {h.name: {w: {"carried": l.carried, "dropped": l.dropped, "bytes": l.bytes, **l.config}
                              for w, l in h.links.items()} for h in hosts.values()}
        connection.sendall(json.dumps(reply).encode())


def ask(request):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.connect(CONTROL)
        s.sendall(json.dumps(request).encode())
        s.shutdown(socket.SHUT_WR)
        reply = json.loads(s.makefile().read())
    print(json.dumps(reply, indent=1))
    return 1 if "error" in reply else 0


def parse(words):
    config = {}
    for word in words:
        key, _, value = word.partition("=")
        if key not in FIELDS or not value:
            sys.exit(f"netlab: '{word}' is not one of {', '.join(f + '=' for f in FIELDS)}")
        if key == "ports":
            config[key] = [int(port) for port in value.split(",")]
            continue
        config[key] = value if key == "block" else float(value)
        if key == "block" and value not in ("udp", "tcp"):
            sys.exit("netlab: block=udp or block=tcp")
    return config


def main(argv):
    if len(argv) >= 2 and argv[0] == "up":
        return serve(argv[1:])
    if len(argv) >= 3 and argv[0] == "set" and argv[2] in ("up", "down", "both"):
        return ask({"do": "set", "host": argv[1], "way": argv[2], "config": parse(argv[3:])})
    if argv == ["clear"] or argv == ["stats"]:
        return ask({"do": argv[0]})
    if len(argv) >= 4 and argv[0] == "exec" and argv[2] == "--":
        os.execvp("ip", ["ip", "netns", "exec", f"netlab-{argv[1]}", *argv[3:]])
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
