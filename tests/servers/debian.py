# SPDX-License-Identifier: ISC
"""Real servers from Debian's packages, unpacked and not installed.

Each server lives in a root directory of its own (chroot), made of the packages and of their
libraries: so servers that Debian does not let be installed side by side run side by side, and the
machine's own mail, users and settings are not touched. Needs root, but no namespace.

The unpacked packages are kept in MAILER_TEST_CACHE (~/.cache/mailer-tests).
"""
import fcntl
import hashlib
import os
import random
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time

import certificates

PACKAGES = ("exim4-daemon-heavy", "exim4-base", "dovecot-core", "dovecot-lmtpd",
            "dovecot-submissiond", "dovecot-gssapi", "krb5-kdc", "krb5-admin-server", "krb5-user",
            "libverto-libev1", "opensmtpd", "stunnel4", "postfix", "sasl2-bin",
            "libsasl2-modules", "libsasl2-modules-db", "dash")
ACCOUNTS = {"root": 0, "Debian-exim": 901, "dovecot": 902, "dovenull": 903, "opensmtpd": 904,
            "opensmtpq": 905, "postfix": 906, "postdrop": 907, "stunnel4": 908, "vmail": 909,
            "nogroup": 65533, "nobody": 65534}
DEVICES = {"null": (1, 3), "zero": (1, 5), "random": (1, 8), "urandom": (1, 9)}
DOMAIN, USER, PASSWORD = "example.test", "test", "S3cret-pass"
RECIPIENT = f"{USER}@{DOMAIN}"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}

# The shell outlives the tests if need be: when the end of its input tells that they are done, in
# whatever way, the server is asked to end, and after two seconds made to, with all it started.
GUARD = """
"$@" </dev/null & server=$!
cat >/dev/null
kill -TERM $server
for try in $(seq 20); do
    sleep 0.1
    kill -0 $server || break
done 2>/dev/null
kill -s KILL 0
"""


def run(*command, text="", **more):
    """Runs a command to its end with that text as its input; returns its output."""
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode()}")
    return done.stdout.decode()


def with_libraries(packages):
    """The packages, and the libraries they need, and those that these need."""
    known, new = set(), set(packages)
    while new:
        known |= new
        lines = run("apt-cache", "depends", "--important", *sorted(new)).splitlines()
        new = {line.split()[-1] for line in lines if re.search("Depends: z?lib", line)} - known
    return sorted(known)


def fetch(folder):
    run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *with_libraries(PACKAGES),
        cwd=folder)


def unpack(folder):
    """Fetches the packages, and unpacks what runs of them."""
    with tempfile.TemporaryDirectory() as packages:
        try:
            fetch(packages)
        except RuntimeError:
            run("apt-get", "-qq", "update")
            fetch(packages)
        for name in os.listdir(packages):
            run("sh", "-c", 'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" '
                "--exclude './usr/share/*' --exclude './usr/lib/*/gconv'",
                os.path.join(packages, name), folder)
    # What gives its caller rights (Exim, postdrop) must not lie about.
    run("find", folder, "-type", "f", "-perm", "/6000", "-exec", "chmod", "a-s", "{}", "+")


def cached():
    """The folder of the unpacked packages; makes it if need be."""
    cache = os.environ.get("MAILER_TEST_CACHE") or os.path.expanduser("~/.cache/mailer-tests")
    os.makedirs(cache, exist_ok=True)
    wanted = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:16]
    folder = os.path.join(cache, "servers-" + wanted)
    with open(os.path.join(cache, "lock"), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(folder):
            new = tempfile.mkdtemp(dir=cache)
            unpack(new)
            os.rename(new, folder)
    return folder


def link_or_copy(source, target):
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)


def free_ports(count):
    """Ports that nobody has, from where the kernel does not pick those of connections."""
    ports = set()
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.add(port)
    return list(ports)


