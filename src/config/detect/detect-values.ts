import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { isLoopbackHost, parseListenAddress } from "../addresses/listen-address.ts";
import { read, text } from "../values.ts";

export const taskTypeNames = ["sample-file", "log-data", "code", "script"] as const;

/** The longest path that a unix socket can have, in bytes. */
export const mostSocketBytes = 107;

/** Where clamd answers. */
export type ClamdAddress =
  | { readonly type: "unix"; readonly path: string }
  | { readonly type: "tcp"; readonly host: string; readonly port: number };

const unixPrefix = "unix:";
const clamdUse = "use unix:/run/clamav/clamd.ctl or 127.0.0.1:3310";

/** Reads `unix:PATH` and HOST:PORT of this machine. What goes to clamd is not encrypted. A string says what is wrong. */
export const parseClamdAddress = (written: string): ClamdAddress | string => {
  if (written.startsWith(unixPrefix)) {
    const path = written.slice(unixPrefix.length);
    if (path === "" || path.includes("\0")) return `no path of a socket: ${clamdUse}`;
    if (Buffer.byteLength(path) > mostSocketBytes) return `no path of a socket: at most ${mostSocketBytes} bytes`;
    return { type: "unix", path };
  }
  const parsed = parseListenAddress(written);
  if (typeof parsed === "string" || parsed.port === 0) return `no address: ${clamdUse}`;
  return isLoopbackHost(parsed.host) ? { type: "tcp", ...parsed } : `not on this machine: ${clamdUse}`;
};

/** The address with an absolute path, from the directory where it was written. */
export const resolvedClamdAddress = (written: string, directory: string): string => {
  const address = parseClamdAddress(written);
  return typeof address === "object" && address.type === "unix" && !isAbsolute(address.path)
    ? `${unixPrefix}${resolve(directory, address.path)}`
    : written;
};

const sandboxUse = "use https://HOST[:PORT][/PATH], or http: on this machine";

/** The address of a sandbox: `https:`, or `http:` on this machine. A string says what is wrong. */
export const parseSandboxUrl = (written: string): URL | string => {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) return `no URL: ${sandboxUse}`;
  if (url.username !== "" || url.password !== "") return "it names a password: use detect.sandbox.tokenFile";
  if (url.search !== "" || url.hash !== "") return `it has a query or a fragment: ${sandboxUse}`;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return url.protocol === "https:" || host === "localhost" || isLoopbackHost(host)
    ? url
    : `http: to another machine, where everyone on the way can read it: ${sandboxUse}`;
};

/** The path of a socket of this machine. */
export const socketPath = read((written) => (written.includes("\0") ? "no path: it has a zero byte" : undefined));

/** Files and folders. */
export const paths = z
  .array(text(4_096), { error: "use a list of files and folders" })
  .max(64, { error: "use at most 64 files and folders" })
  .readonly();

const kindError = "kind: use 1 to 32 lower-case letters, digits and hyphens, a letter first";

/** The kind of any detector, one of somebody else's too. */
export const anyKind = z
  .string({ error: kindError })
  .max(32, { error: kindError })
  .regex(/^[a-z][a-z0-9-]*$/, { error: kindError });
