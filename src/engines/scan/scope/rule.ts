import { domainToASCII } from "node:url";
import ipaddr from "ipaddr.js";
import { ScanError } from "../errors.ts";
import { type Network, parseAddress } from "./address.ts";

/** Inclusive. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** An entry of the allow-list, understood. Without ports it permits every port. */
export type ScopeRule = { readonly entry: string; readonly ports: readonly PortRange[] | undefined } & (
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "subdomains"; readonly suffix: string }
  | { readonly kind: "network"; readonly network: Network }
);

/** Whether the entry is about this port. */
export const coversPort = ({ ports }: ScopeRule, port: number): boolean =>
  ports === undefined || ports.some(({ from, to }) => from <= port && port <= to);

/** Whether the entry is about this name, in the form of `normaliseHost`. */
export const coversName = (rule: ScopeRule, name: string): boolean =>
  (rule.kind === "host" && rule.host === name) || (rule.kind === "subdomains" && name.endsWith(rule.suffix));

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * Reads one entry: `example.com`, `*.example.com` (every name below, not example.com itself), `10.0.0.0/8`,
 * `192.0.2.7`, `2001:db8::/32`; each may end in ports: `example.com:443`, `10.0.0.0/8:80,8000-8100`,
 * `[2001:db8::1]:443`.
 *
 * @throws ScanError `invalid-scope` naming the entry
 */
export const parseScopeRule = (entry: string): ScopeRule => {
  const { name, ports } = splitPorts(entry.trim(), entry);
  const network = parseNetwork(name, entry);
  if (network !== undefined) return { entry, ports, kind: "network", network };
  if (name.includes("/")) fail(entry, "give a host or a network, not a URL or a path");
  const subdomains = name.startsWith("*.");
  const host = normaliseHost(subdomains ? name.slice(2) : name);
  if (host === "" || !host.split(".").every((part) => label.test(part))) {
    fail(entry, 'it is no host name, wildcard such as "*.example.com", address or network such as "10.0.0.0/8"');
  }
  return subdomains ? { entry, ports, kind: "subdomains", suffix: `.${host}` } : { entry, ports, kind: "host", host };
};

/** A host name in the form in which names are compared: lower case, punycode, without the root's dot. */
export const normaliseHost = (name: string): string => {
  const bare = name.endsWith(".") ? name.slice(0, -1) : name;
  return (/^[\x20-\x7e]*$/.test(bare) ? bare : domainToASCII(bare)).toLowerCase();
};

const fail = (entry: string, reason: string): never => {
  throw new ScanError("invalid-scope", `scope entry "${entry}": ${reason}`, { ids: { entry } });
};

const splitPorts = (
  text: string,
  entry: string,
): { readonly name: string; readonly ports: readonly PortRange[] | undefined } => {
  const bracketed = /^\[([^\]]*)\](\/\d+)?(?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    return { name: `${bracketed[1] ?? ""}${bracketed[2] ?? ""}`, ports: parsePorts(bracketed[3], entry) };
  }
  // More than one colon is an IPv6 address; its ports need brackets.
  const at = text.indexOf(":");
  if (at === -1 || text.indexOf(":", at + 1) !== -1) return { name: text, ports: undefined };
  return { name: text.slice(0, at), ports: parsePorts(text.slice(at + 1), entry) };
};

const parsePorts = (text: string | undefined, entry: string): readonly PortRange[] | undefined =>
  text?.split(",").map((part) => {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    const from = Number(found?.[1]);
    const to = Number(found?.[2] ?? found?.[1]);
    if (found === null || from < 1 || to > 65_535 || from > to) {
      return fail(entry, `"${part}" is no port or range of ports from 1 to 65535`);
    }
    return { from, to };
  });

const parseNetwork = (name: string, entry: string): Network | undefined => {
  const [left = "", right, ...rest] = name.split("/");
  const base = parseAddress(left);
  if (base === undefined) return undefined;
  const longest = base.kind() === "ipv4" ? 32 : 128;
  const bits = right === undefined ? longest : /^\d{1,3}$/.test(right) ? Number(right) : Number.NaN;
  if (rest.length > 0 || !(bits <= longest)) return fail(entry, `the prefix length must be 0 to ${longest}`);
  const first =
    base.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(`${base.toString()}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${base.toString()}/${bits}`);
  if (first.toString() !== base.toString()) {
    return fail(entry, `its address has bits beyond the prefix; did you mean ${first.toString()}/${bits}?`);
  }
  return { base, bits };
};
