import { ScanError } from "../errors.ts";
import { createRoute, type Route } from "../http/route.ts";
import { headerProblem } from "../template/header.ts";
import { variableNameProblem } from "./given-variable.ts";

/** How the requests of one run are sent, where it is not as the engine is set up. */
export interface ScanRequestOptions {
  /** Sent with every request, over what templates say. Of several with one name the last holds. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Values of placeholders. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * For one request with its redirects, each try for itself; 1 to 600,000. The engine's limits when absent;
   * its limit on connecting holds in any case.
   */
  readonly timeoutMs?: number;
  /** Tries after a first one without an answer, 0 to 10; none when absent. */
  readonly retries?: number;
  /** An http or https proxy, which has to be in scope or in the proxy scope itself. */
  readonly proxy?: string;
  /** Hosts that are left alone, as entries of a scope. */
  readonly excludeHosts: readonly string[];
}

/** The same, checked. */
export interface RequestProfile {
  readonly headers: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly retries: number;
  readonly route: Route;
  /** The same for runs to which a host looks alike: those of one route and one time limit. */
  readonly key: string;
}

const maxHeaders = 100;
const maxVariables = 100;
const maxValueChars = 8_192;
const maxExcluded = 1_000;
const maxTimeoutMs = 600_000;
const maxRetries = 10;

const defaults: ScanRequestOptions = { headers: [], variables: {}, excludeHosts: [] };

/** @throws ScanError `invalid-option` naming the option, `invalid-scope` for an entry of `excludeHosts` */
export const checkRequestOptions = (options: ScanRequestOptions = defaults): RequestProfile => {
  const { headers, variables, timeoutMs, retries = 0, proxy, excludeHosts } = options;
  const names = Object.keys(variables);
  if (headers.length > maxHeaders) fail("headers", `are ${headers.length}; at most ${maxHeaders} are sent`);
  if (names.length > maxVariables) fail("variables", `are ${names.length}; at most ${maxVariables} are taken`);
  if (excludeHosts.length > maxExcluded) {
    fail("excludeHosts", `has ${excludeHosts.length} entries; at most ${maxExcluded} are taken`);
  }
  if (timeoutMs !== undefined) checkWhole("timeoutMs", timeoutMs, 1, maxTimeoutMs);
  checkWhole("retries", retries, 0, maxRetries);
  for (const { name, value } of headers) {
    const problem = value.length > maxValueChars ? tooLong : headerProblem(name, value)?.message;
    if (problem !== undefined) fail("headers", `has "${name.slice(0, 100)}": ${problem}`);
  }
  for (const [name, value] of Object.entries(variables)) {
    const problem = variableNameProblem(name) ?? (value.length > maxValueChars ? tooLong : undefined);
    if (problem !== undefined) fail("variables", `has "${name.slice(0, 100)}": ${problem}`);
  }
  const route = createRoute(proxy, excludeHosts);
  return {
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    variables,
    timeoutMs,
    retries,
    route,
    key: `${timeoutMs ?? ""}/${route.key}`,
  };
};

const tooLong = `is longer than ${maxValueChars} characters`;

const fail = (option: string, problem: string): never => {
  throw new ScanError("invalid-option", `${option} ${problem}`, { ids: { option } });
};

const checkWhole = (option: string, value: number, least: number, most: number): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  fail(option, `is ${value}; it must be a whole number from ${least} to ${most}`);
};
