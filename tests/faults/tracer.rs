//! Runs a program and lets one of its system calls fail.
//!
//! The program is traced: at the entry of the chosen call its number is replaced by one that does not exist, so that the
//! kernel does nothing, and at its exit the result is replaced by an error. Tracing needs no library that is loaded into
//! the program and no file system of a kind; it sees the calls of SQLite and of Rust alike.

use nix::errno::Errno;
use nix::libc::{self, user_regs_struct};
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The calls that reach files, each with the errors it can fail with. What only asks (`fstat`, `lseek`) is among them.
pub const CALLS: &[(i64, &str, &[Errno])] = &[
    (libc::SYS_read, "read", &[Errno::EIO]),
    (libc::SYS_write, "write", &[Errno::ENOSPC]),
    (libc::SYS_close, "close", &[Errno::EIO]),
    (libc::SYS_fstat, "fstat", &[Errno::EIO]),
    (libc::SYS_pread64, "pread64", &[Errno::EIO]),
    (libc::SYS_pwrite64, "pwrite64", &[Errno::EIO, Errno::ENOSPC]),
    (libc::SYS_fcntl, "fcntl", &[Errno::EIO, Errno::EAGAIN]),
    (libc::SYS_fsync, "fsync", &[Errno::EIO]),
    (libc::SYS_fdatasync, "fdatasync", &[Errno::EIO]),
    (libc::SYS_ftruncate, "ftruncate", &[Errno::EIO]),
    (libc::SYS_rename, "rename", &[Errno::EIO]),
    (libc::SYS_renameat2, "renameat2", &[Errno::EIO]),
    (libc::SYS_link, "link", &[Errno::EIO]),
    (libc::SYS_mkdir, "mkdir", &[Errno::ENOSPC]),
    (libc::SYS_unlink, "unlink", &[Errno::EIO]),
    (libc::SYS_openat, "openat", &[Errno::EACCES, Errno::EMFILE]),
    (libc::SYS_statx, "statx", &[Errno::EIO]),
    (libc::SYS_newfstatat, "newfstatat", &[Errno::EIO]),
    (libc::SYS_fchmod, "fchmod", &[Errno::EIO]),
];

/// The call that fails, counted from 0 among those of [`CALLS`] that the program makes itself.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub call: usize,
    /// Which of the call's errors.
    pub error: usize,
    /// Every call with the same number fails from then on.
    pub lasts: bool,
}

/// How a traced program ended.
#[derive(Debug)]
pub struct Traced {
    /// Its exit code, or the signal that ended it.
    pub end: Result<i32, Signal>,
    /// The calls it made, by their place in [`CALLS`].
    pub calls: Vec<usize>,
}

/// Runs `program` to its end; what it says goes into the files `stdout` and `stderr` of its folder.
pub fn run(program: &Command, fault: Option<Fault>) -> io::Result<Traced> {
    let child = stopped(program)?;
    let first = Pid::from_raw(child.id().cast_signed());
    waitpid(first, Some(WaitPidFlag::WUNTRACED))?;
    let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_EXITKILL;
    ptrace::seize(first, options)?;
    kill(first, Signal::SIGCONT)?;
    let tracer = Tracer { first, fault, inside: HashMap::new(), has_begun: false, calls: Vec::new(), failing: None };
    Ok(tracer.follow()?)
}

/// A shell stops itself and becomes the program when it is continued.
fn stopped(program: &Command) -> io::Result<Child> {
    let folder = program.get_current_dir().unwrap_or(Path::new("."));
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "kill -STOP $$; exec \"$0\" \"$@\""]).arg(program.get_program()).args(program.get_args());
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(folder).stdin(Stdio::null());
    shell.stdout(File::create(folder.join("stdout"))?).stderr(File::create(folder.join("stderr"))?);
    shell.spawn()
}

struct Tracer {
    first: Pid,
    fault: Option<Fault>,
    /// Threads inside a system call, with the result it gets instead of its own.
    inside: HashMap<Pid, Option<i64>>,
    /// The loader is done: what fails from here on fails in the program.
    has_begun: bool,
    calls: Vec<usize>,
    /// The number of the call that fails from now on.
    failing: Option<i64>,
}

impl Tracer {
    fn follow(mut self) -> nix::Result<Traced> {
        loop {
            // Children of other threads are other tests'.
            let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
            match waitpid(None::<Pid>, Some(flags))? {
                WaitStatus::Exited(pid, code) if pid == self.first => {
                    return Ok(Traced { end: Ok(code), calls: self.calls });
                }
                WaitStatus::Signaled(pid, signal, _) if pid == self.first => {
                    return Ok(Traced { end: Err(signal), calls: self.calls });
                }
                WaitStatus::PtraceSyscall(pid) => {
                    self.at_call(pid)?;
                    go_on(pid, None);
                }
                WaitStatus::Stopped(pid, signal) => go_on(pid, deliverable(signal)),
                WaitStatus::PtraceEvent(pid, _, _) => go_on(pid, None),
                _ => {}
            }
        }
    }

    /// A system call begins, or has ended.
    fn at_call(&mut self, pid: Pid) -> nix::Result<()> {
        let mut registers = ptrace::getregs(pid)?;
        if let Some(result) = self.inside.remove(&pid) {
            if let Some(result) = result {
                registers.rax = result.cast_unsigned();
                ptrace::setregs(pid, registers)?;
            }
            return Ok(());
        }
        let result = self.begins(&registers);
        if result.is_some() {
            registers.orig_rax = u64::MAX;
            ptrace::setregs(pid, registers)?;
        }
        self.inside.insert(pid, result);
        Ok(())
    }

    /// The result of a call that the kernel does not see.
    fn begins(&mut self, registers: &user_regs_struct) -> Option<i64> {
        let number = registers.orig_rax.cast_signed();
        if number == libc::SYS_clock_nanosleep {
            // SQLite waits before it tries again; what fails for good fails at once here.
            return Some(0);
        }
        // Rust's start sets up a stack for signals, right before `main`.
        self.has_begun |= number == libc::SYS_sigaltstack;
        let place = CALLS.iter().position(|(call, ..)| *call == number).filter(|_| self.has_begun)?;
        let this = self.calls.len();
        self.calls.push(place);
        let fault = self.fault?;
        if fault.call == this && fault.lasts {
            self.failing = Some(number);
        }
        let fails = fault.call == this || self.failing == Some(number);
        let errors = CALLS[place].2;
        fails.then(|| -i64::from(errors[fault.error % errors.len()] as i32))
    }
}

fn go_on(pid: Pid, signal: Option<Signal>) {
    // A thread that has just ended cannot go on, and need not.
    _ = ptrace::syscall(pid, signal);
}

/// The signals that started the program are not for it.
fn deliverable(signal: Signal) -> Option<Signal> {
    (!matches!(signal, Signal::SIGSTOP | Signal::SIGCONT | Signal::SIGTRAP)).then_some(signal)
}
