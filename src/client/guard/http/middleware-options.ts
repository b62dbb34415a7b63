import type { IncomingMessage } from "node:http";
import type { Access, Decision } from "../access.ts";
import { GuardError } from "../errors.ts";
import { clientIp } from "./client-ip.ts";

/** What middlewares need of a guard. */
export interface Decides {
  decide(access: Access): Decision;
}

/** A request that is not to be let through. */
export interface Intercepted {
  readonly decision: Decision;
  /** Lets it through all the same, as after a challenge that was met. */
  readonly proceed: () => void;
}

/** Answers an intercepted request, or lets it proceed. */
export type InterceptHook<Request, Response> = (request: Request, response: Response, intercepted: Intercepted) => void;

export interface MiddlewareOptions<Request, Response> {
  /** Numbers of the rules that a request falls under. */
  readonly rules: readonly number[] | ((request: Request) => readonly number[]);
  /** Numbers of rules that can intercept a request and for which it does not count (`Access`). By default none. */
  readonly decideBy?: readonly number[];
  /** The account that a request is about, where it is known before it is handled. */
  readonly account?: (request: Request) => string | undefined;
  /** Further fields that rules count for, by name. */
  readonly fields?: (request: Request) => Readonly<Record<string, string>>;
  /** Addresses and networks of the proxies in front, whose `X-Forwarded-For` is believed. By default nobody's. */
  readonly trustedProxies?: readonly string[];
  /** Instead of status 429 with `Retry-After`. */
  readonly onDeny?: InterceptHook<Request, Response>;
  /** Instead of status 403. */
  readonly onChallenge?: InterceptHook<Request, Response>;
}

const mostRuleNumber = 65_535;

/**
 * Makes what decides about requests.
 *
 * @param options of any framework
 * @returns decides about a request of the framework, whose connection and headers are `raw`
 * @throws GuardError `invalid-option`
 */
export const deciderOf = <Request, Response>(
  guard: Decides,
  options: MiddlewareOptions<Request, Response>,
): ((request: Request, raw: IncomingMessage) => Decision) => {
  const { rules, account, fields, trustedProxies } = options;
  const rulesOf = typeof rules === "function" ? rules : always("rules", rules);
  const decideBy = options.decideBy === undefined ? undefined : always("decideBy", options.decideBy)();
  const ip = clientIp(trustedProxies);
  return (request, raw) =>
    guard.decide({
      rules: rulesOf(request),
      decideBy,
      ip: ip(raw),
      account: account?.(request),
      fields: fields?.(request),
    });
};

const always = (option: string, rules: readonly number[]): (() => readonly number[]) => {
  const wrong = rules.find((rule) => !Number.isInteger(rule) || rule < 1 || rule > mostRuleNumber);
  if (wrong === undefined) return () => rules;
  throw new GuardError(
    "invalid-option",
    `options of the guard: ${option}: ${wrong} is no number of a rule: use whole numbers from 1 to ${mostRuleNumber}`,
  );
};
