import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Where a server listens. Port 0: the machine picks one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const addressShape = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+)):(?<port>\d{1,5})$/;

/** Reads `HOST:PORT`; an IPv6 address stands in brackets. A string says what is wrong. */
export const parseListenAddress = (text: string): ListenAddress | string => {
  const { v6, name, port } = addressShape.exec(text)?.groups ?? {};
  const written = v6 ?? name;
  if (written === undefined || Number(port) > 65_535) return "no address: use 127.0.0.1:PORT or [::1]:PORT";
  const host = written === "localhost" ? "127.0.0.1" : written;
  if (isIP(host) === 0) return `a host name: use an address of this machine, such as 127.0.0.1:${port}`;
  // Elsewhere it is taken for an address of another family, and not for the loopback that it may be.
  if (/^::ffff:/i.test(host)) return `an IPv4 address in the form of IPv6: write it as 127.0.0.1:${port}`;
  return { host, port: Number(port) };
};

/** As `parseListenAddress`, of a server that only this machine may reach. */
export const parseLoopbackAddress = (text: string): ListenAddress | string => {
  const address = parseListenAddress(text);
  if (typeof address === "string" || isLoopbackHost(address.host)) return address;
  return `reachable from other machines, which this server is not made for: use 127.0.0.1:${address.port}`;
};

/** ipaddr.js takes `::127.0.0.1` for 127.0.0.1; for the system it is an IPv6 address somewhere. */
const v4InV6 = /^::\d+\./;

/** Whether what is sent to this IP address stays on this machine. */
export const isLoopbackHost = (host: string): boolean =>
  isIP(host) !== 0 && !v4InV6.test(host) && ipaddr.process(host).range() === "loopback";

/** Whether a server that listens there listens at every address of its machine: nobody can call it by this one. */
export const isEveryAddress = (host: string): boolean =>
  isIP(host) !== 0 && ipaddr.process(host).range() === "unspecified";

/** The address as text, as `parseListenAddress` reads it. */
export const formatAddress = ({ host, port }: ListenAddress): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
