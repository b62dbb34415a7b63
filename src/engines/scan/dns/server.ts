import { getServers } from "node:dns";
import { isIP } from "node:net";
import { FailureError } from "../http/failure.ts";
import type { Endpoint } from "../net/reach.ts";

/** A DNS server, and how it is to be asked first. */
export interface DnsServer extends Endpoint {
  readonly transport: "udp" | "tcp";
}

const form = /^(?:(udp|tcp):)?(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s@]+))(?::(\d{1,5}))?$/;
const defaultPort = 53;

/**
 * Reads a server as templates and people write it: `192.0.2.53`, `tcp:192.0.2.53:5353`, `[2001:db8::53]:53`, or a name.
 *
 * @throws FailureError `protocol` when it is none
 */
export const parseServer = (text: string): DnsServer => {
  const bare = text.trim();
  const [, transport, six, name, digits] = (isIP(bare) === 6 ? form.exec(`[${bare}]`) : form.exec(bare)) ?? [];
  const hostname = six ?? name;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (hostname !== undefined && (six === undefined || isIP(six) === 6) && port >= 1 && port <= 65_535) {
    return { hostname, port, transport: transport === "tcp" ? "tcp" : "udp" };
  }
  throw new FailureError("protocol", `not sent: "${bare.slice(0, 200)}" is no DNS server such as 192.0.2.53:53`);
};

/** The servers that a person named, else the machine's. */
export const configuredServers = (named: readonly string[]): readonly DnsServer[] =>
  (named.length > 0 ? named : getServers()).map(parseServer);
