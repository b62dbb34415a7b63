import ipaddr from "ipaddr.js";
import { WireError } from "./errors.ts";

/** Where a server of Garrison listens. */
export interface Endpoint {
  /** An IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:7443`, or `[::1]:7443`. */
export const endpointText = ({ host, port }: Endpoint): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

const isLoopback = (host: string): boolean => ipaddr.isValid(host) && ipaddr.parse(host).range() === "loopback";

/**
 * An address such as `127.0.0.1:7443`, `localhost:7443` (which is 127.0.0.1) or `[::1]:7443`. Without mutual TLS no other machine is
 * served or called: the operator token would travel in the clear.
 *
 * @throws WireError `not-loopback`
 */
export const parseLoopback = (address: string): Endpoint => {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:]{2,45})\]|([^\s:/[\]]{1,253})):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? (plain === "localhost" ? "127.0.0.1" : plain);
  const port = Number(digits);
  // Only dotted quads: "127.1" and "2130706433" mean the same to some programs and something else to others.
  const wellFormed = host !== undefined && (bracketed !== undefined || ipaddr.IPv4.isValidFourPartDecimal(host));
  if (!wellFormed || !isLoopback(host) || port > 65_535) {
    throw new WireError(
      "not-loopback",
      `${JSON.stringify(address)} is not a loopback address: use 127.0.0.1:PORT, [::1]:PORT or localhost:PORT`,
      { ids: { address } },
    );
  }
  return { host, port };
};
