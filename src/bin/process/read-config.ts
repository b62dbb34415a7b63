import { asError } from "../../base/errors.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "../../config/index.ts";
// Not through the index: a client has entries to check and no engine to run.
import { createScopeGuard } from "../../engines/scan/scope/guard.ts";

const refuseScope = (entry: string): string | undefined => {
  try {
    createScopeGuard([entry]);
    return undefined;
  } catch (error) {
    return asError(error).message;
  }
};

/**
 * The configuration of this process: defaults, the file, the environment, flags.
 * @throws ConfigError with every problem, entries of the scope included
 */
export const readConfig = (file: string | undefined, overrides: LoadOptions["overrides"] = {}): LoadedConfig =>
  loadConfig({ file, env: process.env, overrides, refuseScope });
