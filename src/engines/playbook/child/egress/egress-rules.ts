import { BlockList, isIP } from "node:net";
import { PlaybookError } from "../../errors.ts";
import { type EgressRule, parseEgressRule, plainName } from "./egress-rule.ts";

/** An address with its scope, as in fe80::1%eth0. */
const withoutScope = (address: string): string => address.replace(/%.*$/, "");

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 4 ? "ipv4" : "ipv6");

/** What may be reached. Without rules: nothing. */
export class EgressRules {
  readonly #names: readonly Exclude<EgressRule, { type: "network" }>[];
  readonly #networks: readonly { readonly port: number | undefined; readonly addresses: BlockList }[];

  /**
   * @param entries of `respond.egress`, or of the list at another key of the config
   * @throws PlaybookError `egress` for the first that cannot be read
   */
  constructor(entries: readonly string[], key?: string) {
    const rules = entries.map((entry) => parseEgressRule(entry, key));
    this.#names = rules.filter((rule) => rule.type !== "network");
    this.#networks = rules
      .filter((rule) => rule.type === "network")
      .map(({ address, prefix, port }) => {
        const addresses = new BlockList();
        addresses.addSubnet(address, prefix, familyOf(address));
        return { port, addresses };
      });
  }

  /** Whether a name may be reached if its address is the right one. */
  get hasNetworks(): boolean {
    return this.#networks.length > 0;
  }

  /** Whether a name may be reached whatever its address is. */
  allowsName(host: string, port: number): boolean {
    const name = plainName(host);
    return this.#names.some(
      (rule) =>
        (rule.port ?? port) === port && (rule.type === "name" ? rule.name === name : name.endsWith(`.${rule.domain}`)),
    );
  }

  /** Whether an address may be reached; one of IPv4 that is written as IPv6 counts as what it is. */
  allowsAddress(address: string, port: number): boolean {
    const plain = withoutScope(address);
    if (isIP(plain) === 0) return false;
    const family = familyOf(plain);
    return this.#networks.some((rule) => (rule.port ?? port) === port && rule.addresses.check(plain, family));
  }
}

/** The refusal of a connection, with the rule that would allow it. */
export const egressRefused = (host: string, port: number, resolved: readonly string[] = []): PlaybookError => {
  const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const addresses = resolved.length === 0 ? "" : ` (${resolved.slice(0, 4).join(", ")})`;
  return new PlaybookError(
    "egress",
    `a connection to ${place}${addresses} is not allowed: to allow it add "${place}" to respond.egress of the node`,
    { ids: { host, port } },
  );
};
