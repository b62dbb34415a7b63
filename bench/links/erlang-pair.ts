import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { promisify } from "node:util";
import { systemRandom } from "../../src/base/random.ts";
import { freePort } from "../../test/support/free-port.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { Pair } from "./pair.ts";

const deadlineMs = 120_000;
const run = promisify(execFile);

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Two nodes of Erlang, linked by its own distribution, with an epmd of their own; all of it on loopback. */
export class ErlangPair implements Pair {
  readonly #folder = tempDir("bench-erlang");
  readonly #children: Child[] = [];
  readonly #lines: Interface[] = [];
  readonly #cookie = systemRandom.id();
  #port = 0;

  /** `undefined` where Erlang is not installed. */
  static async start(): Promise<ErlangPair | undefined> {
    const pair = new ErlangPair();
    try {
      await pair.#start();
      return pair;
    } catch (error) {
      await pair.end();
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  get pids(): readonly number[] {
    return this.#children
      .slice(1)
      .map(({ pid }) => pid ?? 0)
      .toReversed();
  }

  tells(count: number): Promise<number> {
    return this.#micros(`tells ${count}`);
  }

  asks(count: number, outstanding: number): Promise<number> {
    return this.#micros(`asks ${count} ${outstanding}`);
  }

  /** As `asks`, by `gen_server:call`. */
  calls(count: number, outstanding: number): Promise<number> {
    return this.#micros(`calls ${count} ${outstanding}`);
  }

  async end(): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    }
    this.#folder.remove();
  }

  async #start(): Promise<void> {
    await run("erlc", ["-o", this.#folder.path, path.resolve("bench/erlang/garrison_links.erl")], {
      timeout: deadlineMs,
      cwd: this.#folder.path,
    });
    this.#port = await freePort();
    this.#spawn("epmd", ["-address", "127.0.0.1", "-port", String(this.#port)]);
    await this.#node("receiver", "garrison_links:receiver().");
    await this.#node("sender", `garrison_links:sender('receiver@127.0.0.1').`);
  }

  /** Starts a node and waits until it says that it is up. */
  async #node(name: string, expression: string): Promise<void> {
    const at = this.#children.length;
    const onLoopback = ["-kernel", "inet_dist_use_interface", "{127,0,0,1}"];
    const called = ["-name", `${name}@127.0.0.1`, "-setcookie", this.#cookie, "-start_epmd", "false"];
    this.#spawn("erl", ["-noshell", ...called, ...onLoopback, "-eval", expression]);
    const said = await this.#line(at);
    if (said !== "up") throw new Error(`erl says ${JSON.stringify(said)}`);
  }

  #spawn(command: string, args: readonly string[]): void {
    const child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit"],
      cwd: this.#folder.path,
      env: {
        ...process.env,
        HOME: this.#folder.path,
        ERL_EPMD_PORT: String(this.#port),
        ERL_EPMD_ADDRESS: "127.0.0.1",
      },
    });
    this.#children.push(child);
    this.#lines.push(createInterface({ input: child.stdout }));
  }

  async #micros(command: string): Promise<number> {
    const at = this.#children.length - 1;
    const said = this.#line(at);
    this.#children[at]?.stdin.write(`${command}\n`);
    const micros = Number(await said);
    if (!(micros > 0)) throw new Error(`erl did not answer ${command} with a time`);
    return micros;
  }

  async #line(at: number): Promise<string> {
    const lines = this.#lines[at];
    if (lines === undefined) throw new Error(`there is no process ${at}`);
    const [line] = (await once(lines, "line", { signal: AbortSignal.timeout(deadlineMs) })) as [string];
    return line;
  }
}
