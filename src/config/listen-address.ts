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
  if (ipaddr.parse(host).range() !== "loopback") {
    return `reachable from other machines, which is refused until mutual TLS is there: use 127.0.0.1:${port}`;
  }
  return { host, port: Number(port) };
};

/** The address as text, as `parseListenAddress` reads it. */
export const formatAddress = ({ host, port }: ListenAddress): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
