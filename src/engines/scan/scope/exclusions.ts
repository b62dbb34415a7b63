import { contains, parseAddress } from "./address.ts";
import { coversName, coversPort, normaliseHost, parseScopeRule } from "./rule.ts";

/** What a run is to leave alone although it is in scope. */
export interface Exclusions {
  /** Why the host of a URL (a name or an address) is left alone on the port, or undefined. */
  ofHost(host: string, port: number): string | undefined;
  /** The same for an address that a name resolves to. */
  ofAddress(address: string, port: number): string | undefined;
}

/**
 * Understands the entries of a scope the other way round; see `parseScopeRule`. A network leaves alone what lies in it,
 * whether a URL names the address or a name resolves to it.
 *
 * @throws ScanError `invalid-scope` for the first entry that cannot be understood
 */
export const createExclusions = (entries: readonly string[]): Exclusions => {
  const rules = entries.map(parseScopeRule);
  if (rules.length === 0) return none;
  const ofAddress = (text: string, port: number): string | undefined => {
    const address = parseAddress(text);
    if (address === undefined) return undefined;
    const rule = rules.find(
      (candidate) =>
        candidate.kind === "network" && coversPort(candidate, port) && contains(candidate.network, address),
    );
    return rule === undefined ? undefined : `excluded by "${rule.entry}"`;
  };
  return {
    ofAddress,
    ofHost: (host, port) => {
      if (parseAddress(host) !== undefined) return ofAddress(host, port);
      const name = normaliseHost(host);
      const rule = rules.find((candidate) => coversPort(candidate, port) && coversName(candidate, name));
      return rule === undefined ? undefined : `excluded by "${rule.entry}"`;
    },
  };
};

const none: Exclusions = { ofHost: () => undefined, ofAddress: () => undefined };
