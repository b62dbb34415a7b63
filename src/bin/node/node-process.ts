import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { LineSplitter } from "../../base/line-splitter.ts";
import { endWithParent } from "./process/end-with-parent.ts";

/** What a node says once it takes part in the cluster. */
const readyLine = z.object({ event: z.literal("ready"), id: z.string(), address: z.string(), pid: z.number() });
export type NodeReady = Readonly<z.infer<typeof readyLine>>;

/** How the process of a node ended: with a code or by a signal. */
export interface NodeExit {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NodeProcessOptions {
  /** What follows `garrison node --json`. */
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly onReady: (ready: NodeReady) => void;
  /** A line of its standard error, or one of its standard output that is no news for its parent. */
  readonly onLine: (line: string) => void;
  readonly onExit: (exit: NodeExit) => void;
}

const lineChars = 64 * 1024;
const entry = fileURLToPath(new URL("../garrison.js", import.meta.url));

/** One `garrison node` as a child of this process, and gone with it. */
export class NodeProcess {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #signAtMs: number;
  #ready = false;
  #over = false;

  constructor({ args, clock, onReady, onLine, onExit }: NodeProcessOptions) {
    this.#clock = clock;
    this.#signAtMs = clock.monotonicMs();
    const launch = endWithParent(process.execPath, [entry, "node", "--json", ...args]);
    const child = spawn(launch.command, launch.args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    const said = new LineSplitter(lineChars, (line) => {
      const ready = this.#ready ? undefined : readyOf(line);
      if (ready === undefined) return onLine(line);
      this.#ready = true;
      this.#signAtMs = clock.monotonicMs();
      onReady(ready);
    });
    const logged = new LineSplitter(lineChars, onLine);
    child.stdout?.setEncoding("utf8").on("data", (text: string) => said.push(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => logged.push(text));
    child.on("message", () => (this.#signAtMs = clock.monotonicMs()));
    const over = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.#over) return;
      this.#over = true;
      said.end();
      logged.end();
      onExit({ pid: child.pid, code, signal });
    };
    // "close" comes after the last line; without a process there is only "error".
    child.once("close", over);
    child.on("error", (error) => {
      onLine(`the process could not be started or reached: ${error.message}`);
      if (child.pid === undefined) over(null, null);
    });
  }

  /** It has said that it takes part in the cluster. */
  get ready(): boolean {
    return this.#ready;
  }

  /** How long nothing was heard of it, since its start at most, in milliseconds. */
  get silentMs(): number {
    return this.#over ? 0 : this.#clock.monotonicMs() - this.#signAtMs;
  }

  /** This process did not run itself: nobody could have been heard. */
  forgive(): void {
    this.#signAtMs = this.#clock.monotonicMs();
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (!this.#over) this.#child.kill(name);
  }
}

const readyOf = (line: string): NodeReady | undefined => {
  if (!line.startsWith('{"event":"ready"')) return undefined;
  try {
    return readyLine.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
};
