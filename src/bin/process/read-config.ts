import { asError } from "../../base/errors.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "../../config/index.ts";
// Not through their indexes: a client has entries to check and no engine to run.
import { parseEgressRule } from "../../engines/playbook/child/egress/egress-rule.ts";
import { createScopeGuard } from "../../engines/scan/scope/guard.ts";

const refusal = (judge: () => unknown): string | undefined => {
  try {
    judge();
    return undefined;
  } catch (error) {
    return asError(error).message;
  }
};

const refuseScope = (entry: string): string | undefined => refusal(() => createScopeGuard([entry]));
const refuseEgress = (entry: string): string | undefined => refusal(() => parseEgressRule(entry));

/**
 * The configuration of this process: defaults, the file, the environment, flags.
 * @throws ConfigError with every problem, entries of the scope and of the egress included
 */
export const readConfig = (file: string | undefined, overrides: LoadOptions["overrides"] = {}): LoadedConfig =>
  loadConfig({ file, env: process.env, overrides, refuseScope, refuseEgress });
