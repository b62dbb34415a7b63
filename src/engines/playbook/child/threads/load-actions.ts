import { unreachable } from "../../../../base/unreachable.ts";
import type { ActionContext } from "../../sdk/action.ts";
import { loadPlaybook } from "../module/load-playbook.ts";
import type { ActionCall, ActionSource } from "./thread-messages.ts";

/** Calls an action. What it returns may be a promise of its output; what it throws is why it failed. */
export type CallAction = (call: ActionCall, context: ActionContext) => unknown;

/** Loads the actions of a playbook. @throws PlaybookError `invalid-playbook` for a module that cannot be loaded */
export const loadActions = async (source: ActionSource): Promise<CallAction> => {
  switch (source.kind) {
    case "module": {
      const { actions } = await loadPlaybook(source.file);
      return ({ name, input }, context) => {
        const action = actions.get(name);
        if (action === undefined) throw new Error(`the playbook has no action "${name}" when it is loaded again`);
        return action.run(input, context);
      };
    }
    case "cacao": {
      // A thread that waits for a playbook of whichever kind has no need of it.
      const { executeCommand } = await import("../../cacao/commands/execute-command.ts");
      return ({ name, input, withheld }, context) => executeCommand(name, input, withheld, context, source.settings);
    }
    default:
      return unreachable(source);
  }
};
