import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { WireError } from "./errors.ts";

/** Where a server of Garrison listens. */
export interface Endpoint {
  /** An IP address without brackets, or a host name. */
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:7443`, or `[::1]:7443`. */
export const endpointText = ({ host, port }: Endpoint): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

/** ipaddr.js takes `::127.0.0.1` for 127.0.0.1; for the system it is an IPv6 address somewhere. */
const v4InV6 = /^::\d+\./;

/** Whether what is sent there stays on this machine. A host name says nothing of that. */
export const isLoopback = ({ host }: Endpoint): boolean =>
  isIP(host) !== 0 && !v4InV6.test(host) && ipaddr.parse(host).range() === "loopback";

const shape = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([^\s:/[\]]{1,253})):(\d{1,5})$/;
const nameShape = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*\.?$/i;
/** "127.1", "0x7f.1" and "2130706433" mean an address to some programs and a name to others. */
const numeric = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$/i;

/** `localhost` is 127.0.0.1. @returns undefined where the text is no endpoint */
const read = (address: string): Endpoint | undefined => {
  const [, bracketed, plain, digits] = shape.exec(address) ?? [];
  const port = Number(digits);
  if (port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  if (plain === undefined) return undefined;
  if (plain === "localhost") return { host: "127.0.0.1", port };
  const isHost = isIP(plain) === 4 || (nameShape.test(plain) && !numeric.test(plain));
  return isHost ? { host: plain, port } : undefined;
};

/**
 * An address such as `10.0.0.1:7443`, `node-1.example.test:7443` or `[2001:db8::1]:7443`, of this machine or of another one: to be
 * reached with mutual TLS only.
 *
 * @throws WireError `not-an-address`
 */
export const parseEndpoint = (address: string): Endpoint => {
  const endpoint = read(address);
  if (endpoint !== undefined) return endpoint;
  throw new WireError("not-an-address", `${JSON.stringify(address)} is not an address: use HOST:PORT or [IPV6]:PORT`, {
    ids: { address },
  });
};

/**
 * An address such as `127.0.0.1:7443`, `localhost:7443` (which is 127.0.0.1) or `[::1]:7443`. Without mutual TLS no other machine is
 * served or called: the operator token would travel in the clear.
 *
 * @throws WireError `not-loopback`
 */
export const parseLoopback = (address: string): Endpoint => {
  const endpoint = read(address);
  if (endpoint !== undefined && isLoopback(endpoint)) return endpoint;
  throw new WireError(
    "not-loopback",
    `${JSON.stringify(address)} is not a loopback address: use 127.0.0.1:PORT, [::1]:PORT or localhost:PORT`,
    { ids: { address } },
  );
};
