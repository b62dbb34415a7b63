import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Json } from "../../../base/json.ts";
import { CommandFailure } from "../cacao/commands/failure.ts";
import type { NodeCall, NodeCommands } from "../host/node-commands.ts";
import type { PlaybookLog } from "../host/settings.ts";
import type { StepErrorCode, StepResult } from "../journal.ts";
import { playbookBounds } from "../playbook.ts";
import type { NodeCommand } from "./command.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface NodeCommandLimits {
  /** Commands of one kind that may wait for their turn. */
  readonly mostWaiting: number;
  /** How long one may wait, in milliseconds. */
  readonly waitMs: number;
  /** The most that an input may ask for as its `timeoutMs`. */
  readonly mostTimeoutMs: number;
}

const names = ["bash", "yara", "garrison"] as const;
type NodeCommandName = (typeof names)[number];

export interface NodeCommandsSetup extends Readonly<Record<NodeCommandName, NodeCommand | undefined>> {
  readonly clock: Clock;
  readonly log: PlaybookLog;
  readonly limits: NodeCommandLimits;
}

/** Commands with an owner. */
export interface OwnedNodeCommands extends NodeCommands {
  /** Aborts those that are under way and resolves once they have ended; later ones fail as aborted. Idempotent, never rejects. */
  close(): Promise<void>;
}

const isName = (name: string): name is NodeCommandName => (names as readonly string[]).includes(name);

const failed = (code: StepErrorCode, message: string): StepResult => ({ state: "failed", error: { code, message } });

/**
 * Executes the commands that the process of a run may not: each kind up to its `atOnce` beside each other, each within its time.
 * A kind without a command is off: its steps fail as `refused`, which names the key of the config.
 */
export const createNodeCommands = (setup: NodeCommandsSetup): OwnedNodeCommands => {
  const { clock, log, limits } = setup;
  const lines = new Map(
    names.flatMap((name) => {
      const command = setup[name];
      return command === undefined
        ? []
        : [[name, { command, line: new WaitingLine(command.atOnce, limits.mostWaiting) }]];
    }),
  );
  const underWay = new Map<AbortController, Promise<StepResult>>();
  let closing = false;

  const execute = async (call: NodeCall, stop: AbortController): Promise<StepResult> => {
    if (!isName(call.name)) return failed("unknown-action", `this node knows no command ${JSON.stringify(call.name)}`);
    const kind = lines.get(call.name);
    if (kind === undefined) {
      return failed(
        "refused",
        `${call.name} commands are off on this node: respond.commands.${call.name} is false in its config`,
      );
    }
    const { command, line } = kind;
    const time = new Time(clock, stop);
    try {
      const timeoutMs = timeoutOf(call.input, limits.mostTimeoutMs) ?? command.timeoutMs;
      time.atMost(
        limits.waitMs,
        `it waited in line longer than ${limits.waitMs} ms: too many ${call.name} commands at once`,
      );
      if (!(await line.enter(stop.signal))) throw new CommandFailure("threw", "it had not begun");
      try {
        time.atMost(timeoutMs, `it took longer than ${timeoutMs} ms`);
        const { idempotencyKey, cause } = call;
        const output = await command.run(call.input, { idempotencyKey, cause, signal: stop.signal });
        return { state: "done", output: { text: output.text, truncated: output.truncated, facts: output.facts } };
      } finally {
        line.leave();
      }
    } catch (thrown) {
      if (time.over !== undefined) return failed("timeout", withDetail(time.over, thrown));
      if (stop.signal.aborted) return failed("aborted", withDetail("it is wanted no longer", thrown));
      if (thrown instanceof CommandFailure) return failed(thrown.code, thrown.message);
      const { runId, playbook, n, name } = call;
      log.warn(
        { runId, playbook, step: n, command: name, err: asError(thrown) },
        "a command failed in an unexpected way",
      );
      return failed("threw", asError(thrown).message);
    } finally {
      time.end();
    }
  };

  return {
    run: async (call, signal) => {
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      if (signal.aborted || closing) abort();
      signal.addEventListener("abort", abort);
      const result = execute(call, stop);
      underWay.set(stop, result);
      try {
        return await result;
      } finally {
        underWay.delete(stop);
        signal.removeEventListener("abort", abort);
      }
    },
    close: async () => {
      closing = true;
      const results = [...underWay].map(([stop, result]) => {
        stop.abort();
        return result;
      });
      await Promise.all(results);
    },
  };
};

/** Aborts what takes too long, and knows that it did. */
class Time {
  over: string | undefined;
  readonly #clock: Clock;
  readonly #stop: AbortController;
  #timer: ReturnType<Clock["after"]> | undefined;

  constructor(clock: Clock, stop: AbortController) {
    this.#clock = clock;
    this.#stop = stop;
  }

  /** From now on so long, whatever was said before. */
  atMost(ms: number, over: string): void {
    this.end();
    this.#timer = this.#clock.after(ms, () => {
      if (this.#stop.signal.aborted) return;
      this.over = over;
      this.#stop.abort();
    });
  }

  end(): void {
    this.#timer?.cancel();
  }
}

const withDetail = (what: string, thrown: unknown): string =>
  thrown instanceof CommandFailure ? `${what}: ${thrown.message}` : what;

const anyInput = z.looseObject({ timeoutMs: z.number().int().min(1).optional() });

/** @throws CommandFailure when it is no object, has a wrong timeoutMs or is too large */
const timeoutOf = (input: Json, mostMs: number): number | undefined => {
  const checked = anyInput.safeParse(input);
  if (!checked.success)
    throw new CommandFailure("threw", "the input is no object, or its timeoutMs no whole number from 1 on");
  const bytes = Buffer.byteLength(JSON.stringify(input));
  if (bytes > playbookBounds.valueBytes) {
    throw new CommandFailure(
      "threw",
      `the input has ${bytes} bytes as JSON, at most ${playbookBounds.valueBytes} are allowed`,
    );
  }
  const { timeoutMs } = checked.data;
  return timeoutMs === undefined ? undefined : Math.min(timeoutMs, mostMs);
};
