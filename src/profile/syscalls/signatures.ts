/**
 * What each system call is called, which Linux first had it, and how wide its arguments are.
 *
 * A width says how much of a register the kernel reads: `fd`, `i32` and `u32` are its low 32 bits,
 * `u16` (umode_t) its low 16, `size` and `u64` all 64 (a signed long is `u64` too, because a filter
 * compares bits), and `ptr` is an address, which a filter must not test. `clone` takes an unsigned
 * long of flags and uses its low half only (since 5.3), so they are `u32` here.
 */
export const SIGNATURES = `
read 1.0 fd:fd buf:ptr count:size
write 1.0 fd:fd buf:ptr count:size
open 1.0 filename:ptr flags:i32 mode:u16
close 1.0 fd:fd
stat 1.0 filename:ptr statbuf:ptr
fstat 1.0 fd:fd statbuf:ptr
lstat 1.0 filename:ptr statbuf:ptr
poll 2.0 ufds:ptr nfds:u32 timeout:i32
lseek 1.0 fd:fd offset:u64 whence:u32
mmap 1.0 addr:ptr len:u64 prot:u64 flags:u64 fd:fd offset:u64
mprotect 1.0 start:ptr len:size prot:u64
munmap 1.0 addr:ptr len:size
brk 1.0 brk:ptr
rt_sigaction 2.2 sig:i32 act:ptr oact:ptr sigsetsize:size
rt_sigprocmask 2.2 how:i32 set:ptr oset:ptr sigsetsize:size
rt_sigreturn 2.2
ioctl 1.0 fd:fd cmd:u32 arg:u64
pread64 2.2 fd:fd buf:ptr count:size pos:u64
pwrite64 2.2 fd:fd buf:ptr count:size pos:u64
readv 2.0 fd:fd vec:ptr vlen:u64
writev 2.0 fd:fd vec:ptr vlen:u64
access 1.0 filename:ptr mode:i32
pipe 1.0 fildes:ptr
select 1.0 n:i32 inp:ptr outp:ptr exp:ptr tvp:ptr
sched_yield 2.0
mremap 2.0 addr:ptr old_len:u64 new_len:u64 flags:u64 new_addr:ptr
msync 2.0 start:ptr len:size flags:i32
mincore 2.4 start:ptr len:size vec:ptr
madvise 2.4 start:ptr len:size behavior:i32
shmget 2.0 key:i32 size:size flag:i32
shmat 2.0 shmid:i32 shmaddr:ptr shmflg:i32
shmctl 2.0 shmid:i32 cmd:i32 buf:ptr
dup 1.0 fildes:fd
dup2 1.0 oldfd:fd newfd:fd
pause 1.0
nanosleep 2.0 rqtp:ptr rmtp:ptr
getitimer 1.0 which:i32 value:ptr
alarm 1.0 seconds:u32
setitimer 1.0 which:i32 value:ptr ovalue:ptr
getpid 1.0
sendfile 2.2 out_fd:fd in_fd:fd offset:ptr count:size
socket 2.0 domain:i32 type:i32 protocol:i32
connect 2.0 fd:fd addr:ptr addrlen:i32
accept 2.0 fd:fd addr:ptr addrlen:ptr
sendto 2.0 fd:fd buf:ptr len:size flags:u32 addr:ptr addrlen:i32
recvfrom 2.0 fd:fd buf:ptr len:size flags:u32 addr:ptr addrlen:ptr
sendmsg 2.0 fd:fd msg:ptr flags:u32
recvmsg 2.0 fd:fd msg:ptr flags:u32
shutdown 2.0 fd:fd how:i32
bind 2.0 fd:fd addr:ptr addrlen:i32
listen 2.0 fd:fd backlog:i32
getsockname 2.0 fd:fd addr:ptr addrlen:ptr
getpeername 2.0 fd:fd addr:ptr addrlen:ptr
socketpair 2.0 domain:i32 type:i32 protocol:i32 sv:ptr
setsockopt 2.0 fd:fd level:i32 optname:i32 optval:ptr optlen:i32
getsockopt 2.0 fd:fd level:i32 optname:i32 optval:ptr optlen:ptr
clone 1.0 flags:u32 newsp:ptr parent_tid:ptr child_tid:ptr tls:ptr
fork 1.0
vfork 2.2
execve 1.0 filename:ptr argv:ptr envp:ptr
exit 1.0 error_code:i32
wait4 1.0 pid:i32 stat_addr:ptr options:i32 ru:ptr
kill 1.0 pid:i32 sig:i32
uname 1.0 name:ptr
semget 2.0 key:i32 nsems:i32 semflg:i32
semop 2.0 semid:i32 sops:ptr nsops:u32
semctl 2.0 semid:i32 semnum:i32 cmd:i32 arg:u64
shmdt 2.0 shmaddr:ptr
msgget 2.0 key:i32 msgflg:i32
msgsnd 2.0 msqid:i32 msgp:ptr msgsz:size msgflg:i32
msgrcv 2.0 msqid:i32 msgp:ptr msgsz:size msgtyp:u64 msgflg:i32
msgctl 2.0 msqid:i32 cmd:i32 buf:ptr
fcntl 1.0 fd:fd cmd:u32 arg:u64
flock 2.0 fd:fd cmd:u32
fsync 1.0 fd:fd
fdatasync 2.0 fd:fd
truncate 1.0 path:ptr length:u64
ftruncate 1.0 fd:fd length:u64
getdents 2.0 fd:fd dirent:ptr count:u32
getcwd 2.2 buf:ptr size:u64
chdir 1.0 filename:ptr
fchdir 1.0 fd:fd
rename 1.0 oldname:ptr newname:ptr
mkdir 1.0 pathname:ptr mode:u16
rmdir 1.0 pathname:ptr
creat 1.0 pathname:ptr mode:u16
link 1.0 oldname:ptr newname:ptr
unlink 1.0 pathname:ptr
symlink 1.0 oldname:ptr newname:ptr
readlink 1.0 path:ptr buf:ptr bufsiz:i32
chmod 1.0 filename:ptr mode:u16
fchmod 1.0 fd:fd mode:u16
chown 2.2 filename:ptr user:u32 group:u32
fchown 1.0 fd:fd user:u32 group:u32
lchown 1.0 filename:ptr user:u32 group:u32
umask 1.0 mask:i32
gettimeofday 1.0 tv:ptr tz:ptr
getrlimit 1.0 resource:u32 rlim:ptr
getrusage 1.0 who:i32 ru:ptr
sysinfo 1.0 info:ptr
times 1.0 tbuf:ptr
ptrace 1.0 request:u64 pid:i32 addr:ptr data:ptr
getuid 1.0
syslog 1.0 type:i32 buf:ptr len:i32
getgid 1.0
setuid 1.0 uid:u32
setgid 1.0 gid:u32
geteuid 1.0
getegid 1.0
setpgid 1.0 pid:i32 pgid:i32
getppid 1.0
getpgrp 1.0
setsid 1.0
setreuid 1.0 ruid:u32 euid:u32
setregid 1.0 rgid:u32 egid:u32
getgroups 1.0 gidsetsize:i32 grouplist:ptr
setgroups 1.0 gidsetsize:i32 grouplist:ptr
setresuid 2.2 ruid:u32 euid:u32 suid:u32
getresuid 2.2 ruid:ptr euid:ptr suid:ptr
setresgid 2.2 rgid:u32 egid:u32 sgid:u32
getresgid 2.2 rgid:ptr egid:ptr sgid:ptr
getpgid 1.0 pid:i32
setfsuid 1.2 uid:u32
setfsgid 1.2 gid:u32
getsid 2.0 pid:i32
capget 2.2 header:ptr dataptr:ptr
capset 2.2 header:ptr data:ptr
rt_sigpending 2.2 set:ptr sigsetsize:size
rt_sigtimedwait 2.2 uthese:ptr uinfo:ptr uts:ptr sigsetsize:size
rt_sigqueueinfo 2.2 pid:i32 sig:i32 uinfo:ptr
rt_sigsuspend 2.2 unewset:ptr sigsetsize:size
sigaltstack 2.2 uss:ptr uoss:ptr
utime 1.0 filename:ptr times:ptr
mknod 1.0 filename:ptr mode:u16 dev:u32
uselib 1.0 library:ptr
personality 1.2 personality:u32
ustat 1.0 dev:u32 ubuf:ptr
statfs 1.0 path:ptr buf:ptr
fstatfs 1.0 fd:fd buf:ptr
sysfs 1.2 option:i32 arg1:u64 arg2:u64
getpriority 1.0 which:i32 who:i32
setpriority 1.0 which:i32 who:i32 niceval:i32
sched_setparam 2.0 pid:i32 param:ptr
sched_getparam 2.0 pid:i32 param:ptr
sched_setscheduler 2.0 pid:i32 policy:i32 param:ptr
sched_getscheduler 2.0 pid:i32
sched_get_priority_max 2.0 policy:i32
sched_get_priority_min 2.0 policy:i32
sched_rr_get_interval 2.0 pid:i32 interval:ptr
mlock 2.0 start:ptr len:size
munlock 2.0 start:ptr len:size
mlockall 2.0 flags:i32
munlockall 2.0
vhangup 1.0
modify_ldt 1.0 func:i32 ptr:ptr bytecount:u64
pivot_root 2.4 new_root:ptr put_old:ptr
_sysctl 2.0 args:ptr
prctl 2.2 option:i32 arg2:u64 arg3:u64 arg4:u64 arg5:u64
arch_prctl 2.6 option:i32 arg2:u64
adjtimex 1.0 txc:ptr
setrlimit 1.0 resource:u32 rlim:ptr
chroot 1.0 filename:ptr
sync 1.0
acct 1.0 name:ptr
settimeofday 1.0 tv:ptr tz:ptr
mount 1.0 dev_name:ptr dir_name:ptr type:ptr flags:u64 data:ptr
umount2 2.2 name:ptr flags:i32
swapon 1.0 specialfile:ptr swap_flags:i32
swapoff 1.0 specialfile:ptr
reboot 1.0 magic1:i32 magic2:i32 cmd:u32 arg:ptr
sethostname 1.0 name:ptr len:i32
setdomainname 1.0 name:ptr len:i32
iopl 1.0 level:u32
ioperm 1.0 from:u64 num:u64 on:i32
create_module 1.0 name:ptr size:size
init_module 1.0 umod:ptr len:u64 uargs:ptr
delete_module 1.0 name:ptr flags:u32
get_kernel_syms 1.0 table:ptr
query_module 2.2 name:ptr which:i32 buf:ptr bufsize:size ret:ptr
quotactl 1.0 cmd:u32 special:ptr id:u32 addr:ptr
nfsservctl 2.2 cmd:i32 argp:ptr resp:ptr
getpmsg 2.2
putpmsg 2.2
afs_syscall 2.2
tuxcall 2.4
security 2.4
gettid 2.4.11
readahead 2.4.13 fd:fd offset:u64 count:size
setxattr 2.4 path:ptr name:ptr value:ptr size:size flags:i32
lsetxattr 2.4 path:ptr name:ptr value:ptr size:size flags:i32
fsetxattr 2.4 fd:fd name:ptr value:ptr size:size flags:i32
getxattr 2.4 path:ptr name:ptr value:ptr size:size
lgetxattr 2.4 path:ptr name:ptr value:ptr size:size
fgetxattr 2.4 fd:fd name:ptr value:ptr size:size
listxattr 2.4 path:ptr list:ptr size:size
llistxattr 2.4 path:ptr list:ptr size:size
flistxattr 2.4 fd:fd list:ptr size:size
removexattr 2.4 path:ptr name:ptr
lremovexattr 2.4 path:ptr name:ptr
fremovexattr 2.4 fd:fd name:ptr
tkill 2.4 pid:i32 sig:i32
time 1.0 tloc:ptr
futex 2.6 uaddr:ptr op:i32 val:u32 utime:ptr uaddr2:ptr val3:u32
sched_setaffinity 2.6 pid:i32 len:u32 user_mask:ptr
sched_getaffinity 2.6 pid:i32 len:u32 user_mask:ptr
set_thread_area 2.6 u_info:ptr
io_setup 2.6 nr_reqs:u32 ctx:ptr
io_destroy 2.6 ctx:u64
io_getevents 2.6 ctx_id:u64 min_nr:u64 nr:u64 events:ptr timeout:ptr
io_submit 2.6 ctx_id:u64 nr:u64 iocbpp:ptr
io_cancel 2.6 ctx_id:u64 iocb:ptr result:ptr
get_thread_area 2.6 u_info:ptr
lookup_dcookie 2.6 cookie64:u64 buf:ptr len:size
epoll_create 2.6 size:i32
epoll_ctl_old 2.6 epfd:fd op:i32 fd:fd event:ptr
epoll_wait_old 2.6 epfd:fd events:ptr maxevents:i32 timeout:i32
remap_file_pages 2.6 start:ptr size:u64 prot:u64 pgoff:u64 flags:u64
getdents64 2.4 fd:fd dirent:ptr count:u32
set_tid_address 2.6 tidptr:ptr
restart_syscall 2.6
semtimedop 2.6 semid:i32 sops:ptr nsops:u32 timeout:ptr
fadvise64 2.6 fd:fd offset:u64 len:size advice:i32
timer_create 2.6 which_clock:i32 timer_event_spec:ptr created_timer_id:ptr
timer_settime 2.6 timer_id:i32 flags:i32 new_setting:ptr old_setting:ptr
timer_gettime 2.6 timer_id:i32 setting:ptr
timer_getoverrun 2.6 timer_id:i32
timer_delete 2.6 timer_id:i32
clock_settime 2.6 which_clock:i32 tp:ptr
clock_gettime 2.6 which_clock:i32 tp:ptr
clock_getres 2.6 which_clock:i32 tp:ptr
clock_nanosleep 2.6 which_clock:i32 flags:i32 rqtp:ptr rmtp:ptr
exit_group 2.6 error_code:i32
epoll_wait 2.6 epfd:fd events:ptr maxevents:i32 timeout:i32
epoll_ctl 2.6 epfd:fd op:i32 fd:fd event:ptr
tgkill 2.6 tgid:i32 pid:i32 sig:i32
utimes 2.2 filename:ptr utimes:ptr
vserver 2.6
mbind 2.6.6 start:ptr len:u64 mode:u64 nmask:ptr maxnode:u64 flags:u32
set_mempolicy 2.6.6 mode:i32 nmask:ptr maxnode:u64
get_mempolicy 2.6.6 policy:ptr nmask:ptr maxnode:u64 addr:ptr flags:u64
mq_open 2.6.6 name:ptr oflag:i32 mode:u16 attr:ptr
mq_unlink 2.6.6 name:ptr
mq_timedsend 2.6.6 mqdes:fd msg_ptr:ptr msg_len:size msg_prio:u32 abs_timeout:ptr
mq_timedreceive 2.6.6 mqdes:fd msg_ptr:ptr msg_len:size msg_prio:ptr abs_timeout:ptr
mq_notify 2.6.6 mqdes:fd notification:ptr
mq_getsetattr 2.6.6 mqdes:fd mqstat:ptr omqstat:ptr
kexec_load 2.6.13 entry:ptr nr_segments:u64 segments:ptr flags:u64
waitid 2.6.10 which:i32 pid:i32 infop:ptr options:i32 ru:ptr
add_key 2.6.10 type:ptr description:ptr payload:ptr plen:size destringid:i32
request_key 2.6.10 type:ptr description:ptr callout_info:ptr destringid:i32
keyctl 2.6.10 cmd:i32 arg2:u64 arg3:u64 arg4:u64 arg5:u64
ioprio_set 2.6.13 which:i32 who:i32 ioprio:i32
ioprio_get 2.6.13 which:i32 who:i32
inotify_init 2.6.13
inotify_add_watch 2.6.13 fd:fd path:ptr mask:u32
inotify_rm_watch 2.6.13 fd:fd wd:i32
migrate_pages 2.6.16 pid:i32 maxnode:u64 from:ptr to:ptr
openat 2.6.16 dfd:fd filename:ptr flags:i32 mode:u16
mkdirat 2.6.16 dfd:fd pathname:ptr mode:u16
mknodat 2.6.16 dfd:fd filename:ptr mode:u16 dev:u32
fchownat 2.6.16 dfd:fd filename:ptr user:u32 group:u32 flag:i32
futimesat 2.6.16 dfd:fd filename:ptr utimes:ptr
newfstatat 2.6.16 dfd:fd filename:ptr statbuf:ptr flag:i32
unlinkat 2.6.16 dfd:fd pathname:ptr flag:i32
renameat 2.6.16 olddfd:fd oldname:ptr newdfd:fd newname:ptr
linkat 2.6.16 olddfd:fd oldname:ptr newdfd:fd newname:ptr flags:i32
symlinkat 2.6.16 oldname:ptr newdfd:fd newname:ptr
readlinkat 2.6.16 dfd:fd path:ptr buf:ptr bufsiz:i32
fchmodat 2.6.16 dfd:fd filename:ptr mode:u16
faccessat 2.6.16 dfd:fd filename:ptr mode:i32
pselect6 2.6.16 n:i32 inp:ptr outp:ptr exp:ptr tsp:ptr sig:ptr
ppoll 2.6.16 ufds:ptr nfds:u32 tsp:ptr sigmask:ptr sigsetsize:size
unshare 2.6.16 unshare_flags:u64
set_robust_list 2.6.17 head:ptr len:size
get_robust_list 2.6.17 pid:i32 head_ptr:ptr len_ptr:ptr
splice 2.6.17 fd_in:fd off_in:ptr fd_out:fd off_out:ptr len:size flags:u32
tee 2.6.17 fdin:fd fdout:fd len:size flags:u32
sync_file_range 2.6.17 fd:fd offset:u64 nbytes:u64 flags:u32
vmsplice 2.6.17 fd:fd iov:ptr nr_segs:u64 flags:u32
move_pages 2.6.18 pid:i32 nr_pages:u64 pages:ptr nodes:ptr status:ptr flags:i32
utimensat 2.6.22 dfd:fd filename:ptr utimes:ptr flags:i32
epoll_pwait 2.6.19 epfd:fd events:ptr maxevents:i32 timeout:i32 sigmask:ptr sigsetsize:size
signalfd 2.6.22 ufd:fd user_mask:ptr sizemask:size
timerfd_create 2.6.25 clockid:i32 flags:i32
eventfd 2.6.22 count:u32
fallocate 2.6.23 fd:fd mode:i32 offset:u64 len:u64
timerfd_settime 2.6.25 ufd:fd flags:i32 utmr:ptr otmr:ptr
timerfd_gettime 2.6.25 ufd:fd otmr:ptr
accept4 2.6.28 fd:fd addr:ptr addrlen:ptr flags:i32
signalfd4 2.6.27 ufd:fd user_mask:ptr sizemask:size flags:i32
eventfd2 2.6.27 count:u32 flags:i32
epoll_create1 2.6.27 flags:i32
dup3 2.6.27 oldfd:fd newfd:fd flags:i32
pipe2 2.6.27 fildes:ptr flags:i32
inotify_init1 2.6.27 flags:i32
preadv 2.6.30 fd:fd vec:ptr vlen:u64 pos_l:u64 pos_h:u64
pwritev 2.6.30 fd:fd vec:ptr vlen:u64 pos_l:u64 pos_h:u64
rt_tgsigqueueinfo 2.6.31 tgid:i32 pid:i32 sig:i32 uinfo:ptr
perf_event_open 2.6.31 attr_uptr:ptr pid:i32 cpu:i32 group_fd:fd flags:u64
recvmmsg 2.6.33 fd:fd msg:ptr vlen:u32 flags:u32 timeout:ptr
fanotify_init 2.6.37 flags:u32 event_f_flags:u32
fanotify_mark 2.6.37 fanotify_fd:fd flags:u32 mask:u64 dfd:fd pathname:ptr
prlimit64 2.6.36 pid:i32 resource:u32 new_rlim:ptr old_rlim:ptr
name_to_handle_at 2.6.39 dfd:fd name:ptr handle:ptr mnt_id:ptr flag:i32
open_by_handle_at 2.6.39 mountdirfd:fd handle:ptr flags:i32
clock_adjtime 2.6.39 which_clock:i32 tx:ptr
syncfs 2.6.39 fd:fd
sendmmsg 3.0 fd:fd msg:ptr vlen:u32 flags:u32
setns 3.0 fd:fd nstype:i32
getcpu 2.6.19 cpu:ptr node:ptr cache:ptr
process_vm_readv 3.2 pid:i32 lvec:ptr liovcnt:u64 rvec:ptr riovcnt:u64 flags:u64
process_vm_writev 3.2 pid:i32 lvec:ptr liovcnt:u64 rvec:ptr riovcnt:u64 flags:u64
kcmp 3.5 pid1:i32 pid2:i32 type:i32 idx1:u64 idx2:u64
finit_module 3.8 fd:fd uargs:ptr flags:i32
sched_setattr 3.14 pid:i32 attr:ptr flags:u32
sched_getattr 3.14 pid:i32 attr:ptr size:u32 flags:u32
renameat2 3.15 olddfd:fd oldname:ptr newdfd:fd newname:ptr flags:u32
seccomp 3.17 op:u32 flags:u32 uargs:ptr
getrandom 3.17 buf:ptr count:size flags:u32
memfd_create 3.17 name:ptr flags:u32
kexec_file_load 3.17 kernel_fd:fd initrd_fd:fd cmdline_len:u64 cmdline_ptr:ptr flags:u64
bpf 3.18 cmd:i32 attr:ptr size:u32
execveat 3.19 dfd:fd filename:ptr argv:ptr envp:ptr flags:i32
userfaultfd 4.3 flags:i32
membarrier 4.3 cmd:i32 flags:u32 cpu_id:i32
mlock2 4.4 start:ptr len:size flags:i32
copy_file_range 4.5 fd_in:fd off_in:ptr fd_out:fd off_out:ptr len:size flags:u32
preadv2 4.6 fd:fd vec:ptr vlen:u64 pos_l:u64 pos_h:u64 flags:i32
pwritev2 4.6 fd:fd vec:ptr vlen:u64 pos_l:u64 pos_h:u64 flags:i32
pkey_mprotect 4.9 start:ptr len:size prot:u64 pkey:i32
pkey_alloc 4.9 flags:u64 init_val:u64
pkey_free 4.9 pkey:i32
statx 4.11 dfd:fd path:ptr flags:u32 mask:u32 buffer:ptr
io_pgetevents 4.18 ctx_id:u64 min_nr:u64 nr:u64 events:ptr timeout:ptr sig:ptr
rseq 4.18 rseq:ptr rseq_len:u32 flags:i32 sig:u32
uretprobe 6.11
uprobe 6.18
pidfd_send_signal 5.1 pidfd:fd sig:i32 info:ptr flags:u32
io_uring_setup 5.1 entries:u32 p:ptr
io_uring_enter 5.1 fd:fd to_submit:u32 min_complete:u32 flags:u32 argp:ptr argsz:size
io_uring_register 5.1 fd:fd op:u32 arg:ptr nr_args:u32
open_tree 5.2 dfd:fd path:ptr flags:u32
move_mount 5.2 from_dfd:fd from_path:ptr to_dfd:fd to_path:ptr ms_flags:u32
fsopen 5.2 fs_name:ptr flags:u32
fsconfig 5.2 fs_fd:fd cmd:u32 key:ptr value:ptr aux:i32
fsmount 5.2 fs_fd:fd flags:u32 ms_flags:u32
fspick 5.2 dfd:fd path:ptr flags:u32
pidfd_open 5.3 pid:i32 flags:u32
clone3 5.3 uargs:ptr size:size
close_range 5.9 fd:fd max_fd:fd flags:u32
openat2 5.6 dfd:fd filename:ptr how:ptr size:size
pidfd_getfd 5.6 pidfd:fd fd:fd flags:u32
faccessat2 5.8 dfd:fd filename:ptr mode:i32 flags:i32
process_madvise 5.10 pidfd:fd vec:ptr vlen:size behavior:i32 flags:u32
epoll_pwait2 5.11 epfd:fd events:ptr maxevents:i32 timeout:ptr sigmask:ptr sigsetsize:size
mount_setattr 5.12 dfd:fd path:ptr flags:u32 uattr:ptr usize:size
quotactl_fd 5.14 fd:fd cmd:u32 id:u32 addr:ptr
landlock_create_ruleset 5.13 attr:ptr size:size flags:u32
landlock_add_rule 5.13 ruleset_fd:fd rule_type:u32 rule_attr:ptr flags:u32
landlock_restrict_self 5.13 ruleset_fd:fd flags:u32
memfd_secret 5.14 flags:u32
process_mrelease 5.15 pidfd:fd flags:u32
futex_waitv 5.16 waiters:ptr nr_futexes:u32 flags:u32 timeout:ptr clockid:i32
set_mempolicy_home_node 5.17 start:ptr len:u64 home_node:u64 flags:u64
cachestat 6.5 fd:fd cstat_range:ptr cstat:ptr flags:u32
fchmodat2 6.6 dfd:fd filename:ptr mode:u16 flags:u32
map_shadow_stack 6.6 addr:ptr size:u64 flags:u32
futex_wake 6.7 uaddr:ptr mask:u64 nr:i32 flags:u32
futex_wait 6.7 uaddr:ptr val:u64 mask:u64 flags:u32 timeout:ptr clockid:i32
futex_requeue 6.7 waiters:ptr flags:u32 nr_wake:i32 nr_requeue:i32
statmount 6.8 req:ptr buf:ptr bufsize:size flags:u32
listmount 6.8 req:ptr mnt_ids:ptr nr_mnt_ids:size flags:u32
lsm_get_self_attr 6.8 attr:u32 ctx:ptr size:ptr flags:u32
lsm_set_self_attr 6.8 attr:u32 ctx:ptr size:u32 flags:u32
lsm_list_modules 6.8 ids:ptr size:ptr flags:u32
mseal 6.10 start:ptr len:size flags:u64
setxattrat 6.13 dfd:fd path:ptr at_flags:u32 name:ptr args:ptr usize:size
getxattrat 6.13 dfd:fd path:ptr at_flags:u32 name:ptr args:ptr usize:size
listxattrat 6.13 dfd:fd path:ptr at_flags:u32 list:ptr size:size
removexattrat 6.13 dfd:fd path:ptr at_flags:u32 name:ptr
open_tree_attr 6.15 dfd:fd path:ptr flags:u32 uattr:ptr usize:size
file_getattr 6.17 dfd:fd path:ptr ufattr:ptr usize:size at_flags:u32
file_setattr 6.17 dfd:fd path:ptr ufattr:ptr usize:size at_flags:u32
listns 6.19 req:ptr ns_ids:ptr nr_ns_ids:size flags:u32
rseq_slice_yield 7.0
`;
