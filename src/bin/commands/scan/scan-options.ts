import type { ScanOptions } from "../../../client/index.ts";
import { checkRequestOptions } from "../../../engines/scan/index.ts";
import type { RequestFlags } from "./request-flags.ts";

/**
 * The options of each scan that is asked for with these flags.
 * @throws ScanError `invalid-option`, `invalid-scope` for what the engine would refuse
 */
export const scanOptionsOf = (flags: RequestFlags): ScanOptions => {
  const options: ScanOptions = {
    headers: [...(flags.header ?? [])],
    variables: Object.fromEntries(flags.var ?? []),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }),
    ...(flags.retries === undefined ? {} : { retries: flags.retries }),
    ...(flags.proxy === undefined ? {} : { proxy: flags.proxy }),
    ...(flags.rateLimit === undefined ? {} : { rateLimit: flags.rateLimit }),
    excludeHosts: [...(flags.excludeHosts ?? [])],
  };
  checkRequestOptions(options);
  return options;
};
