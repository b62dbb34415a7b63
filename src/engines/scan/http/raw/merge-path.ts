import { joinQueries } from "../request/target-query.ts";

/**
 * The path of a raw request behind that of its target, as nuclei joins them: `/` asks for the target's own path, a
 * path that already begins or ends with the other is not repeated, and the target's parameters come first. A fragment
 * is dropped.
 *
 * @param target path and query of the target, as the person wrote them
 * @param merges whether the target's path is put in front; its query is in any case
 * @param path as it stands in the request; may be empty, relative, or only a query
 */
export const mergePath = (target: string, path: string, merges: boolean): string => {
  const own = split(path.replace(/#.*$/s, ""));
  const base = split(target);
  const joined = merges ? join(base.path, own.path === "/" ? "" : own.path) : own.path;
  const rooted = joined.startsWith("/") ? joined : `/${joined}`;
  return joinQueries(own.query === "" ? rooted : `${rooted}?${own.query}`, target);
};

const join = (base: string, path: string): string => {
  if (base === "" || base === "/") return path;
  if (path === "") return base;
  const tail = base.endsWith("/") ? path.replace(/^\/+/, "") : path.startsWith("/") ? path : `/${path}`;
  if (base.endsWith(tail)) return base;
  return tail.startsWith(base) ? tail : base + tail;
};

const split = (text: string): { readonly path: string; readonly query: string } => {
  const at = text.indexOf("?");
  return at === -1 ? { path: text, query: "" } : { path: text.slice(0, at), query: text.slice(at + 1) };
};
