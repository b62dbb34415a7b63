import { RE2JS } from "re2js";

/** A version as go-version reads it. */
export interface Version {
  /** At least three. */
  readonly segments: readonly bigint[];
  /** How many of them were written. */
  readonly written: number;
  readonly prerelease: string;
  readonly metadata: string;
}

const form =
  "v?([0-9]+(\\.[0-9]+)*?)" +
  "(-([0-9]+[0-9A-Za-z\\-~]*(\\.[0-9A-Za-z\\-~]+)*)|(-?([A-Za-z\\-~]+[0-9A-Za-z\\-~]*(\\.[0-9A-Za-z\\-~]+)*)))?" +
  "(\\+([0-9A-Za-z\\-~]+(\\.[0-9A-Za-z\\-~]+)*))??";

/** Compiled when first used: it takes longer than most modules do to load, and few templates compare versions. */
const compiled = (source: string): (() => RE2JS) => {
  let pattern: RE2JS | undefined;
  return () => (pattern ??= RE2JS.compile(source));
};

const versionForm = compiled(`^${form}$`);
const constraintForm = compiled(`^\\s*(|=|!=|>|<|>=|<=|~>)\\s*(${form})\\s*$`);

const maxLength = 256;

/** Undefined for what is no version, or longer than 256 characters. */
export const parseVersion = (text: string): Version | undefined => {
  if (text.length > maxLength) return undefined;
  const found = versionForm().matcher(text);
  if (!found.find()) return undefined;
  const written = (found.group(1) ?? "").split(".").map(BigInt);
  if (written.some((segment) => segment >= 2n ** 63n)) return undefined;
  const segments = [...written, ...Array<bigint>(Math.max(3 - written.length, 0)).fill(0n)];
  const prerelease = found.group(7) ?? "";
  return {
    segments,
    written: written.length,
    prerelease: prerelease === "" ? (found.group(4) ?? "") : prerelease,
    metadata: found.group(10) ?? "",
  };
};

const sameSegments = (a: Version, b: Version): boolean =>
  a.segments.length === b.segments.length && a.segments.every((segment, at) => segment === b.segments[at]);

const integer = (text: string): bigint | undefined => (/^[+-]?\d+$/.test(text) ? BigInt(text) : undefined);

const comparePart = (a: string, b: string): number => {
  if (a === b) return 0;
  const [x, y] = [integer(a), integer(b)];
  if (a === "") return y === undefined ? 1 : -1;
  if (b === "") return x === undefined ? -1 : 1;
  if (x !== undefined && y === undefined) return -1;
  if (x === undefined && y !== undefined) return 1;
  if (x === undefined && y === undefined) return a > b ? 1 : -1;
  return (x ?? 0n) > (y ?? 0n) ? 1 : -1;
};

const comparePrereleases = (a: string, b: string): number => {
  const [parts, others] = [a.split("."), b.split(".")];
  for (let at = 0; at < Math.max(parts.length, others.length); at += 1) {
    const order = comparePart(parts[at] ?? "", others[at] ?? "");
    if (order !== 0) return order;
  }
  return 0;
};

/** Negative, 0 or positive. */
const compare = (a: Version, b: Version): number => {
  if (sameSegments(a, b)) {
    if (a.prerelease === b.prerelease) return 0;
    if (a.prerelease === "") return 1;
    return b.prerelease === "" ? -1 : comparePrereleases(a.prerelease, b.prerelease);
  }
  for (let at = 0; at < Math.max(a.segments.length, b.segments.length); at += 1) {
    const [x, y] = [a.segments[at] ?? 0n, b.segments[at] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
};

/** A prerelease fits only a constraint on a prerelease of the same version. */
const mayFit = (version: Version, bound: Version): boolean => {
  if (version.prerelease === "") return true;
  return bound.prerelease !== "" && sameSegments(version, bound);
};

const isPessimistic = (version: Version, bound: Version): boolean => {
  if (!mayFit(version, bound) || (bound.prerelease !== "" && version.prerelease === "")) return false;
  if (compare(version, bound) < 0 || bound.segments.length > version.segments.length) return false;
  const fixed = bound.segments.slice(0, bound.written - 1);
  if (fixed.some((segment, at) => segment !== version.segments[at])) return false;
  const last = bound.segments.length - 1;
  return (bound.segments[last] ?? 0n) <= (version.segments[last] ?? 0n);
};

const operators: Readonly<Record<string, (version: Version, bound: Version) => boolean>> = {
  "": (version, bound) => compare(version, bound) === 0,
  "=": (version, bound) => compare(version, bound) === 0,
  "!=": (version, bound) => compare(version, bound) !== 0,
  ">": (version, bound) => mayFit(version, bound) && compare(version, bound) > 0,
  "<": (version, bound) => mayFit(version, bound) && compare(version, bound) < 0,
  ">=": (version, bound) => mayFit(version, bound) && compare(version, bound) >= 0,
  "<=": (version, bound) => mayFit(version, bound) && compare(version, bound) <= 0,
  "~>": isPessimistic,
};

/** A condition on versions. */
export type Constraint = (version: Version) => boolean;

/** Reads one constraint, such as `>= 1.2`; undefined for what is none. */
export const parseConstraint = (text: string): Constraint | undefined => {
  if (text.length > maxLength) return undefined;
  const found = constraintForm().matcher(text);
  if (!found.find()) return undefined;
  const bound = parseVersion(found.group(2) ?? "");
  const fits = operators[found.group(1) ?? ""];
  return bound === undefined || fits === undefined ? undefined : (version) => fits(version, bound);
};
