import { isIP } from "node:net";
import { formatAddress, isEveryAddress, type ListenAddress } from "./listen-address.ts";

/** Where other machines reach a node. */
export interface Advertised {
  /** An address, or a DNS name. */
  readonly host: string;
  /** Absent: the one that the server listens on. */
  readonly port: number | undefined;
}

const shape = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/;
const nameShape = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*$/i;
/** Digits and dots that are no address are read as one by some programs. */
const numeric = /^[\d.]+$/;

/** Reads `HOST` or `HOST:PORT`; an IPv6 address stands in brackets. A string says what is wrong. */
export const parseAdvertised = (text: string): Advertised | string => {
  const { v6, name = "", port } = shape.exec(text)?.groups ?? {};
  const isHost = isIP(name) === 4 || (nameShape.test(name) && name.length <= 253 && !numeric.test(name));
  if (v6 === undefined ? !isHost : isIP(v6) !== 6) return "no host: use a DNS name or an address, with :PORT if needed";
  const host = v6 ?? name;
  if (isEveryAddress(host)) return "no address that others can call: use the one by which they reach this machine";
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)) return "no port: use one from 1 to 65535";
  return { host, port: port === undefined ? undefined : Number(port) };
};

/**
 * What a node tells the cluster of where it is reached.
 *
 * @param bound where its server listens, with the real port
 * @param advertise `listen.advertise`; absent: where it listens
 * @param portToo false for another server than the one that a port in `advertise` is about
 */
export const advertisedAddress = (bound: ListenAddress, advertise: string | undefined, portToo: boolean): string => {
  const told = advertise === undefined ? undefined : parseAdvertised(advertise);
  if (told === undefined || typeof told === "string") return formatAddress(bound);
  return formatAddress({ host: told.host, port: portToo ? (told.port ?? bound.port) : bound.port });
};
