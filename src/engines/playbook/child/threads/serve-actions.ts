import type { MessagePort } from "node:worker_threads";
import type { Clock } from "../../../../base/clock.ts";
import { CommandFailure } from "../../cacao/commands/failure.ts";
import type { StepErrorCode, StepResult } from "../../journal.ts";
import { checkValue } from "../../protocol/values.ts";
import type { ActionContext } from "../../sdk/action.ts";
import type { EgressGuard } from "../egress/guard.ts";
import { logLine } from "../log-line.ts";
import { messageOf } from "../../protocol/error-text.ts";
import { type CallAction, loadActions } from "./load-actions.ts";
import type { ActionCall, FromThread, ThreadWork, ToThread } from "./thread-messages.ts";

const failed = (code: StepErrorCode, message: string): StepResult => ({ state: "failed", error: { code, message } });

/** Runs the actions of one playbook for the main thread of its process, one at a time. */
class ActionServer {
  readonly #port: MessagePort;
  readonly #guard: EgressGuard;
  readonly #clock: Clock;
  #work: ThreadWork | undefined;
  #actions: Promise<CallAction> | undefined;
  #running: AbortController | undefined;

  constructor(port: MessagePort, guard: EgressGuard, clock: Clock) {
    this.#port = port;
    this.#guard = guard;
    this.#clock = clock;
  }

  readonly take = (message: ToThread): void => {
    switch (message.type) {
      case "load": {
        this.#guard.allow(message.work.egress);
        this.#work = message.work;
        this.#actions = loadActions(message.work.actions);
        // Whoever calls an action hears of it.
        this.#actions.catch(() => undefined);
        break;
      }
      case "call":
        void this.#call(message.call).then((result) => {
          this.#running = undefined;
          this.#tell({ type: "settled", n: message.call.n, result });
        });
        break;
      case "abort":
        this.#running?.abort(new DOMException(message.reason, "AbortError"));
        break;
    }
  };

  async #call(call: ActionCall): Promise<StepResult> {
    const { n, name } = call;
    const abort = new AbortController();
    this.#running = abort;
    try {
      const act = await this.#actions;
      this.#tell({ type: "began", n });
      const checked = checkValue(await act?.(call, this.#contextOf(n, abort.signal)));
      if ("value" in checked) return { state: "done", output: checked.value };
      return failed(checked.problem.code, `the output of ${name}: ${checked.problem.message}`);
    } catch (thrown) {
      return failed(thrown instanceof CommandFailure ? thrown.code : "threw", messageOf(thrown));
    }
  }

  #contextOf(n: number, signal: AbortSignal): ActionContext {
    const { runId = "", secrets = {}, actions } = this.#work ?? {};
    return {
      signal,
      idempotencyKey: `${runId}-${n}`,
      runId,
      step: n,
      secret: (name) => {
        if (actions?.kind === "module" && !actions.secretNames.includes(name))
          throw new Error(`the playbook does not name "${name}" in its secrets`);
        const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
        if (value === undefined) throw new Error(`the node has no secret "${name}": add it to respond.secrets`);
        return value;
      },
      log: (level, text) => this.#tell({ type: "logged", line: logLine(this.#clock.wallMs(), level, text) }),
    };
  }

  #tell(message: FromThread): void {
    this.#port.postMessage(message);
  }
}

/** Serves actions to the thread on the other side of the port. */
export const serveActions = (port: MessagePort, guard: EgressGuard, clock: Clock): void => {
  port.on("message", new ActionServer(port, guard, clock).take);
  port.postMessage({ type: "ready" } satisfies FromThread);
};
