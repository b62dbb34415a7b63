import { isIP } from "node:net";
import { PlaybookError } from "../../errors.ts";

/** Where actions may connect to. A host without a port: every port of it. */
export type EgressRule = { readonly port: number | undefined } & (
  | { readonly type: "name"; readonly name: string }
  /** Every name below it, not the name itself. */
  | { readonly type: "below"; readonly domain: string }
  | { readonly type: "network"; readonly address: string; readonly prefix: number }
);

const mostPort = 65_535;
const nameShape = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** What resolvers take for an address, such as 127.1 and 0x7f.1. */
const numberLike = /(^|\.)(\d+|0x[0-9a-f]*)$/;
const parts =
  /^(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^:[\]]+)|(?<ipv6>[^[\]]*:[^[\]]*:[^[\]]*?))(?::(?<port>\d{1,5}))?$/;

const addressBits = (address: string): number | undefined => ({ 4: 32, 6: 128 })[isIP(address)];

/** A name as it is compared: in lower case, without the dot of the root. */
export const plainName = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/**
 * Reads one entry of a list such as `respond.egress`: `HOST`, `HOST:PORT`, `*.DOMAIN`, an address or a network such as `10.0.0.0/8`, `[2001:db8::1]:443`.
 * @param key of the list in the config
 * @throws PlaybookError `egress` that says what is wrong
 */
export const parseEgressRule = (text: string, key = "respond.egress"): EgressRule => {
  const refuse = (why: string): PlaybookError =>
    new PlaybookError(
      "egress",
      `"${text}" in ${key} ${why}; use HOST, HOST:PORT, *.DOMAIN or a network such as 10.0.0.0/8`,
    );
  const { bracketed, plain, ipv6, port: portText } = parts.exec(text)?.groups ?? {};
  const isBareIpv6 = ipv6 !== undefined;
  const host = plainName(bracketed ?? plain ?? (isBareIpv6 ? text : ""));
  const port = portText === undefined || isBareIpv6 ? undefined : Number(portText);
  if (port !== undefined && (port < 1 || port > mostPort)) throw refuse(`has a port that is not from 1 to ${mostPort}`);

  const [address = "", prefixText, ...more] = host.split("/");
  const bits = addressBits(address);
  if (bits !== undefined) {
    const prefix = prefixText === undefined ? bits : Number(prefixText);
    const isPrefix = more.length === 0 && /^\d{1,3}$/.test(prefixText ?? "0") && prefix <= bits;
    if (!isPrefix) throw refuse("is no network");
    return { type: "network", address, prefix, port };
  }
  const isBelow = host.startsWith("*.");
  const name = isBelow ? host.slice(2) : host;
  if (!nameShape.test(name) || numberLike.test(name)) throw refuse("is no host");
  return isBelow ? { type: "below", domain: name, port } : { type: "name", name, port };
};
