#!/bin/bash
# SPDX-License-Identifier: ISC
# A real Postfix on loopback, from Debian's packages, which are unpacked and not installed: the
# machine's own mail, users and configuration are not touched. Needs root, since Postfix does.
#
#     postfix.sh start FOLDER      prints PORT=, TLSPORT=, CA=, MAILDIR=, USER=, PASS=, RECIPIENT=
#     postfix.sh stop FOLDER
#
# FOLDER and those above it must be searchable by others, for Postfix gives up root's rights.
# The packages are kept in MAILER_TEST_CACHE (~/.cache/mailer-tests).
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
here=$(cd "$(dirname "$0")" && pwd)
cache=${MAILER_TEST_CACHE:-${HOME:-/root}/.cache/mailer-tests}
domain=example.test user=test password=S3cret-pass

# Accounts that every Debian has (base-passwd) stand in for those that the package would make.
owner=list setgid=news vmail=games

fail() {
    echo "postfix.sh: $*" >&2
    exit 69
}

# Unpacks the programs, and those of their libraries that are not installed, into $cache/root.
unpack() {
    local package wanted=(postfix sasl2-bin libsasl2-modules libsasl2-modules-db)
    for package in libsasl2-2 libdb5.3 libicu72 libnsl2 libtirpc3; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            wanted+=("$package")
    done
    mkdir -p "$cache/packages" "$cache/root"
    for package in "${wanted[@]}"; do
        [[ ! -e $cache/packages/$package.unpacked ]] || continue
        (cd "$cache/packages" && { download "$package" || { apt-get -qq update && download "$package"; }; }) >&2 ||
            fail "cannot fetch Debian's package $package"
        dpkg -x "$cache/packages/${package}_"*.deb "$cache/root"
        touch "$cache/packages/$package.unpacked"
    done
}

download() {
    rm -f "${1}_"*.deb
    apt-get -qq -o APT::Sandbox::User=root download "$1"
}

two_free_ports() {
    /usr/bin/python3 -c '
import socket
with socket.socket() as one, socket.socket() as other:
    for probe in one, other:
        probe.bind(("127.0.0.1", 0))
    print(one.getsockname()[1], other.getsockname()[1])'
}

write_configuration() {
    local folder=$1 port=$2 tls_port=$3 configuration=$1/configuration
    mkdir -p "$configuration/sasl"
    cat >"$configuration/main.cf" <<END
compatibility_level = 3.6
command_directory = $cache/root/usr/sbin
daemon_directory = $libraries/sbin
shlib_directory = $libraries
meta_directory = $configuration
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/log
maillog_file_prefixes = $folder
mail_owner = $owner
setgid_group = $setgid
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG LANG=C LD_LIBRARY_PATH=$library_path SASL_PATH=$sasl_path

myhostname = mail.$domain
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:5.7.1 this server never sends mail out
relay_transport = error:5.7.1 this server never sends mail out

virtual_mailbox_domains = $domain
virtual_mailbox_maps = static:$user/
virtual_mailbox_base = $folder/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u "$vmail")
virtual_gid_maps = static:$(id -g "$vmail")
virtual_mailbox_limit = 0
message_size_limit = 67108864
smtputf8_enable = yes

smtpd_tls_cert_file = $folder/tls/good.pem
smtpd_tls_key_file = $folder/tls/good.key
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = $domain
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = $configuration/sasl
# The strictest there is: a line that ends in LF alone is refused, and so is one that speaks early.
smtpd_forbid_bare_newline = reject
smtpd_forbid_unauth_pipelining = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
    check_recipient_access inline:{{nobody@$domain=550 5.1.1 No such user} {later@$domain=450 4.2.1 Try later}},
    permit_sasl_authenticated, reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
END
    cat >"$configuration/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
127.0.0.1:$tls_port inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
END
    cat >"$configuration/sasl/smtpd.conf" <<END
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: $configuration/sasl/users
mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256
END
    printf %s "$password" | LD_LIBRARY_PATH=$library_path SASL_PATH=$sasl_path \
        "$cache/root/usr/sbin/saslpasswd2" -p -c -f "$configuration/sasl/users" -u "$domain" "$user"
    chown "$owner" "$configuration/sasl/users"
    cp "$cache/root/etc/postfix/postfix-files" "$configuration/"
}

make_folders() {
    local folder=$1 name
    mkdir -p "$folder"/{data,mail,queue/{maildrop,public,pid}}
    for name in active bounce corrupt defer deferred flush hold incoming private saved trace; do
        mkdir -p "$folder/queue/$name"
        chown "$owner" "$folder/queue/$name"
        chmod 700 "$folder/queue/$name"
    done
    chown "$owner" "$folder/data"
    chown "$owner:$setgid" "$folder"/queue/{maildrop,public}
    chmod 730 "$folder/queue/maildrop"
    chmod 710 "$folder/queue/public"
    chown "$vmail:" "$folder/mail"
    chmod 755 "$folder"
}

start() {
    local folder=$1 port tls_port try
    [[ $(id -u) == 0 ]] || fail "only root can start Postfix"
    unpack
    libraries=$cache/root/usr/lib/postfix
    local architecture
    architecture=$(cd "$libraries/.." && echo *-linux-gnu*)
    library_path=$libraries:$cache/root/usr/lib/$architecture
    sasl_path=$cache/root/usr/lib/$architecture/sasl2
    read -r port tls_port < <(two_free_ports)
    make_folders "$folder"
    /usr/bin/python3 "$here/certificates.py" "$folder/tls"
    write_configuration "$folder" "$port" "$tls_port"
    # master(8) itself: the postfix command would want an installed package.
    LD_LIBRARY_PATH=$library_path MAIL_CONFIG=$folder/configuration \
        setsid "$libraries/sbin/master" -c "$folder/configuration" -d \
        >"$folder/output" 2>&1 </dev/null &
    echo $! >"$folder/pid"
    for ((try = 0; ; try++)); do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port" && read -r <&3) 2>/dev/null || break
        if ((try == 100)); then
            cat "$folder/output" "$folder/log" >&2 || :
            stop "$folder"
            fail "Postfix does not answer"
        fi
        sleep 0.1
    done
    printf '%s\n' "PORT=$port" "TLSPORT=$tls_port" "CA=$folder/tls/ca.pem" \
        "MAILDIR=$folder/mail/$user" "USER=$user" "PASS=$password" "RECIPIENT=$user@$domain"
}

stop() {
    local pid try
    [[ -e $1/pid ]] || return 0
    pid=$(<"$1/pid")
    kill "$pid" 2>/dev/null || :
    for ((try = 0; try < 50; try++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    rm "$1/pid"
}

case ${1:-} in
start | stop) [[ ${2:-} == /* ]] && "$1" "$2" ;;
*)
    echo "usage: postfix.sh start|stop /FOLDER" >&2
    exit 64
    ;;
esac
