import assert from "node:assert/strict";
import { asError } from "../../../../../src/base/errors.ts";
import type { Json } from "../../../../../src/base/json.ts";
import { readBundle } from "../../../../../src/engines/playbook/cacao/bundle/read-bundle.ts";
import type { CommandCall, CommandOutput } from "../../../../../src/engines/playbook/cacao/commands/call.ts";
import type { ManualInput } from "../../../../../src/engines/playbook/cacao/commands/command-input.ts";
import { executeCommand } from "../../../../../src/engines/playbook/cacao/commands/execute-command.ts";
import { CommandFailure } from "../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { answerProblem } from "../../../../../src/engines/playbook/cacao/commands/manual/answer-problem.ts";
import { prepareCommand } from "../../../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import { interpret } from "../../../../../src/engines/playbook/cacao/run/interpret.ts";
import type { CacaoEnd, CacaoRun, StartedStep } from "../../../../../src/engines/playbook/cacao/run/run-port.ts";
import type { StepResult } from "../../../../../src/engines/playbook/journal.ts";
import type { CacaoSettings } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { noCacaoSettings } from "../../../../support/command-place.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What a person gives for the out_args, by name; `nobody`: until its time is over. */
export type PersonAnswer = Readonly<Record<string, string | boolean>> | "nobody";

export interface StarterRunSetup {
  /** Code of the playbook, as the catalog has it. */
  readonly code: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Answers by the name of the step; one that is not there is not expected to be asked. */
  readonly people?: Readonly<Record<string, PersonAnswer>>;
  readonly knownHosts?: readonly string[];
  /** Executes yara and garrison. */
  readonly node?: (name: string, input: Json, signal: AbortSignal) => Promise<CommandOutput>;
}

const aborted: StepResult = { state: "failed", error: { code: "aborted", message: "the playbook wants it no longer" } };
const longestMs = 10_000;

/**
 * One run of a starter playbook by the real interpreter: commands are made ready and executed as in a process of a run, against real
 * servers. Only time is not real, and nothing is journaled.
 */
export class StarterRun implements CacaoRun {
  readonly id = "run-1";
  readonly event = { id: "event-1", source: "sensor", kind: "tested", data: {} };
  readonly startedAtMs = Date.UTC(2026, 10, 2);
  readonly variables: Readonly<Record<string, string>>;
  /** Names of the steps in which a person was asked, with what they were told. */
  readonly asked: (readonly [step: string, text: string])[] = [];
  /** Names of the secrets that were asked for. */
  readonly secrets = new Set<string>();
  readonly time = new VirtualTime();
  readonly #setup: StarterRunSetup;
  readonly #settings: CacaoSettings;
  #n = 0;

  constructor(setup: StarterRunSetup) {
    this.#setup = setup;
    this.variables = setup.variables;
    this.#settings = { ...noCacaoSettings, knownHosts: setup.knownHosts ?? [] };
  }

  execute(): Promise<CacaoEnd> {
    return interpret(readBundle(this.#setup.code), this, this.#settings, prepareCommand);
  }

  start(call: CommandCall): StartedStep {
    const stop = new AbortController();
    return this.#started(stop, this.#outcomeOf(call, AbortSignal.any([stop.signal, AbortSignal.timeout(longestMs)])));
  }

  startTimer(ms: number, { step, of }: Parameters<CacaoRun["startTimer"]>[1]): StartedStep {
    const stop = new AbortController();
    const over: StepResult = { state: "done", output: null };
    if (of === "delay") {
      this.time.pass(ms);
      return this.#started(stop, Promise.resolve(over));
    }
    const outcome = new Promise<StepResult>((resolve) => {
      const forget = this.time.at(ms, step, () => resolve(over));
      stop.signal.addEventListener("abort", () => {
        forget();
        resolve(aborted);
      });
    });
    return this.#started(stop, outcome);
  }

  log(): void {
    // What it says is told by the outcome.
  }

  #started(stop: AbortController, outcome: Promise<StepResult>): StartedStep {
    this.#n += 1;
    return { n: this.#n, outcome, abort: () => stop.abort() };
  }

  async #outcomeOf(call: CommandCall, signal: AbortSignal): Promise<StepResult> {
    if (call.by === "person") return this.#ask(call, signal);
    const { name, input, withheld } = call;
    const n = this.#n + 1;
    const context = {
      signal,
      idempotencyKey: `${this.id}/${n}`,
      runId: this.id,
      step: n,
      secret: (secret: string) => {
        this.secrets.add(secret);
        return `the ${secret}`;
      },
      log: () => undefined,
    };
    try {
      const output =
        call.by === "thread"
          ? await executeCommand(name, input, withheld, context, this.#settings)
          : await this.#onNode(name, input, signal);
      return { state: "done", output: { ...output } };
    } catch (thrown) {
      if (signal.aborted) return aborted;
      const code = thrown instanceof CommandFailure ? thrown.code : "threw";
      return { state: "failed", error: { code, message: asError(thrown).message } };
    }
  }

  #onNode(name: string, input: Json, signal: AbortSignal): Promise<CommandOutput> {
    if (this.#setup.node === undefined) throw new CommandFailure("refused", `${name} is off`);
    return this.#setup.node(name, input, signal);
  }

  #ask({ input }: CommandCall, signal: AbortSignal): Promise<StepResult> {
    const { step, step_name: name = "", text } = input as unknown as ManualInput;
    this.asked.push([name, text]);
    const answer = this.#setup.people?.[name];
    assert.ok(answer !== undefined, `nobody was to be asked: ${name}`);
    if (answer === "nobody") {
      const given = new Promise<StepResult>((resolve) => {
        signal.addEventListener("abort", () => resolve(aborted), { once: true });
      });
      this.time.passTimeoutOf(step);
      return given;
    }
    assert.equal(answerProblem(input, answer), undefined);
    return Promise.resolve({ state: "done", output: { text: "", truncated: false, facts: answer } });
  }
}
