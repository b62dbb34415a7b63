import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { systemClock } from "../../../../../src/base/clock.ts";
import { startSandbox } from "../../../../../src/bin/process/start-sandbox.ts";
import {
  bashCommand,
  CommandFailure,
  type CommandOutput,
  type NodeCommand,
  type StartSandbox,
} from "../../../../../src/engines/playbook/node-commands/index.ts";
import { CapturedLog } from "../../../../support/captured-log.ts";
import { script } from "../../../../support/script.ts";
import { until } from "../../../../support/until.ts";

const longestMs = 20_000;

const open = (start: StartSandbox): NodeCommand =>
  bashCommand({ start, atOnce: 1, timeoutMs: longestMs, clock: systemClock, log: new CapturedLog().logger });

/** Whether a process of this machine has the word among its arguments. */
const isAlive = (word: string): boolean =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(word);
      } catch {
        return false;
      }
    });

/** Lengths of sleeps that no other test names. */
let sleeps = 1_000_000 + (process.pid % 1_000) * 1_000;

describe("commands of bash in a sandbox", () => {
  let bash: NodeCommand;

  before(() => {
    bash = open(startSandbox);
  });

  const run = (
    command: string,
    environment: Readonly<Record<string, string>> = {},
    signal: AbortSignal = AbortSignal.timeout(longestMs),
  ): Promise<CommandOutput> =>
    bash.run({ command, environment }, { idempotencyKey: "r-1", cause: { chain: [] }, signal });

  const fails = async (work: Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof CommandFailure, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  };

  it("gives standard output as text without line ends at its end, and standard error as a fact", async () => {
    assert.deepEqual(await run("echo one; echo two >&2"), {
      text: "one",
      truncated: false,
      facts: { exit_code: 0, stderr: "two\n" },
    });
  });

  it("passes arguments as variables of the environment, as they are, beside three of its own", async () => {
    const value = "a'b\"$(id)`id` \n; ü";
    const { text } = await run('printf %s "$__value__"; printf "\\n--\\n"; env -u __value__ | cut -d= -f1 | sort', {
      __value__: value,
    });
    assert.ok(text.startsWith(`${value}\n--\n`), text);
    assert.deepEqual(text.split("\n--\n")[1]?.trim().split("\n"), ["HOME", "LANG", "PATH", "PWD", "SHLVL", "_"]);
  });

  it("takes no variable that programs listen to", async () => {
    await fails(run("true", { LD_PRELOAD: "/tmp/x.so" }), "threw", /LD_PRELOAD/);
    await fails(run("echo \0"), "threw", /NUL/);
  });

  it("fails with the exit code and the end of standard error", async () => {
    await fails(run("echo why >&2; exit 3"), "threw", /exit code 3: why/);
    await fails(run("kill -9 $$"), "threw", /exit code 137/);
  });

  it("bounds the output and lets the command go on", async () => {
    const { text, truncated } = await run("head -c 5000000 /dev/zero | tr '\\0' x; echo end >&2");
    assert.ok(truncated);
    assert.match(text, /^x{1000,}$/);
    assert.ok(Buffer.byteLength(JSON.stringify(text)) <= 48 * 1024);
  });

  it("is nobody without capabilities, alone with its processes, without a network and without the node's descriptors", async () => {
    const { text } = await run(
      `id -u; grep CapEff /proc/self/status; ls /proc | grep -c '^[0-9]'; ls /sys /etc/passwd /root /home /work 2>/dev/null;
       for f in /proc/self/fd/*; do n=\${f##*/}; ((n > 2 && n != 255)) && [ -e "$f" ] && echo "descriptor $n"; done;
       (exec 3<>/dev/tcp/127.0.0.1/1) 2>&1 | grep -q refused && echo refused; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '`,
    );
    const [uid, capabilities = "", processes, ...rest] = text.trim().split("\n");
    assert.equal(uid, "65534");
    assert.match(capabilities, /0000000000000000$/);
    assert.ok(Number(processes) <= 6, `sees ${String(processes)} processes`);
    assert.deepEqual(rest, ["refused", "lo"]);
  });

  it("writes below /tmp and nowhere else, and not without end", async () => {
    const { text } = await run(
      `for f in /x /usr/x /usr/bin/x /dev/x /dev/shm/x /run/x /etc/x /proc/sys/kernel/hostname; do (echo x >"$f") 2>/dev/null && echo "wrote $f"; done;
       echo x >/tmp/x && cat /tmp/x; head -c 200000000 /dev/zero >/tmp/big 2>/dev/null || echo full; ls /tmp`,
    );
    assert.equal(text, "x\nfull\nbig\nx");
    assert.equal((await run("ls /tmp")).text, "");
  });

  it("reads no memory of processes outside, and none of them at all", async () => {
    const { text } = await run(
      `for p in ${process.pid} ${process.ppid}; do cat /proc/$p/maps /proc/$p/environ /proc/$p/mem 2>/dev/null | head -c 10; done; echo end`,
    );
    assert.equal(text, "end");
    await fails(run(`kill -9 ${process.pid}`), "threw", /No such process/);
  });

  it("makes no namespace in which it is root, and so no folder without a bound", async () => {
    assert.equal((await run("unshare -Ur true 2>/dev/null || echo none")).text, "none");
    assert.equal(
      (await run("unshare -Urm mount -t tmpfs -o size=1G tmpfs /tmp 2>/dev/null; stat -f -c %b%S /tmp")).text,
      (await run("stat -f -c %b%S /tmp")).text,
    );
  });

  it("has no socket to what is beside its network, and no memory that is not counted", async () => {
    const { text } = await run(`perl -e '
      for ([1, "unix"], [2, "inet"], [10, "inet6"], [17, "packet"], [38, "alg"], [40, "vsock"]) {
        print "$$_[1] " if socket(my $s, $$_[0], 1, 0);
      }
      print "shared " if defined shmget(0, 4096, 01600);
      print "uring " if syscall(425, 8, 0) >= 0 || $!{EFAULT};
      my $name = "x";
      print "memfd " if syscall(${process.arch === "x64" ? 319 : 279}, $name, 0) >= 0;
    '`);
    assert.equal(text, "unix inet inet6 ");
  });

  it("takes along what it left in the background, in a session of its own too", async () => {
    const sleep = String((sleeps += 1));
    assert.equal((await run(`sleep ${sleep} & setsid sleep ${sleep} >/dev/null 2>&1 & echo left`)).text, "left");
    assert.ok(!isAlive(sleep));
  });

  it("ends all of it when it is aborted, also right at its start", async () => {
    const sleep = String((sleeps += 1));
    const abort = new AbortController();
    const work = run(`setsid sleep ${sleep} & sleep ${sleep}`, {}, abort.signal);
    const seen = setInterval(() => {
      if (isAlive(sleep)) abort.abort();
    }, 10);
    await assert.rejects(work);
    clearInterval(seen);
    assert.ok(abort.signal.aborted);
    assert.ok(!isAlive(sleep));
    for (let i = 0; i < 5; i += 1) await assert.rejects(run(`sleep ${sleep}`, {}, AbortSignal.timeout(i * 3)));
    assert.ok(!isAlive(sleep));
  });

  it("bounds its processes, and ends a fork bomb with the deadline", async () => {
    const { text } = await run(
      `:(){ :|:& };: 2>/dev/null
       for ((i = 0, most = 0; i < 3000; i++)); do set -- /proc/[0-9]*; (($# > most)) && most=$#; done; echo $most`,
    );
    // A listing names some that have ended before others began: at most 64 are there at once.
    assert.ok(Number(text) > 20 && Number(text) <= 128, `${text} processes at once`);
    const startedMs = performance.now();
    await assert.rejects(run(":(){ :|:& };:; sleep 100", {}, AbortSignal.timeout(700)));
    assert.ok(performance.now() - startedMs < 5_000);
    assert.equal((await run("echo fine")).text, "fine");
  });

  it("bounds the memory of a process", async () => {
    await run("dd if=/dev/zero of=/dev/null bs=100M count=1");
    await fails(run("dd if=/dev/zero of=/dev/null bs=2G count=1"), "threw", /memory/);
  });

  it("dies with its node", async () => {
    const sleep = String((sleeps += 1));
    const { file, execArgv } = script("../../../../support/sandbox-node", import.meta.url);
    const node = spawn(process.execPath, [...execArgv, file, sleep], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const sleeping = (): boolean => isAlive(`sleep\0${sleep}`);
    await until(sleeping, () => node.exitCode, longestMs);
    node.kill("SIGKILL");
    await until(
      () => !sleeping(),
      () => "the command outlives its node",
    );
  });

  it("is refused where there is no sandbox, with what to do about it", async () => {
    const absent = open((args) =>
      spawn("/nonexistent/bwrap", args, { stdio: ["ignore", ...Array<"pipe">(6).fill("pipe")] }),
    );
    const signal = AbortSignal.timeout(longestMs);
    const task = { idempotencyKey: "r-1", cause: { chain: [] }, signal };
    await fails(absent.run({ command: "true", environment: {} }, task), "refused", /Install the package bubblewrap/);
    const forbidden = open(() =>
      spawn("/bin/sh", ["-c", "echo bwrap: No permissions to create new namespace >&2; exit 1"], {
        stdio: ["ignore", ...Array<"pipe">(6).fill("pipe")],
      }),
    );
    await fails(forbidden.run({ command: "true", environment: {} }, task), "refused", /No permissions.*namespaces/);
  });
});
