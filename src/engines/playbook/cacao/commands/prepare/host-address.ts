import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { AddressKind, AgentTarget } from "../../model/agent-target.ts";
import type { Template } from "../../model/text.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import { CommandFailure } from "../failure.ts";

/** A name in lower case, or an address without brackets. */
export interface HostAddress {
  readonly host: string;
  /** Undefined: the usual one of the protocol. */
  readonly port: number | undefined;
}

const hostKinds = ["dname", "ipv4", "ipv6"] as const satisfies readonly AddressKind[];
const nameShape = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/;
const nameChars = /^[\p{L}\p{M}\p{N}._-]+$/u;
const mostPort = 65_535;

/** What cannot be done with an agent or a target. */
export const placeFailure = (place: AgentTarget, why: string): CommandFailure =>
  new CommandFailure("threw", `${place.type} ${JSON.stringify(place.name)} (${place.id}) ${why}`);

/** The first address of a kind; undefined: there is none. */
export const addressOf = (place: AgentTarget, kind: AddressKind): Template | undefined =>
  place.addresses.find((address) => address.kind === kind)?.address;

/**
 * Where a machine is: its first `dname`, else its first `ipv4`, else its first `ipv6`.
 * @throws CommandFailure when it has none of them, or one that is no host
 */
export const hostAddressOf = (place: AgentTarget, scope: Scope): HostAddress => {
  for (const kind of hostKinds) {
    const address = addressOf(place, kind);
    if (address !== undefined)
      return { host: hostOf(place, kind, fill(address, scope, "plain")), port: portOf(place, scope) };
  }
  throw placeFailure(place, `has no address of the kinds ${hostKinds.join(", ")}`);
};

const hostOf = (place: AgentTarget, kind: (typeof hostKinds)[number], text: string): string => {
  const host = text.trim();
  if (kind === "dname") {
    // Looked at first: what the conversion takes for the end of a name it leaves out.
    const name = nameChars.test(host) ? domainToASCII(host) : "";
    if (nameShape.test(name)) return name;
  } else if (isIP(host) === (kind === "ipv4" ? 4 : 6) && !host.includes("%")) return host;
  throw placeFailure(place, `has the ${kind} address ${JSON.stringify(host.slice(0, 100))}, which is no single host`);
};

/** @throws CommandFailure for a port that is none */
export const portOf = (place: AgentTarget, scope: Scope): number | undefined => {
  if (place.port === undefined) return undefined;
  const text = fill(place.port, scope, "plain").trim();
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= mostPort) return port;
  throw placeFailure(place, `has the port ${JSON.stringify(text.slice(0, 20))}: use 1 to ${mostPort}`);
};
