import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const deadlineMs = 60_000;

/** The functions of garrison_peer.erl. */
export type ErlangPeer = "tell" | "ping_pong" | "call";

/** Erlang with the compiled peer module in a temporary folder. */
export class Erlang {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `undefined` where Erlang is not installed. */
  static async start(): Promise<Erlang | undefined> {
    const folder = await mkdtemp(path.join(tmpdir(), "garrison-bench-"));
    try {
      await run("erlc", ["-o", folder, path.resolve("bench/erlang/garrison_peer.erl")], {
        timeout: deadlineMs,
        cwd: folder,
      });
      return new Erlang(folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Millions of operations per second, as Erlang measures them itself. */
  async measure(what: ErlangPeer, count: number): Promise<number> {
    const call = `garrison_peer:main(["${what}", "${count}"]), halt().`;
    const { stdout } = await run("erl", ["-noshell", "-eval", call], { timeout: deadlineMs, cwd: this.#folder });
    const micros = Number(stdout.trim());
    if (!(micros > 0)) throw new Error(`erl answered ${JSON.stringify(stdout)}`);
    return count / micros;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
