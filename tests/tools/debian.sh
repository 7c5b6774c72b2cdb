#!/bin/sh
# Puts programs of Debian's packages into .tools/debian/bin. A program that this machine has is linked;
# any other is unpacked from its package, without root, with package lists of its own: a machine's
# lists may be empty or old. Debian serves one version per release, so that is the pinned one.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD/.tools/debian
rm -rf "$here"
mkdir -p "$here/bin" "$here/lists/partial" "$here/packages/partial"

apt() {
    apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=true \
        -o Dir::State::Lists="$here/lists" -o Dir::Cache="$here/packages" "$@"
}

# $1 program, then the packages that hold it and the libraries that only it needs
install() {
    program=$1
    shift
    if found=$(command -v "$program"); then
        ln -s "$found" "$here/bin/$program"
        return
    fi
    command -v apt-get >/dev/null || {
        echo "$program is missing. Install it; this script can only take it from Debian's packages." >&2
        exit 1
    }
    [ -e "$here/updated" ] || apt update
    touch "$here/updated"
    (cd "$here/packages" && apt download "$@")
    for package in "$here/packages"/*.deb; do
        dpkg-deb -x "$package" "$here/root"
        rm "$package"
    done
    # systemd takes the links in an unpacked folder of units for suspicious ones, and says so.
    find "$here/root" -type l -path '*/systemd/system/*' -delete
    libraries=$(find "$here/root" -name 'lib*.so*' -exec dirname {} + | sort -u | paste -sd :)
    cat >"$here/bin/$program" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH="$libraries"
export SYSTEMD_UNIT_PATH="\${SYSTEMD_UNIT_PATH:-}:$here/root/usr/lib/systemd/system:$here/root/lib/systemd/system"
exec "$(find "$here/root" -path "*bin/$program")" "\$@"
EOF
    chmod +x "$here/bin/$program"
}

install promtool prometheus
install systemd-analyze systemd libsystemd-shared
