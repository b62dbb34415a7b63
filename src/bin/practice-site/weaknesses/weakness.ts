import type { ApplicationName } from "../applications.ts";
import type { SiteAnswer, SiteRequest } from "../exchange.ts";

/** Answers a request for its path, or `undefined` to leave it to what the site would say without the weakness. */
export type RouteAnswerer = (request: SiteRequest) => SiteAnswer | undefined;

type ByApplication<Value> = Readonly<Partial<Record<ApplicationName, Value>>>;

/**
 * One deliberate weakness. The response really shows it, but nothing behind it can be used: secrets are invented,
 * files and commands are static text.
 */
export interface Weakness {
  /** Unique, kebab-case. */
  readonly id: string;
  /** What an attacker would gain from it on a real site, in one sentence. */
  readonly gives: string;
  /** Exact paths (without query) that it answers. */
  readonly routes?: Readonly<Record<string, RouteAnswerer>>;
  /** Response headers that it adds to everything an application answers. */
  readonly headers?: ByApplication<Readonly<Record<string, string>>>;
  /** Protective headers that an application fails to send. */
  readonly omits?: ByApplication<readonly string[]>;
  /** HTML that it adds to `<head>` of every page of an application. */
  readonly head?: ByApplication<string>;
}
