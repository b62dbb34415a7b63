import { isIP } from "node:net";
import { isAbsolute } from "node:path";
import { ScanError } from "../errors.ts";
import { parseWireUrl, type WireUrl } from "../http/target.ts";

/** What is scanned: a website, a host with or without a port, or a folder. */
export interface ScanTarget {
  /** As it was given. */
  readonly text: string;
  /** Of a website. */
  readonly url: WireUrl | undefined;
  /** A name or an address, IPv6 without brackets; undefined for a folder. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** An absolute path. */
  readonly folder: string | undefined;
}

const hostAndPort = /^(?:\[([0-9a-fA-F:.]+)\]|([a-zA-Z0-9_.-]+))(?::(\d{1,5}))?$/;
const maxChars = 8_192;

/**
 * Reads what is to be scanned: an absolute http or https URL without credentials, `host`, `host:port`,
 * `[IPv6]:port`, or the absolute path of a folder.
 *
 * @throws ScanError `invalid-target`
 */
export const parseScanTarget = (given: string): ScanTarget => {
  const text = given.trim();
  const target = text.length <= maxChars ? read(text) : undefined;
  if (target !== undefined) return target;
  throw new ScanError(
    "invalid-target",
    `target "${text.slice(0, 200)}" is neither an absolute http or https URL without user name, such as ` +
      `http://example.com, nor host:port, nor the absolute path of a folder`,
    { ids: { target: text.slice(0, 200) } },
  );
};

const read = (text: string): ScanTarget | undefined => {
  const url = parseWireUrl(text);
  if (url !== undefined) {
    return { text, url, host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port, folder: undefined };
  }
  if (isAbsolute(text)) return { text, url: undefined, host: undefined, port: undefined, folder: text };
  const [, six, name, digits] = hostAndPort.exec(text) ?? [];
  const host = six ?? name;
  if (host === undefined || (six !== undefined && isIP(six) !== 6)) return undefined;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  return { text, url: undefined, host: host.toLowerCase(), port, folder: undefined };
};
