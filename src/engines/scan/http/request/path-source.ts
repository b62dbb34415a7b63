import type { Section } from "../../template/section.ts";
import type { TextPattern } from "../../template/text.ts";
import { type TargetValues, urlValues } from "../../target/target-values.ts";
import type { WireUrl } from "../target.ts";
import { shareHeaders } from "../http1/request-text.ts";
import type { RequestDefaults } from "../plan.ts";
import { HeaderList } from "./header-list.ts";
import { type CommonPatterns, compileOrComplain, renderHeaders } from "./patterns.ts";
import type { RequestSettings } from "./settings.ts";
import {
  type MadeRequest,
  type MakingContext,
  type RequestSource,
  type UnmadeRequest,
  unresolvedRequest,
} from "./source.ts";
import { withTargetQuery } from "./target-query.ts";
import { wireUrlOf } from "./wire-text.ts";

export interface PathSetup {
  readonly method: string;
  readonly common: CommonPatterns;
  readonly settings: RequestSettings;
  /** Whether placeholders without a value are sent as they are. */
  readonly skipCheck: boolean;
  /** Requests that are meant to be odd go without the headers that browsers send. */
  readonly plain: boolean;
}

const noValues: TargetValues = new Map();
/** Text, or a part of the target that is no URL. */
const leadsNowhere = /^(?!https?:\/\/|\{\{|§)|^\{\{(?:Hostname|Host|Port|Path|File)\}\}/i;
const portAfterName = /^(\{\{(?:BaseURL|RootURL)\}\}):(\d+)/;
const slashAfterName = /^\{\{[a-zA-Z]+\}\}\//;

/** Compiles the paths of a block: one request each. */
export const compilePaths = (section: Section, setup: PathSetup): readonly RequestSource[] =>
  section.strings("path").flatMap(({ value, line }, at) => {
    const key = `path[${at}]`;
    if (leadsNowhere.test(value)) {
      section.complain("invalid", key, "must begin with {{BaseURL}}, another placeholder or an http(s) URL", line);
      return [];
    }
    const [, name = "", port] = portAfterName.exec(value) ?? [];
    if (Number(port) > 65_535) section.complain("invalid", key, `there is no port ${port ?? ""}`, line);
    const source = port === undefined ? value : name + value.slice(name.length + 1 + port.length);
    const pattern = compileOrComplain(section, key, source, line);
    if (pattern === undefined) return [];
    const number = port === undefined ? undefined : Number(port);
    return [new PathSource(setup, value, pattern, number, slashAfterName.test(source))];
  });

interface KnownHeaders {
  readonly defaults: RequestDefaults;
  readonly host: string;
  readonly headers: readonly string[];
}

/** Headers of requests whose templates name none, by the defaults of the run. */
const ofBareRequests = new WeakMap<RequestDefaults, KnownHeaders>();

class PathSource implements RequestSource {
  readonly text: string;
  readonly once = false;
  readonly #setup: PathSetup;
  readonly #pattern: TextPattern;
  /** Written right after the leading placeholder, in place of the target's. */
  readonly #port: number | undefined;
  readonly #trailingSlash: boolean;
  /** Headers without placeholders are the same for all requests with these defaults. */
  #made: KnownHeaders | undefined;

  constructor(setup: PathSetup, text: string, pattern: TextPattern, port: number | undefined, trailingSlash: boolean) {
    this.#setup = setup;
    this.text = text;
    this.#pattern = pattern;
    this.#port = port;
    this.#trailingSlash = trailingSlash;
  }

  async make(context: MakingContext): Promise<MadeRequest | UnmadeRequest> {
    const { target, dsl, cookies } = context;
    const { method, common, settings, skipCheck } = this.#setup;
    // What is there already is not waited for: this is the whole cost of most requests.
    const values = context.scope(this.#own(target));
    const scope = values instanceof Promise ? await values : values;
    const unresolved: string[] = [];
    const rendered = this.#pattern.render(scope, dsl, unresolved);
    const text = typeof rendered === "string" ? rendered : await rendered;
    const url = wireUrlOf(text, target);
    if (url === undefined) {
      if (!skipCheck) {
        const missing = unresolvedRequest(text, unresolved);
        if (missing !== undefined) return missing;
      }
      return { kind: "protocol", url: text, message: "the path gives no URL for this target" };
    }
    const full = target === undefined ? url : withTargetQuery(url, target);
    const headers = this.#known(context, full) ?? (await this.#headers(context, full, scope, unresolved));
    if (typeof headers === "string") return { kind: "protocol", url: full.href, message: headers };
    const body =
      common.body === undefined ? undefined : (await common.body.render(scope, dsl, unresolved)) || undefined;
    const missing = skipCheck ? undefined : unresolvedRequest(full.href, unresolved);
    if (missing !== undefined) return missing;
    const { redirects, maxRedirects, maxBytes, digest } = settings;
    // Written out: a copy of the settings for each request would cost more than the rest of it.
    const request = { method, url: full, headers, body, redirects, maxRedirects, maxBytes, digest, cookies };
    return { scope, request };
  }

  /** Whether the template says nothing of headers: so do most, whose requests then have the same ones. */
  get #isBare(): boolean {
    return this.#setup.common.headers.length === 0 && !this.#setup.plain;
  }

  #own(target: WireUrl | undefined): TargetValues {
    return target === undefined ? noValues : urlValues(target, this.#trailingSlash, this.#port);
  }

  #known({ defaults }: MakingContext, { host }: WireUrl): readonly string[] | undefined {
    const made = this.#isBare ? ofBareRequests.get(defaults) : this.#made;
    return made?.defaults === defaults && made.host === host ? made.headers : undefined;
  }

  /** Or why they cannot be sent. */
  async #headers(
    { defaults, dsl }: MakingContext,
    url: WireUrl,
    scope: MadeRequest["scope"],
    unresolved: string[],
  ): Promise<readonly string[] | string> {
    const { common } = this.#setup;
    const list = new HeaderList(this.#setup.plain ? [] : browserHeaders(defaults));
    const own = await renderHeaders(common, scope, dsl, unresolved);
    for (let at = 0; at + 1 < own.length; at += 2) list.set(own[at] ?? "", own[at + 1] ?? "");
    list.setAll(defaults.headers);
    const problem = list.problem();
    if (problem !== undefined) return problem;
    const headers = list.pairs(url);
    const made = { defaults, host: url.host, headers };
    if (this.#isBare) {
      ofBareRequests.set(defaults, made);
      shareHeaders(headers);
    }
    if (common.staticHeaders) this.#made = made;
    return headers;
  }
}

const browserHeaders = ({ userAgent }: RequestDefaults): readonly string[] => [
  "User-Agent",
  userAgent,
  "Accept",
  "*/*",
  "Accept-Language",
  "en",
  "Accept-Encoding",
  "gzip",
];
