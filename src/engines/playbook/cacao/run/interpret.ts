import { unreachable } from "../../../../base/unreachable.ts";
import { shortened } from "../../protocol/error-text.ts";
import type { CacaoSettings } from "../../protocol/messages.ts";
import { VariableError } from "../errors.ts";
import type { CacaoBundle } from "./bundle.ts";
import { CancelScope } from "./cancel-scope.ts";
import { runVariables } from "./external-variables.ts";
import { Interpreter } from "./interpreter.ts";
import type { PrepareCommand } from "./prepare.ts";
import type { CacaoEnd, CacaoRun } from "./run-port.ts";
import { invalidAt } from "./validity.ts";

/**
 * Executes a playbook. All that it has started has ended when this resolves.
 * @param prepare fills variables into commands
 * @throws what `run.start` and `run.startTimer` throw, and errors of the program; then what was started goes on until the run ends it
 */
export const interpret = async (
  bundle: CacaoBundle,
  run: CacaoRun,
  settings: CacaoSettings,
  prepare: PrepareCommand,
): Promise<CacaoEnd> => {
  const { main } = bundle;
  const filter = invalidAt(main, run.startedAtMs);
  if (filter !== undefined) return { type: "skipped", filter };
  const { initial, missing } = runVariables(main, run);
  if (missing !== undefined) {
    return { type: "failed", message: `external variable ${missing} has no value: give one when the run is started` };
  }
  const interpreter = new Interpreter({ bundle, run, settings, prepare });
  try {
    const { outcome, scope } = await interpreter.playbook(main, initial, { cancel: new CancelScope(), depth: 1 });
    await interpreter.ended();
    switch (outcome.type) {
      case "done":
        return { type: "done", variables: scope.all() };
      case "failed":
        return { type: "failed", message: shortened(outcome.failure.message, mostChars) };
      case "cancelled":
        throw new TypeError("a run was cancelled from inside, which nothing does");
      default:
        return unreachable(outcome);
    }
  } catch (thrown) {
    // Nothing was started: a value that was given fits no type.
    if (thrown instanceof VariableError) return { type: "failed", message: thrown.message };
    throw thrown;
  }
};

/** Of a message that names failures inside each other. */
const mostChars = 8_000;
