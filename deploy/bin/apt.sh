# Sourced: what the scripts here need from Debian's package manager.

# Install packages as root without starting a single service and without making a default database cluster:
# a server that the user runs, on whatever port, is neither started, restarted nor touched.
install_packages() {
    local log=.cache/apt.log policy=/usr/sbin/policy-rc.d clusters=/etc/postgresql-common/createcluster.d
    local cluster_choice=$clusters/no-main-cluster-for-tests.conf
    mkdir -p .cache
    apt_undo=()
    trap undo_apt_settings EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ ! -e "$policy" ]; then
        apt_undo+=("$policy")
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    if [ ! -e "$cluster_choice" ]; then
        apt_undo+=("$cluster_choice")
        mkdir -p "$clusters"
        printf 'create_main_cluster = false\n' >"$cluster_choice"
    fi

    echo "Installing $* ..."
    # The package lists are refreshed only when the ones at hand are missing or too old to find the files.
    if ! apt_get install "$@" >"$log" 2>&1; then
        apt_get update >>"$log" 2>&1 || true
        if ! apt_get install "$@" >>"$log" 2>&1; then
            echo "apt-get could not install $*: the reason is at the end of $log" >&2
            exit 1
        fi
    fi
    undo_apt_settings
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

undo_apt_settings() {
    if [ "${#apt_undo[@]}" -gt 0 ]; then rm -f "${apt_undo[@]}"; fi
    apt_undo=()
}

can_install_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}
