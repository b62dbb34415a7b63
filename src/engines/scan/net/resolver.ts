import { lookup, Resolver as DnsResolver } from "node:dns";
import { asError } from "../../../base/errors.ts";
import { ScanError } from "../errors.ts";

/** Finds the addresses of a name, at least one; rejects when there is none. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** What RFC 6761 says of `localhost` and the names below it, of which many machines know only the first. */
const loopbackOf = (hostname: string): readonly string[] | undefined => {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost") ? ["127.0.0.1", "::1"] : undefined;
};

/** The machine's own way of resolving names, /etc/hosts included; names below `localhost` are loopback without asking. */
export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    const loopback = hostname.toLowerCase() === "localhost" ? undefined : loopbackOf(hostname);
    if (loopback !== undefined) return resolve(loopback);
    lookup(hostname, { all: true, order: "ipv4first" }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else reject(error);
    });
  });

const maxServers = 16;
const tryMs = 1_500;
const tries = 2;

/**
 * Asks these DNS servers and nothing else of the machine: neither its own servers nor /etc/hosts. `localhost` and
 * names below it are loopback without asking, as RFC 6761 says. It is given up
 * after about 5 s without an answer.
 *
 * @param servers addresses, each with a port or not: `192.0.2.53`, `127.0.0.1:5353`, `[2001:db8::53]:53`
 * @throws ScanError `invalid-option` for none, more than 16, or one that is no address
 */
export const resolverOf = (servers: readonly string[]): Resolver => {
  const dns = new DnsResolver({ timeout: tryMs, tries });
  if (servers.length === 0 || servers.length > maxServers) {
    throw new ScanError("invalid-option", `name 1 to ${maxServers} DNS servers, not ${servers.length}`);
  }
  try {
    dns.setServers(servers);
  } catch (thrown) {
    throw new ScanError(
      "invalid-option",
      `DNS servers ${servers.join(", ")}: use addresses with or without a port, such as 127.0.0.1:5353`,
      { cause: asError(thrown) },
    );
  }
  const ask = (hostname: string, family: "resolve4" | "resolve6"): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      dns[family](hostname, (error, addresses) => {
        if (error === null) resolve(addresses);
        else reject(error);
      });
    });
  return async (hostname) => {
    const loopback = loopbackOf(hostname);
    if (loopback !== undefined) return loopback;
    const [four, six] = await Promise.allSettled([ask(hostname, "resolve4"), ask(hostname, "resolve6")]);
    const addresses = [four, six].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length > 0) return addresses;
    throw four.status === "rejected" ? asError(four.reason) : new Error(`${hostname} has no address`);
  };
};