def answers(port):
    """Whether a server accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def is_usable():
    """Whether packages can be fetched here, and servers run in roots of their own."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.mknod(os.path.join(folder, "null"), 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        except OSError:
            return False
        return subprocess.run(["chroot", "/", "true"], check=False).returncode == 0


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Server:
    """One server: a subclass writes its settings and says how it is run.

    `ports` has "starttls" and "tls", and others that a server has. The server's certificate is the
    one of that name in certificates.py, from the folder tls.
    """
    mechanisms, extensions = (), ()
    needs_root, ticket = True, {}

    def __init__(self, folder, tls, certificate="good"):
        self.root, self.tls, self.certificate = os.path.join(folder, "root"), tls, certificate
        self.ports, self.running = {}, []

    # ---- For the tests ----

    def __enter__(self):
        self.make_root()
        certificates.make(self.tls)
        os.makedirs(self.path("tls"))
        for name, source in (("ca.pem", "ca.pem"), ("server.pem", self.certificate + ".pem"),
                             ("server.key", self.certificate + ".key")):
            shutil.copyfile(os.path.join(self.tls, source), self.path("tls/" + name))
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_exception):
        self.stop()

    def stop(self):
        """Ends it for sure, and waits until it has ended."""
        for process in self.running:
            process.stdin.close()
        for process in self.running:
            process.wait(20)
        self.running = []

    def messages(self):
        """What has been delivered, each as one string of octets, with lines that end in CRLF."""
        return self.maildir("mail")

    def maildir(self, name):
        found = []
        for folder, _folders, names in os.walk(self.path(name)):
            if os.path.basename(folder) in ("new", "cur"):
                found += [read(os.path.join(folder, name)) for name in sorted(names)]
        return [octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for octets in found]

    def log(self):
        paths = [self.path(name) for name in self.logs]
        octets = b"".join(read(path) for path in paths if os.path.exists(path))
        return octets.decode(errors="replace")

    # ---- For the subclasses ----

    logs = ("log",)

    def start(self):
        raise NotImplementedError

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def make_root(self):
        shutil.copytree(cached(), self.root, symlinks=True, copy_function=link_or_copy)
        os.chmod(self.root, 0o755)
        for name in ("dev", "etc", "run", "var/spool", "var/lib"):
            os.makedirs(self.path(name), exist_ok=True)
        for name in ("tmp", "var/tmp"):
            os.makedirs(self.path(name), exist_ok=True)
            os.chmod(self.path(name), 0o1777)
        for target, name in (("/run", "var/run"), ("dash", "bin/sh")):
            if not os.path.lexists(self.path(name)):
                os.symlink(target, self.path(name))
        for name, (major, minor) in DEVICES.items():
            os.mknod(self.path("dev/" + name), 0o666 | stat.S_IFCHR, os.makedev(major, minor))
            os.chmod(self.path("dev/" + name), 0o666)
        for name, form in (("passwd", "{0}:x:{1}:{1}::/:/bin/false\n"),
                           ("group", "{0}:x:{1}:\n")):
            self.write("etc/" + name, "".join(form.format(*account) for account in ACCOUNTS.items()))
        self.write("etc/hosts", "127.0.0.1 localhost\n")

    def own(self, account, *names):
        """Gives these to that account; makes folders of those that are missing."""
        for name in names:
            if not os.path.exists(self.path(name)):
                os.makedirs(self.path(name))
            os.chown(self.path(name), ACCOUNTS[account], ACCOUNTS[account])

    def write(self, name, text, mode=0o644):
        """Writes a file in the root directory; never through to the cache."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.lexists(path):
            os.unlink(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def inside(self, *command, **more):
        """Runs a command to its end in the root directory."""
        return run(*self.enter(), *command, env=ENVIRONMENT, **more)

    def enter(self):
        return ("chroot", self.root)

    def spawn(self, *command, ports=()):
        """Runs a server in the root directory until stop(); waits for its ports."""
        with open(self.path("log"), "ab") as log:
            os.chmod(self.path("log"), 0o666)
            process = subprocess.Popen(
                ["sh", "-c", GUARD, "guard", *self.enter(), *command], stdin=subprocess.PIPE,
                stdout=log, stderr=log, start_new_session=True, cwd="/",
                env=ENVIRONMENT)
        self.running.append(process)
        self.wait_for(ports)

    def wait_for(self, ports):
        end = time.monotonic() + 30
        for port in ports:
            while not answers(port):
                if time.monotonic() > end:
                    raise RuntimeError(f"{type(self).__name__} does not start: {self.log()}")
                time.sleep(0.05)
