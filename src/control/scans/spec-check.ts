import { createScopeGuard, parseScanTarget, ScanError, type ScopeGuard } from "../../engines/scan/index.ts";
import { ControlError } from "../errors.ts";

/** What may be contacted by this cluster. */
export type Scope = Pick<ScopeGuard, "refuseHost">;

/** What of a scan decides whom it contacts. */
export interface JudgedScan {
  readonly target: string;
  readonly options: { readonly proxy?: string | undefined; readonly excludeHosts: readonly string[] };
}

/**
 * Judges a scan before it is stored; the engine asks again for every request. Bounds of fields have been checked with the message.
 *
 * @throws ControlError `invalid`, `out-of-scope`
 */
export const checkScanSpec = ({ target, options }: JudgedScan, scope: Scope): void => {
  checkHost("spec.target", target, scope);
  if (options.proxy !== undefined) checkHost("spec.options.proxy", options.proxy, scope);
  told("spec.options.exclude_hosts", () => createScopeGuard(options.excludeHosts));
};

const checkHost = (field: string, url: string, scope: Scope): void => {
  const { host, port } = told(field, () => parseScanTarget(url));
  const refusal = host === undefined ? undefined : scope.refuseHost(host, port);
  if (refusal === undefined) return;
  throw new ControlError("out-of-scope", `${field}: ${refusal}; scan.scope in the config of the nodes says what is`, {
    ids: { host: host ?? "", ...(port === undefined ? {} : { port }) },
  });
};

const told = <Result>(field: string, judge: () => Result): Result => {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    throw new ControlError("invalid", `${field}: ${error.message}`, { cause: error });
  }
};
