import { posix } from "node:path";
import type { WireUrl } from "../http/target.ts";
import { bytesOf, type Value } from "../value/value.ts";
import { hostValues } from "./host-values.ts";

/** What placeholders such as `{{BaseURL}}` stand for, by their names. */
export type TargetValues = ReadonlyMap<string, Value>;

/** All names that a website's values may have. Those that depend on the domain are absent where it has no such part. */
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

/** Values by the URL: the same target is asked for with every template of a run. */
const made = new WeakMap<WireUrl, Map<string, TargetValues>>();
/** Different ports that templates write behind `{{BaseURL}}`. */
const mostMade = 100;

/**
 * What a request to a website is made from, under nuclei's names.
 *
 * @param trailingSlash the request continues the placeholder with a slash: one at the end of the target's path is left
 * out
 * @param port replaces the target's
 */
export const urlValues = (target: WireUrl, trailingSlash: boolean, port?: number): TargetValues => {
  const key = `${port ?? ""}${trailingSlash ? "/" : ""}`;
  let known = made.get(target);
  if (known === undefined) made.set(target, (known = new Map<string, TargetValues>()));
  const before = known.get(key);
  if (before !== undefined) return before;
  const values = valuesOf(target, trailingSlash, port);
  if (known.size < mostMade) known.set(key, values);
  return values;
};

const valuesOf = (target: WireUrl, trailingSlash: boolean, port: number | undefined): TargetValues => {
  const root = port === undefined ? target.origin : `${target.scheme}://${target.hostname}:${port}`;
  const shown = target.href.slice(target.origin.length);
  const at = shown.indexOf("?");
  const path = at === -1 ? shown : shown.slice(0, at);
  const query = at === -1 ? "" : shown.slice(at);
  const kept = trailingSlash && path.endsWith("/") ? path.slice(0, -1) : path;
  const base = `${root}${kept}${query}`;
  const host = target.hostname.replace(/^\[|\]$/g, "");
  const texts = {
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
  };
  const own = Object.entries(texts).map(([name, text]) => [name, bytesOf(text)] as const);
  return new Map<string, Value>([...own, ...Object.entries(hostValues(host))]);
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
