import type { Section } from "../../template/section.ts";
import type { TextPattern } from "../../template/text.ts";
import { urlValues } from "../../target/target-values.ts";
import { asksOnce, atHost, readAnnotations } from "../raw/annotations.ts";
import { mergePath } from "../raw/merge-path.ts";
import { type RawText, readRawText, withHeadersAfterHost } from "../raw/raw-text.ts";
import type { WireUrl } from "../target.ts";
import { HeaderList, token } from "./header-list.ts";
import { type CommonPatterns, compileOrComplain, renderHeaders, withWireLineEnds } from "./patterns.ts";
import type { RequestSettings } from "./settings.ts";
import {
  type MadeRequest,
  type MakingContext,
  type RequestSource,
  type UnmadeRequest,
  unresolvedRequest,
} from "./source.ts";
import { encodeBytes, wireUrlOf } from "./wire-text.ts";

export interface RawSetup {
  readonly common: CommonPatterns;
  readonly settings: RequestSettings;
  /** Whether placeholders without a value are sent as they are. */
  readonly skipCheck: boolean;
  /** The bytes go as they are written, on a connection of their own. */
  readonly unsafe: boolean;
  readonly readAll: boolean;
  /** Whether the target's path is put before that of the request. */
  readonly mergesPath: boolean;
}

/** Compiles the raw requests of a block. */
export const compileRaws = (section: Section, setup: RawSetup): readonly RequestSource[] =>
  section.strings("raw").flatMap(({ value, line }, at) => {
    const key = `raw[${at}]`;
    const pattern = compileOrComplain(section, key, withWireLineEnds(value), line);
    if (pattern === undefined) return [];
    const [head = ""] = value.split("\n").filter((each) => !each.startsWith("@"));
    if (head.trim() === "") section.complain("invalid", key, "has no request line", line);
    const first = compileOrComplain(section, key, head, line);
    return first === undefined ? [] : [new RawSource(setup, value, pattern, first)];
  });

const malformed = "the raw request has no line of method, path and version";

class RawSource implements RequestSource {
  readonly text: string;
  readonly once: boolean;
  readonly #setup: RawSetup;
  readonly #pattern: TextPattern;
  /** The request line, which names the target of a request that brings its own. */
  readonly #first: TextPattern;

  constructor(setup: RawSetup, text: string, pattern: TextPattern, first: TextPattern) {
    this.text = text;
    this.once = asksOnce(text);
    this.#setup = setup;
    this.#pattern = pattern;
    this.#first = first;
  }

