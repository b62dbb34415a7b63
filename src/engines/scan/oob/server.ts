import { ScanError } from "../errors.ts";
import { parseWireUrl, type WireUrl } from "../http/target.ts";
import { parseAddress } from "../scope/address.ts";
import { idLength } from "./ids.ts";

/** An interactsh server that a session may use. */
export interface OobServer {
  /** `oast.example`, `oast.example:8443` (both https) or a URL such as `http://127.0.0.1:7490`. */
  readonly address: string;
  /** Sent as it is in `Authorization`. */
  readonly token?: string | undefined;
  /** What the urls end in, with a port if it is not 80, where this is not the address itself. */
  readonly domain?: string | undefined;
  /** Entries that permit it; see `createScopeGuard`. */
  readonly scope: readonly string[];
}

/** How a server's urls are written. */
export interface UrlForm {
  /** What is written for nuclei's `{{interactsh-server}}`. */
  readonly name: string;
  /** The host that whoever uses such a url contacts or asks its resolver for, without port or brackets. */
  readonly hostname: string;
  urlOf(id: string): string;
}

/**
 * Reads a server's address. One without a scheme is https and stays so: to send the token in the clear somebody has to
 * have written `http://`.
 *
 * @throws ScanError `invalid-option`
 */
export const parseOobServer = (address: string): WireUrl => {
  const url = parseWireUrl(/^https?:\/\//i.test(address) ? address : `https://${address}`);
  if (url !== undefined && url.path === "/") return url;
  throw new ScanError(
    "invalid-option",
    `interactsh server "${address.slice(0, 200)}": use HOST, HOST:PORT, or such a URL without a path`,
    { ids: { option: "server" } },
  );
};

/**
 * Below a name a url is a host, `<id>.<name>`; an address has no names below it, there the id is the path,
 * `<address>/<id>`, which HTTP alone can carry.
 */
export const urlFormOf = (url: WireUrl, domain: string | undefined): UrlForm => {
  const name = domain ?? url.host;
  const hostname = name.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  const isAddress = parseAddress(hostname) !== undefined;
  return { name, hostname, urlOf: (id) => (isAddress ? `${name}/${id}` : `${id}.${name}`) };
};

/** The id in a url of either form; empty when there is none. */
export const idOfUrl = (url: string): string =>
  [url.split(".", 1)[0] ?? "", url.slice(url.lastIndexOf("/") + 1)].find((part) => part.length === idLength) ?? "";
