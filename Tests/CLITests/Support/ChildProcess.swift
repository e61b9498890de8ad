import Foundation
import TestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How a process ended and what it said.
struct ProcessResult {
  /// The exit code, or minus the number of the signal that ended the process.
  let exit: Int32
  let standardOutput: String
  let standardError: String
  /// The most memory that was seen resident, in bytes.
  let peakMemory: Int

  /// The lines of standard error.
  var messages: [Substring] { standardError.split(separator: "\n") }
}

/// A process that has been started. Its output goes to files, so that nothing blocks on a full pipe.
final class ChildProcess {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private let command: String
  private let streams: TemporaryFolder
  let pid: pid_t
  private var status: Int32?
  private var peakMemory = 0

  /// Starts `words`, the first of which is the path of a program, in `folder`.
  ///
  /// A shell goes there, does `preparation`, and becomes the program, whose descriptors `redirection` changes.
  init(_ words: [String], in folder: String, after preparation: String = ":", redirection: String = "") throws {
    command = words.joined(separator: " ")
    let script = "cd \"$0\" && \(preparation) && exec \"$@\" \(redirection)"
    let words = ["/bin/sh", "-c", script, folder] + words
    streams = try TemporaryFolder()
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, name) in [(Int32(1), "stdout"), (2, "stderr")] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, streams.file(name), O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }

    // Whatever this process ignores or blocks, the child starts with the defaults.
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var reset = sigset_t()
    sigemptyset(&reset)
    for number in [SIGINT, SIGTERM, SIGPIPE, SIGXFSZ] { sigaddset(&reset, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &reset)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // The width of help texts, what is drawn, and what is converted must not depend on who runs the tests.
    var variables = ProcessInfo.processInfo.environment.filter { name, _ in
      !["COLUMNS", "LINES", "JOB_COMPLETION_INDEX", "GGUF_HTTP_AUTHORIZATION", "HF_TOKEN", "SSL_CERT_FILE"].contains(
        name)
        && !["SLURM_ARRAY_", "AWS_BATCH_JOB_ARRAY_"].contains { name.hasPrefix($0) }
    }
    variables["LC_ALL"] = "C.UTF-8"
    let arguments = words.map { strdup($0) } + [nil]
    let environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else { throw Failed(description: "\(command): \(String(cString: strerror(code)))") }
    self.pid = pid
  }

  deinit {
    guard status == nil else { return }
    kill(pid, SIGKILL)
    var ignored: Int32 = 0
    waitpid(pid, &ignored, 0)
  }

  var isRunning: Bool {
    guard status == nil else { return false }
    samplePeakMemory()
    var raw: Int32 = 0
    var usage = rusage()
    guard wait4(pid, &raw, WNOHANG, &usage) == pid else { return true }
    status = raw
    #if canImport(Darwin)
      peakMemory = usage.ru_maxrss
    #endif
    return false
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Halts the process until it gets SIGCONT; false where it had ended before.
  func halt() -> Bool {
    guard isRunning else { return false }
    send(SIGSTOP)
    var state = siginfo_t()
    while waitid(P_PID, id_t(pid), &state, WSTOPPED | WEXITED | WNOWAIT) != 0 {
      guard errno == EINTR else { return false }
    }
    return state.si_code == CLD_STOPPED
  }

  /// What the process has written to standard error so far.
  var messagesSoFar: String { get throws { try text("stderr") } }

  /// Waits until the process tells how far it is, about five seconds after its start, and so is in the middle of its work.
  ///
  /// It blocks the thread: a task that sleeps may wait behind other tests for minutes, while the process works on.
  func waitForProgress(limit: Duration = .seconds(60)) throws {
    let deadline = ContinuousClock.now + limit
    while isRunning, try messagesSoFar.isEmpty, ContinuousClock.now < deadline { usleep(10_000) }
  }

  /// Waits until the process has ended; one that still runs after `limit` is ended and is an error.
  func wait(limit: Duration = .seconds(60)) throws -> ProcessResult {
    let deadline = ContinuousClock.now + limit
    while isRunning {
      guard ContinuousClock.now < deadline else { throw Failed(description: "\(command): hangs, ended after \(limit)") }
      usleep(1000)
    }
    guard let status else { throw Failed(description: "\(command): no status") }
    let signal = status & 0x7F
    return ProcessResult(
      exit: signal == 0 ? (status >> 8) & 0xFF : -signal, standardOutput: try text("stdout"),
      standardError: try text("stderr"), peakMemory: peakMemory)
  }

  private func text(_ stream: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: streams.file(stream))), as: UTF8.self)
  }

  /// On Linux the resource usage of a child starts with what its parent had in use; the high-water mark of its own
  /// memory is in /proc, while it runs. It only ever rises, so that the last sample is the peak.
  private func samplePeakMemory() {
    #if os(Linux)
      guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
      else { return }
      peakMemory = kibibytes * 1024
    #endif
  }
}