  async make(context: MakingContext): Promise<MadeRequest | UnmadeRequest> {
    const { dsl, target } = context;
    const { unsafe, skipCheck } = this.#setup;
    const own = target === undefined ? await this.#ownTarget(context) : target;
    if ("message" in own) return own;
    const scope = await context.scope(urlValues(own, false));
    const unresolved: string[] = [];
    const text = await this.#pattern.render(scope, dsl, unresolved);
    const raw = readRawText(text, unsafe);
    if (raw === undefined) return { kind: "protocol", url: own.href, message: malformed };
    const path = this.#path(raw, own, target === undefined);
    const base: WireUrl = { ...own, path, href: own.origin + path };
    const { host, sni, timeoutMs } = readAnnotations(raw.annotations);
    const url = host === undefined ? base : atHost(base, host);
    if (url === undefined) return { kind: "protocol", url: base.href, message: `@Host: ${host ?? ""} is no host` };
    const sent = unsafe
      ? this.#asWritten(raw, path, context)
      : await this.#sent(raw, own, url, context, scope, unresolved);
    if (typeof sent === "string") return { kind: "protocol", url: url.href, message: sent };
    const { method, headers, body, bytes } = sent;
    const missing = skipCheck ? undefined : unresolvedRequest(url.href, unresolved);
    if (missing !== undefined) return missing;
    const { settings, readAll } = this.#setup;
    const { cookies } = context;
    return {
      scope,
      request: {
        method,
        url,
        headers,
        body,
        ...settings,
        ...(cookies === undefined ? {} : { cookies }),
        ...(bytes === undefined ? {} : { raw: bytes, ...(readAll ? { readAll } : {}) }),
        ...(sni === undefined ? {} : { sni: sniOf(sni, raw, url, scope) }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
    };
  }

  /** The URL in the request line; where that has only a path, at the host that the Host header names. */
  async #ownTarget(context: MakingContext): Promise<WireUrl | UnmadeRequest> {
    const { dsl } = context;
    const scope = await context.scope(new Map());
    const unresolved: string[] = [];
    const line = readRawText(await this.#first.render(scope, dsl, unresolved), true);
    const path = line?.path ?? "";
    const direct = wireUrlOf(path);
    if (direct !== undefined) return direct;
    const text = readRawText(await this.#pattern.render(scope, dsl), this.#setup.unsafe);
    const host = text === undefined ? undefined : new HeaderList(text.headers).get("host");
    const url = host === undefined || path === "" ? undefined : wireUrlOf(`http://${host}${path}`);
    return (
      url ??
      unresolvedRequest(path, unresolved) ?? {
        kind: "protocol",
        url: path,
        message: "a request that brings its own target needs a URL in its first line, or a Host header",
      }
    );
  }

  #path({ path }: RawText, own: WireUrl, bringsTarget: boolean): string {
    if (bringsTarget) return own.path;
    const { unsafe, mergesPath } = this.#setup;
    const asGiven = own.href.slice(own.origin.length);
    const isUrl = /^https?:\/\//i.test(path);
    // What is not the path of an unsafe request line, such as the URL that a proxy is asked for, stays as written.
    if (unsafe && (isUrl || (path !== "" && !/^[/?]/.test(path)))) return isUrl ? own.path : `/${path}`;
    const relative = isUrl ? path.replace(/^https?:\/\/[^/?#]*/i, "") : path;
    const merged = mergePath(asGiven, relative, mergesPath);
    return unsafe ? merged : encodeBytes(merged);
  }

  #asWritten(raw: RawText, path: string, { defaults }: MakingContext): SentParts {
    const { request, pathAt, path: written } = raw;
    const keeps = pathAt === -1 || !/^[/?]/.test(written);
    const bytes = keeps ? request : request.slice(0, pathAt) + path + request.slice(pathAt + written.length);
    return {
      method: raw.method,
      headers: raw.headers,
      body: raw.body === "" ? undefined : raw.body,
      bytes: withHeadersAfterHost(bytes, defaults.headers),
    };
  }

  /** Or why it cannot be sent. */
  async #sent(
    raw: RawText,
    own: WireUrl,
    url: WireUrl,
    { defaults, dsl }: MakingContext,
    scope: MadeRequest["scope"],
    unresolved: string[],
  ): Promise<SentParts | string> {
    const { common } = this.#setup;
    if (!token.test(raw.method)) return `"${raw.method.slice(0, 100)}" is no method; only unsafe requests may have it`;
    if (raw.method === "CONNECT")
      return "CONNECT would turn the target into a tunnel; only unsafe requests may have it";
    const list = new HeaderList(raw.headers);
    list.setDefault("Host", own.host);
    const over = await renderHeaders(common, scope, dsl, unresolved);
    for (let at = 0; at + 1 < over.length; at += 2) list.set(over[at] ?? "", over[at + 1] ?? "");
    const body = common.body === undefined ? raw.body : await common.body.render(scope, dsl, unresolved);
    list.setDefault("User-Agent", defaults.userAgent);
    if (raw.method !== "HEAD" && !list.has("range")) list.setDefault("Accept-Encoding", "gzip");
    list.setAll(defaults.headers);
    const problem = list.problem();
    if (problem !== undefined) return problem;
    return { method: raw.method, headers: list.pairs(url), body: body === "" ? undefined : body, bytes: undefined };
  }
}

interface SentParts {
  readonly method: string;
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly bytes: string | undefined;
}

/** `request.host` and `interactsh-url` are no names but say which. */
const sniOf = (sni: string, raw: RawText, url: WireUrl, scope: MadeRequest["scope"]): string => {
  if (sni === "request.host") return hostOf(raw, url);
  const oob = sni === "interactsh-url" ? scope.get(sni) : undefined;
  return typeof oob === "string" ? oob : sni;
};

const hostOf = (raw: RawText, url: WireUrl): string => {
  const host = new HeaderList(raw.headers).get("host") ?? "";
  return (host === "" ? url.hostname : host).replace(/:\d+$/, "");
};
