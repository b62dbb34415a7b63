import type { ChildProcess } from "node:child_process";
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../../../base/clock.ts";
import { PlaybookError } from "../../errors.ts";
import { FrameReader } from "../../protocol/frame-reader.ts";
import { FrameWriter } from "../../protocol/frame-writer.ts";
import { parseFromChild } from "../../protocol/from-child.ts";
import { frameBounds, type FromChild, type ToChild } from "../../protocol/messages.ts";
import type { LogLine } from "../../runner.ts";
import { killGroup } from "./process-group.ts";
import { saysHeapExhausted, saysWhy, type ProcessExit } from "./process-exit.ts";
import { ProcessOutput } from "./process-output.ts";
import { ReadBudget } from "../read-budget.ts";
import { childStreams } from "./start-child.ts";

/** What a process tells its owner, until `gone` resolves. */
export interface ProcessListener {
  readonly said: (message: FromChild) => void;
  /** Lines of its standard output (`info`) and standard error (`warn`). */
  readonly printed: (lines: readonly LogLine[]) => void;
  /** What came from it is no message, or it closed its channel: nothing more is read. */
  readonly broke: (error: PlaybookError) => void;
}

const frameRate = { bytesPerSecond: 2 * 1024 * 1024, burstBytes: 8 * 1024 * 1024 };
/** What handling a message costs at least, in bytes of `frameRate`. */
const messageBytes = 256;
/** From the end of a stream to the end of its process, and from that to the end of all its streams. */
const closingMs = 500;
/** How long processes that were killed may take to be gone. One whose parent does not wait for it is there for ever. */
const groupMs = 250;
const groupPollMs = 5;

/** One process for a run, with its group. Its owner ends it in every case, and waits for `gone`. */
export class PlaybookProcess {
  readonly pid: number;
  /** Its own folder (`ChildStart.folder`). */
  readonly folder: string;
  /** Resolves once no process of its group is alive and all that it told has been heard. Never rejects. */
  readonly gone: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  readonly #writer: FrameWriter<ToChild>;
  #listener: ProcessListener = { said: () => undefined, printed: () => undefined, broke: () => undefined };
  #heapExhausted = false;
  #lastError = "";
  #broken = false;
  #exited = false;
  #closing: Timer | undefined;

  /**
   * @param child one that was started just now: nothing was read of it
   * @throws PlaybookError `no-process` when it is not running or lacks a stream
   */
  constructor(child: ChildProcess, folder: string, clock: Clock) {
    const { stdout, stderr } = child;
    const frames = child.stdio[childStreams.frames];
    const life = child.stdio[childStreams.life];
    // Without a listener a signal that cannot be sent would be an error of this process.
    child.on("error", () => undefined);
    if (child.pid === undefined || stdout === null || stderr === null || !isDuplex(frames) || !isDuplex(life)) {
      throw new PlaybookError("no-process", "it lacks a stream");
    }
    this.#child = child;
    this.pid = child.pid;
    this.folder = folder;
    this.#clock = clock;
    this.#writer = new FrameWriter(frames, frameBounds.toChildBytes);
    const budgets = [this.#read(frames), this.#read(life)];
    const outputs = [
      new ProcessOutput(stdout, "info", clock, (lines) => this.#listener.printed(lines)),
      new ProcessOutput(stderr, "warn", clock, (lines) => this.#heardErrors(lines)),
    ];
    this.gone = this.#awaitEnd(() => {
      for (const budget of budgets) budget.lift();
      for (const output of outputs) output.finish();
    });
  }

  /** From now on this one is told, and no other. */
  hear(listener: ProcessListener): void {
    this.#listener = listener;
  }

  /** @throws PlaybookError `protocol` for a message that is too large */
  send(message: ToChild): void {
    this.#writer.write(message);
  }

  /** Kills it and every process of its group. Idempotent. */
  kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) killGroup(this.pid);
  }

  #read(stream: Duplex): ReadBudget {
    const budget = new ReadBudget(stream, frameRate, this.#clock);
    const reader: FrameReader = new FrameReader(stream, frameBounds.fromChildBytes, {
      frame: (value) => {
        budget.spend(messageBytes);
        this.#take(value, () => reader.close());
      },
      ended: (error) => this.#streamEnded(stream, error),
    });
    return budget;
  }

  #take(value: object, close: () => void): void {
    if (this.#broken) return;
    let message: FromChild;
    try {
      message = parseFromChild(value);
    } catch (thrown) {
      if (!(thrown instanceof PlaybookError)) throw thrown;
      close();
      return this.#break(thrown);
    }
    this.#listener.said(message);
  }

  #streamEnded(stream: Duplex, error: PlaybookError | undefined): void {
    const byItself = stream.readableEnded || stream.destroyed || stream.errored !== null;
    if (error !== undefined && !byItself) return this.#break(error);
    // A process that ends closes its streams a moment before: only one that lives on has closed its channel.
    const closed = error ?? new PlaybookError("protocol", "it closed its channel");
    if (!this.#exited) this.#closing ??= this.#clock.after(closingMs, () => this.#break(closed));
  }

  #break(error: PlaybookError): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#listener.broke(error);
  }

  #heardErrors(lines: readonly LogLine[]): void {
    for (const { text } of lines) {
      this.#heapExhausted ||= saysHeapExhausted(text);
      if (saysWhy(text)) this.#lastError = text;
    }
    this.#listener.printed(lines);
  }

  async #awaitEnd(readAll: () => void): Promise<ProcessExit> {
    const closed = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    await new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#exited = true;
    this.#closing?.cancel();
    readAll();
    await this.#endGroup();
    const giveUp = this.#clock.after(closingMs, () => this.#destroyStreams());
    await closed;
    giveUp.cancel();
    const { exitCode, signalCode } = this.#child;
    return {
      code: exitCode ?? undefined,
      signal: signalCode ?? undefined,
      heapExhausted: this.#heapExhausted,
      lastError: this.#lastError,
    };
  }

  /** What it started in its group goes with it. */
  async #endGroup(): Promise<void> {
    const endMs = this.#clock.monotonicMs() + groupMs;
    while (killGroup(this.pid) && this.#clock.monotonicMs() < endMs) {
      await new Promise<void>((resolve) => this.#clock.after(groupPollMs, resolve));
    }
  }

  #destroyStreams(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }
}

const isDuplex = (stream: unknown): stream is Duplex =>
  typeof stream === "object" && stream !== null && "readable" in stream && "writable" in stream;
