import { isIPv4 } from "node:net";
import { posix } from "node:path";
import { getPublicSuffix } from "tough-cookie";
import type { WireUrl } from "../http/target.ts";
import type { Value } from "../value/value.ts";

/** What placeholders such as `{{BaseURL}}` stand for, by their names. */
export type TargetValues = Readonly<Record<string, Value>>;

/** Names that `urlValues` gives for every target; those that depend on the host's domain may be absent. */
export const targetNames: ReadonlySet<string> = new Set([
  "BaseURL",
  "RootURL",
  "Hostname",
  "Host",
  "Port",
  "Path",
  "Query",
  "File",
  "Scheme",
  "Input",
  "FQDN",
  "RDN",
  "DN",
  "TLD",
  "SD",
]);

export interface UrlValuesOptions {
  /** The request continues the placeholder with a slash: one at the end of the target's path is left out. */
  readonly trailingSlash: boolean;
  /** Replaces the target's. */
  readonly port?: number | undefined;
}

/** What a request to a website is made from, under nuclei's names. */
export const urlValues = (target: WireUrl, { trailingSlash, port }: UrlValuesOptions): TargetValues => {
  const root = port === undefined ? target.origin : `${target.scheme}://${target.hostname}:${port}`;
  const shown = target.href.slice(target.origin.length);
  const at = shown.indexOf("?");
  const path = at === -1 ? shown : shown.slice(0, at);
  const query = at === -1 ? "" : shown.slice(at);
  const kept = trailingSlash && path.endsWith("/") ? path.slice(0, -1) : path;
  const base = `${root}${kept}${query}`;
  const host = target.hostname.replace(/^\[|\]$/g, "");
  return {
    BaseURL: base,
    RootURL: root,
    Hostname: root.slice(root.indexOf("://") + 3),
    Host: host,
    Port: String(port ?? target.port),
    Path: folderOf(kept),
    Query: query.length > 1 ? query : "",
    File: fileOf(kept),
    Scheme: target.scheme,
    Input: base,
    ...domainValues(host),
  };
};

/** Domains that values were asked for; the targets of a scan come back with every template. */
const known = new Map<string, TargetValues>();
const mostKnown = 1_000;

/**
 * The parts of a domain name: all of it, the registrable domain, that without its suffix, the suffix, what is before
 * it. A name that is a public suffix itself, or has no dots, has only the first.
 */
export const domainValues = (host: string): TargetValues => {
  const before = known.get(host);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const values = takeApart(host);
  known.set(host, values);
  return values;
};

const takeApart = (host: string): TargetValues => {
  const name = host.replace(/\.$/, "");
  const registrable = isIPv4(name) ? name.split(".").slice(-2).join(".") : registrableDomain(name);
  if (registrable === undefined) return { FQDN: host };
  const dot = registrable.indexOf(".");
  return {
    FQDN: host,
    RDN: registrable,
    DN: registrable.slice(0, dot),
    TLD: registrable.slice(dot + 1),
    SD: name.length > registrable.length ? name.slice(0, -registrable.length - 1) : "",
  };
};

const registrableDomain = (name: string): string | undefined => {
  const domain = getPublicSuffix(name, { allowSpecialUseDomain: true, ignoreError: true });
  return domain?.includes(".") === true ? domain : undefined;
};

/** Go's path.Dir, with an empty text for no folder. */
const folderOf = (path: string): string => {
  const folder = posix.normalize(path.slice(0, path.lastIndexOf("/") + 1));
  if (folder === ".") return "";
  return folder.length > 1 && folder.endsWith("/") ? folder.slice(0, -1) : folder;
};

/** Go's path.Base, with an empty text for no path. */
const fileOf = (path: string): string => {
  const name = path.replace(/\/+$/, "");
  if (name === "") return path === "" ? "" : "/";
  return name.slice(name.lastIndexOf("/") + 1);
};
