#!/busybox sh
# Process 1 of the machine, on its initramfs. First jobs with this very root, then the rest with the host's
# file system as root. What it prints goes to the first serial line, results go to the second.
bb=/busybox
export PATH=/bin:/usr/bin:/sbin
$bb mkdir -p /proc /sys /dev /host /checkout
$bb mount -t proc proc /proc
$bb mount -t sysfs sys /sys
$bb mount -t devtmpfs dev /dev

for word in $($bb cat /proc/cmdline); do
    case $word in
    broodbox.checkout=*) checkout=${word#*=} ;;
    broodbox.node=*) node=${word#*=} ;;
    esac
done

die() {
    echo "vm: $1"
    $bb poweroff -f
    $bb sleep 60
}

while read -r module; do
    $bb insmod "/modules/$module" || die "cannot load $module"
done </modules/order
# Nothing on the host changes while the machine runs, so its files may be cached.
$bb mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host ||
    die "cannot mount the host's files"
$bb mount -t cgroup2 cgroup2 /sys/fs/cgroup || die "cannot mount cgroup2"
$bb mount -o bind "/host$checkout" /checkout

# A temporary directory of the machine's own; a checkout that lies in the host's stays visible.
mount_temporary() {
    $bb mount -t tmpfs -o mode=1777 tmp "$1/tmp"
    if [ ! -e "$1$checkout/package.json" ]; then
        $bb mkdir -p "$1$checkout"
        $bb mount -o bind /checkout "$1$checkout"
    fi
}

# Phase 1: the root is the initramfs itself, into which is bound what programs need.
bound=
for path in /host/*; do
    name=${path#/host/}
    case $name in proc | sys | dev | run | boot | host | checkout | modules) continue ;; esac
    if [ -L "$path" ]; then
        $bb ln -s "$($bb readlink "$path")" "/$name"
    elif [ -d "$path" ]; then
        $bb mkdir -p "/$name"
        [ "$name" = tmp ] || { $bb mount -o bind "$path" "/$name" && bound="/$name $bound"; }
    fi
done
mount_temporary ""
echo "vm: phase initramfs"
"$node" "$checkout/test/vm/guest.mjs" initramfs </dev/null
echo "vm: phase initramfs ended with $?"
[ -e "/checkout/package.json" ] || die "the checkout is gone"
$bb umount "$checkout" 2>/dev/null
$bb umount /tmp
for path in $bound; do $bb umount "$path"; done

# Phase 2: the same machine with an ordinary root.
mount_temporary /host
for name in run var/tmp; do $bb mount -t tmpfs -o mode=1777 tmpfs "/host/$name"; done
$bb umount /checkout
for name in proc sys dev; do $bb mount -o move "/$name" "/host/$name"; done
$bb mkdir -p /host/dev/shm
$bb mount -t tmpfs -o mode=1777 tmpfs /host/dev/shm
$bb cp $bb /host/run/busybox
$bb cat >/host/run/main <<END
echo "vm: phase main"
"$node" "$checkout/test/vm/guest.mjs" main </dev/null
echo "vm: phase main ended with \$?"
/run/busybox poweroff -f
/run/busybox sleep 60
END
exec $bb switch_root /host /run/busybox sh /run/main
