import { createHmac, timingSafeEqual } from "node:crypto";

/** A host key as it goes over the wire: its type inside of it, too. */
export interface HostKey {
  /** Such as `ssh-ed25519` or `ssh-rsa`. */
  readonly type: string;
  readonly blob: Buffer;
}

/** What known_hosts says about one host. */
export interface KnownHost {
  readonly keys: readonly HostKey[];
  /** Keys of `@revoked` lines: never to be accepted. */
  readonly revoked: readonly HostKey[];
  /** A `@cert-authority` line is for it. */
  readonly hasAuthority: boolean;
}

interface Line extends HostKey {
  readonly marker: string | undefined;
  readonly hosts: string;
}

const usualPort = 22;

/**
 * Lines of OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): patterns with `*`, `?` and `!`, hashed names, `[host]:port`,
 * `@revoked` and `@cert-authority`. A line that cannot be read stands for no host, as in OpenSSH, and is counted.
 */
export class KnownHosts {
  readonly #lines: readonly Line[];
  /** Numbers of the lines that cannot be read, counted from 1. */
  readonly unreadable: readonly number[];

  constructor(lines: readonly string[]) {
    const read = lines.map(readLine);
    this.#lines = read.filter((line) => typeof line === "object");
    this.unreadable = read.flatMap((line, at) => (line === "unreadable" ? [at + 1] : []));
  }

  /** @param host a name or an address, without brackets */
  find(host: string, port: number): KnownHost {
    const name = hostName(host, port);
    const lines = this.#lines.filter(({ hosts }) => namesHost(hosts, name));
    return {
      keys: lines.filter(({ marker }) => marker === undefined),
      revoked: lines.filter(({ marker }) => marker === "@revoked"),
      hasAuthority: lines.some(({ marker }) => marker === "@cert-authority"),
    };
  }
}

/** How known_hosts writes a host: `host`, and with another port than 22 `[host]:port`. */
export const hostName = (host: string, port: number): string =>
  port === usualPort ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;

const readLine = (text: string): Line | "empty" | "unreadable" => {
  const words = text.trim().split(/[ \t]+/);
  const [first = ""] = words;
  if (first === "" || first.startsWith("#")) return "empty";
  const marker = first.startsWith("@") ? words.shift() : undefined;
  const [hosts, type, key] = words;
  const isMarker = marker === undefined || marker === "@revoked" || marker === "@cert-authority";
  if (!isMarker || hosts === undefined || type === undefined || key === undefined) return "unreadable";
  const blob = Buffer.from(key, "base64");
  return keyTypeOf(blob) === type ? { marker, hosts, type, blob } : "unreadable";
};

/** The type that stands at the beginning of a key, behind its length in four bytes; undefined: it is no key. */
export const keyTypeOf = (blob: Buffer): string | undefined => {
  if (blob.length < 4) return undefined;
  const end = 4 + blob.readUInt32BE(0);
  return end < blob.length ? blob.toString("latin1", 4, end) : undefined;
};

const namesHost = (hosts: string, name: string): boolean => {
  if (hosts.startsWith("|")) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(",");
  const holds = (pattern: string): boolean => matchesPattern(pattern, name);
  const isExcluded = patterns.some((pattern) => pattern.startsWith("!") && holds(pattern.slice(1)));
  return !isExcluded && patterns.some((pattern) => !pattern.startsWith("!") && holds(pattern));
};

/** `|1|salt|HMAC-SHA1 of the name`, in base64. */
const isHashOf = (hashed: string, name: string): boolean => {
  const [, kind, salt, hash] = hashed.split("|");
  if (kind !== "1" || salt === undefined || hash === undefined) return false;
  const expected = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  const given = Buffer.from(hash, "base64");
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** `*` is any number of characters, `?` one. In linear space and at most length times length steps, whatever the pattern. */
const matchesPattern = (pattern: string, name: string): boolean => {
  let [at, inName] = [0, 0];
  let star = -1;
  let starName = 0;
  while (inName < name.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at;
      starName = inName;
      at += 1;
    } else if (wanted === "?" || wanted === name[inName]) {
      at += 1;
      inName += 1;
    } else if (star !== -1) {
      at = star + 1;
      starName += 1;
      inName = starName;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
};
