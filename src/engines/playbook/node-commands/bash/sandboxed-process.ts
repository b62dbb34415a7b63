import type { ChildProcess } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { z } from "zod";
import type { Clock, Timer } from "../../../../base/clock.ts";
import { CommandFailure } from "../../cacao/commands/failure.ts";
import { StreamHead } from "../stream-head.ts";
import { sandboxOptions, sandboxShell, type SandboxLimits } from "./sandbox.ts";

/** Places of the streams in `ChildProcess.stdio` beside standard output and standard error. Standard input is not there. */
const sandboxStreams = { options: 3, command: 4, info: 5, filter: 6 } as const;

/**
 * Starts bubblewrap with these arguments, a pipe at each place of `sandboxStreams` and an empty environment, not as root. May throw, and
 * may return a process that then says it could not be started.
 */
export type StartSandbox = (args: readonly string[]) => ChildProcess;

/** What all sandboxes of a node have in common. */
export interface SandboxSettings {
  readonly start: StartSandbox;
  readonly limits: SandboxLimits;
  /** Of system calls, as `seccompFilter` makes it. */
  readonly filter: Buffer;
  readonly clock: Clock;
}

export interface SandboxedCommand {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SandboxEnd {
  /** Of bubblewrap, which ends as the shell does: 128 + its number for a signal. Null: the signal hit bubblewrap itself. */
  readonly code: number | null;
  readonly stdout: StreamHead;
  readonly stderr: StreamHead;
}

const stdoutBytes = 128 * 1024;
const stderrBytes = 8 * 1024;
const mostInfoChars = 4_096;
/** From the word to end a sandbox to the end of bubblewrap, which then takes the sandbox along. */
const graceMs = 500;

const sandboxInfo = z.object({ "child-pid": z.number().int().min(2) });

/** One sandbox. Its owner awaits `ended`, after `kill` if need be. */
export class SandboxedProcess {
  /**
   * Resolves once no process of the sandbox is alive.
   * @throws CommandFailure when there is no sandbox
   */
  readonly ended: Promise<SandboxEnd>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #info = "";
  #exited = false;
  #killed = false;
  #killing: Timer | undefined;

  constructor({ start, limits, filter, clock }: SandboxSettings, { text, environment }: SandboxedCommand) {
    this.#clock = clock;
    const { options, command, info } = sandboxStreams;
    this.#child = start(["--args", String(options), "--info-fd", String(info), "--", ...sandboxShell(limits)]);
    const { stdout, stderr } = this.#child;
    const stdio: readonly unknown[] = this.#child.stdio;
    this.ended = this.#end(stdout, stderr);
    write(stdio[options], sandboxOptions(limits, environment, sandboxStreams).join("\0"));
    write(stdio[command], text);
    write(stdio[sandboxStreams.filter], filter);
    read(stdio[info], (part) => this.#hear(part));
  }

  /** Ends everything in it. Idempotent. */
  kill(): void {
    if (this.#killed || this.#exited) return;
    this.#killed = true;
    this.#killInside();
    this.#killing = this.#clock.after(graceMs, () => this.#child.kill("SIGKILL"));
  }

  async #end(stdout: Readable | null, stderr: Readable | null): Promise<SandboxEnd> {
    if (stdout === null || stderr === null) throw new CommandFailure("threw", "the sandbox lacks a stream");
    const heads = { stdout: new StreamHead(stdout, stdoutBytes), stderr: new StreamHead(stderr, stderrBytes) };
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        this.#child.once("error", reject).once("exit", () => (this.#exited = true));
        this.#child.once("close", (status) => resolve(status));
      });
      return { code, ...heads };
    } catch (error) {
      throw new CommandFailure("refused", "bubblewrap cannot be started", { cause: error });
    } finally {
      this.#exited = true;
      this.#killing?.cancel();
    }
  }

  #hear(part: string): void {
    if (this.#info.length + part.length <= mostInfoChars) this.#info += part;
    if (this.#killed) this.#killInside();
  }

  /**
   * The death of the process with id 1 in the sandbox is that of all others there, and bubblewrap ends after it. Were bubblewrap killed
   * first, nobody would know when they are dead.
   */
  #killInside(): void {
    if (this.#exited) return;
    const pid = childPid(this.#info);
    if (pid === undefined) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

const childPid = (info: string): number | undefined => {
  try {
    return sandboxInfo.parse(JSON.parse(info))["child-pid"];
  } catch {
    // Not all of it has come.
    return undefined;
  }
};

const isDuplex = (stream: unknown): stream is Duplex =>
  typeof stream === "object" && stream !== null && "readable" in stream && "writable" in stream;

const read = (stream: unknown, hear: (part: string) => void): void => {
  if (isDuplex(stream))
    stream.on("error", () => undefined).on("data", (chunk: Buffer) => hear(chunk.toString("latin1")));
};

const write = (stream: unknown, content: string | Buffer): void => {
  // A bubblewrap that ended reads nothing: how it ended says why.
  if (isDuplex(stream)) stream.on("error", () => undefined).end(content);
};
