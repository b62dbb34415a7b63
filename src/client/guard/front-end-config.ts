import { loadConfig } from "../../config/index.ts";
import type { GuardOptions } from "./options.ts";

/** What a config file of Garrison says to front ends. */
export interface FrontEndConfig {
  /** For `createGuard`. */
  readonly guard: Pick<GuardOptions, "folder" | "failMode">;
  /** For the middlewares. */
  readonly trustedProxies: readonly string[];
}

/**
 * Reads `guard.folder`, `guard.failMode` and `guard.trustedProxies`, so that front ends and the proxy of their host agree.
 *
 * @param file YAML, as for `garrison --config`; the environment is not asked
 * @throws ConfigError with every problem of the file and its place
 */
export const frontEndConfig = (file: string): FrontEndConfig => {
  const { folder, failMode, trustedProxies } = loadConfig({ file, env: {} }).config.guard;
  return { guard: { failMode, ...(folder === undefined ? {} : { folder }) }, trustedProxies };
};
