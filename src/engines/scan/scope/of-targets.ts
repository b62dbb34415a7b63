import { type Resolver, systemResolver } from "../net/resolver.ts";
import { parseScanTarget } from "../target/target.ts";
import { type Address, classify, parseAddress } from "./address.ts";

/**
 * The scope that targets given by a person imply: each one's host on its port (without one: on all); for the default ports both 80 and 443,
 * because sites redirect between them. A name that now resolves to inside addresses brings these along: whoever names
 * an internal site means it, while a later change of the name to another inside address stays refused. Link-local and
 * metadata addresses are never implied. A name that does not resolve is kept: the scan reports it as unreachable.
 *
 * @throws ScanError `invalid-target`
 */
export const scopeOfTargets = async (
  targets: readonly string[],
  resolve: Resolver = systemResolver,
): Promise<readonly string[]> => {
  const entries = new Set<string>();
  for (const target of targets) {
    const { host, port } = parseScanTarget(target);
    if (host === undefined) continue;
    const ports = port === 80 || port === 443 ? "80,443" : port;
    const literal = parseAddress(host);
    if (literal === undefined || isImplied(literal)) entries.add(entryFor(host, ports));
    if (literal !== undefined) continue;
    const addresses = await resolve(host).catch((): readonly string[] => []);
    for (const text of addresses) {
      const address = parseAddress(text);
      if (address !== undefined && classify(address) === "internal") entries.add(entryFor(address.toString(), ports));
    }
  }
  return [...entries];
};

/** Whether naming the address as a target is enough to contact it. */
const isImplied = (address: Address): boolean => {
  const kind = classify(address);
  return kind === "public" || kind === "internal";
};

const entryFor = (host: string, ports: string | number | undefined): string => {
  const name = parseAddress(host)?.kind() === "ipv6" ? `[${host}]` : host;
  return ports === undefined ? name : `${name}:${ports}`;
};
