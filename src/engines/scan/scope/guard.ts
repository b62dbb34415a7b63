import {
  type Address,
  classify,
  contains,
  isExactly,
  isInside,
  isLoopback,
  type Network,
  parseAddress,
  specialRange,
} from "./address.ts";
import { coversName, coversPort, normaliseHost, parseScopeRule, type ScopeRule } from "./rule.ts";

/** `undefined` when permitted, else why not, in words for a person. */
export type Refusal = string | undefined;

/**
 * Decides which hosts may be contacted (SCAN-17). It is asked twice for each connection: for the name before anything
 * is sent, and for the address at connect time, so that a name that changes its address gains nothing.
 */
export interface ScopeGuard {
  /** The entries as given. */
  readonly entries: readonly string[];
  /**
   * Whether the host of a URL (a name, or an address that then is checked as such) may be contacted on the port;
   * undefined: on any port.
   */
  refuseHost(host: string, port: number | undefined): Refusal;
  /** Whether a connection for `host` may go to `address`. Asked only for hosts that `refuseHost` lets through. */
  refuseAddress(host: string, address: string, port: number): Refusal;
  /**
   * Whether DNS servers may be asked about a name, or about an address by its reverse name, whatever the ports of the
   * entry that permits it. A name brings along those below it that are no hosts, such as `_dmarc`.
   */
  refuseQuestion(subject: string): Refusal;
  /** Whether an entry names exactly this host: neither a wildcard nor a network. */
  namesHost(host: string, port: number): boolean;
}

/**
 * Builds a guard from an allow-list; see `parseScopeRule` for the entries. An empty list refuses everything.
 *
 * What an entry permits:
 * - A name permits the public addresses it resolves to, and nothing inside: loopback, private and other special
 *   addresses need an entry of their own, an address or a network that lies in the same special range. `localhost`
 *   (and names below it) permits loopback.
 * - An address or network permits itself when the URL names the address, and inside addresses for permitted names.
 *   It does not permit names: a redirect to an unlisted name is refused whatever it resolves to.
 * - Link-local addresses need an entry inside link-local; addresses of cloud metadata services an entry of exactly
 *   that address. A wide network such as 0.0.0.0/0 permits public addresses only.
 *
 * @throws ScanError `invalid-scope` for the first entry that cannot be understood
 */
export const createScopeGuard = (entries: readonly string[]): ScopeGuard => {
  const rules = entries.map(parseScopeRule);
  const onPort = (port: number | undefined): readonly ScopeRule[] =>
    port === undefined ? rules : rules.filter((rule) => coversPort(rule, port));

  const refuseName = (name: string, port: number | undefined): Refusal => {
    if (onPort(port).some((rule) => coversName(rule, name))) return undefined;
    return rules.length === 0
      ? "the scope is empty"
      : `${port === undefined ? name : `${name}:${port}`} is not in scope`;
  };

  const refuseLiteral = (address: Address, port: number | undefined): Refusal => {
    const networks = onPort(port).flatMap((rule) => (rule.kind === "network" ? [rule.network] : []));
    if (networks.some((network) => permits(network, address))) return undefined;
    const where = port === undefined ? address.toString() : `${address.toString()} on port ${port}`;
    const place = rules.length === 0 ? "the scope is empty" : `${where} is not in scope`;
    return `${place}${explain(address)}`;
  };

  return {
    entries: [...entries],
    refuseHost: (host, port) => {
      const address = parseAddress(host);
      return address === undefined ? refuseName(normaliseHost(host), port) : refuseLiteral(address, port);
    },
    refuseAddress: (host, text, port) => {
      const address = parseAddress(text);
      if (address === undefined) return `"${text}" is not an address`;
      if (parseAddress(host) !== undefined) return refuseLiteral(address, port);
      const name = normaliseHost(host);
      if (classify(address) === "public") return undefined;
      if (isLoopback(address) && (name === "localhost" || name.endsWith(".localhost"))) return undefined;
      const refusal = refuseLiteral(address, port);
      return refusal === undefined ? undefined : `${name} resolves to ${address.toString()}: ${refusal}`;
    },
    refuseQuestion: (subject) => {
      const address = parseAddress(subject);
      const host = normaliseHost(subject).replace(/^(?:_[^.]*\.)+/, "");
      const permitted = rules.some((rule) =>
        address === undefined ? coversName(rule, host) : rule.kind === "network" && permits(rule.network, address),
      );
      if (permitted) return undefined;
      return rules.length === 0 ? "the scope is empty" : `${subject} is not in scope`;
    },
    namesHost: (host, port) => onPort(port).some((rule) => rule.kind === "host" && rule.host === normaliseHost(host)),
  };
};

const permits = (network: Network, address: Address): boolean => {
  if (!contains(network, address)) return false;
  if (classify(address) === "metadata") return isExactly(network, address);
  const special = specialRange(address);
  return special === undefined || isInside(network, special);
};

const explain = (address: Address): string => {
  switch (classify(address)) {
    case "public":
      return "";
    case "metadata":
      return "; a cloud metadata address needs an entry of exactly this address";
    case "guarded":
      return "; a link-local address needs an entry inside link-local";
    case "internal":
      return "; an address that is not public needs an entry of its own";
  }
};
