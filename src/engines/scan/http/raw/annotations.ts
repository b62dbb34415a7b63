import { parseWireUrl, type WireUrl } from "../target.ts";
import { goDurationMs } from "./go-duration.ts";

/** What the lines before a raw request's own ask for. */
export interface Annotations {
  /** `@Host`: where the request goes in place of the target; the Host header stays. */
  readonly host: string | undefined;
  /** `@tls-sni`. */
  readonly sni: string | undefined;
  /** `@timeout` in milliseconds, at most two minutes. */
  readonly timeoutMs: number | undefined;
}

const mostMs = 120_000;
const onceLine = /^@once\s*$/m;

/** Whether a raw request, as it stands in the template, is to be sent with the first payloads only. */
export const asksOnce = (text: string): boolean => onceLine.test(text);

export const readAnnotations = (lines: readonly string[]): Annotations => {
  const value = (name: string): string | undefined => {
    const line = lines.find((each) => each.startsWith(`@${name}:`));
    return line?.slice(name.length + 2).trim() || undefined;
  };
  const timeoutMs = goDurationMs(value("timeout") ?? "");
  return {
    host: value("Host"),
    sni: value("tls-sni")?.replace(/^https?:\/\//, ""),
    timeoutMs: timeoutMs === undefined ? undefined : Math.min(Math.max(Math.ceil(timeoutMs), 1), mostMs),
  };
};

/** The URL at the host that `@Host` names; scheme and port stay unless it names others. Undefined when it is none. */
export const atHost = (url: WireUrl, host: string): WireUrl | undefined => {
  const [, scheme = url.scheme, authority = ""] = /^(?:(https?):\/\/)?([^/?#]*)/i.exec(host) ?? [];
  const hasPort = /:\d+$/.test(authority);
  const isDefault = url.port === (url.scheme === "https" ? 443 : 80);
  const port = hasPort || isDefault ? "" : `:${url.port}`;
  return parseWireUrl(`${scheme.toLowerCase()}://${authority}${port}${url.path}`);
};
