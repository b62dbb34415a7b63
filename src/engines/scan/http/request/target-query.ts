import type { WireUrl } from "../target.ts";

/** The parameters of the target's own query go first in every request that does not set them itself. */
export const withTargetQuery = (url: WireUrl, target: WireUrl): WireUrl => {
  if (!target.path.includes("?")) return url;
  const path = joinQueries(url.path, target.path);
  return path === url.path ? url : { ...url, path, href: url.origin + path };
};

/** `path` with the parameters of `other` that it does not set, before its own. */
export const joinQueries = (path: string, other: string): string => {
  const present = new Set(parametersOf(path).map(nameOf));
  const added = parametersOf(other)
    .filter((parameter) => !present.has(nameOf(parameter)))
    .join("&");
  if (added === "") return path;
  const at = path.indexOf("?");
  return at === -1 ? `${path}?${added}` : `${path.slice(0, at + 1)}${added}&${path.slice(at + 1)}`;
};

const parametersOf = (path: string): readonly string[] => {
  const at = path.indexOf("?");
  if (at === -1) return [];
  return path
    .slice(at + 1)
    .split("&")
    .filter((parameter) => parameter !== "");
};

const nameOf = (parameter: string): string => parameter.split("=", 1)[0] ?? "";
