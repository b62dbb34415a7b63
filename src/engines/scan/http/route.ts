import { createHash } from "node:crypto";
import { ScanError } from "../errors.ts";
import { createExclusions, type Exclusions } from "../scope/exclusions.ts";
import { parseWireUrl, type WireUrl } from "./target.ts";

/** How the requests of a run reach their hosts. Runs of different routes share no connection. */
export interface Route {
  /** The same for routes that are alike; empty for the direct one to everything in scope. */
  readonly key: string;
  /** Undefined: requests go to the host itself. */
  readonly proxy: WireUrl | undefined;
  readonly exclusions: Exclusions;
}

/**
 * @param proxy an http or https URL; undefined for none
 * @param excludeHosts entries as in a scope
 * @throws ScanError `invalid-option` for a proxy that is none, `invalid-scope` for an entry that cannot be understood
 */
export const createRoute = (proxy: string | undefined, excludeHosts: readonly string[]): Route => {
  const exclusions = createExclusions(excludeHosts);
  const server = proxy === undefined ? undefined : parseProxy(proxy);
  const plain = server === undefined && excludeHosts.length === 0;
  const facts = JSON.stringify([server?.origin ?? null, excludeHosts.toSorted()]);
  return { key: plain ? "" : createHash("sha256").update(facts).digest("hex"), proxy: server, exclusions };
};

const parseProxy = (text: string): WireUrl => {
  const url = text.length <= 2_048 ? parseWireUrl(text) : undefined;
  if (url?.path === "/") return url;
  // A user name and password, if there are some, stay out of messages and logs.
  throw new ScanError(
    "invalid-option",
    "the proxy must be an http or https URL without user name and path, such as http://127.0.0.1:3128",
  );
};
