import { type PlaceholderValues, renderText } from "../template/placeholders.ts";
import type { HttpBlock, PathPattern, RedirectPolicy, Template } from "../template/template.ts";
import { parseTarget, parseWireUrl, targetValues, type WireUrl } from "./target.ts";

/** What every request carries unless its template says otherwise. */
export interface RequestDefaults {
  readonly userAgent: string;
  /** Sent over what a template says, such as an authorisation for the target. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the variables that a person gave. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A request ready to be sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: WireUrl;
  /** Names and values in turn. Host is among them only when it is not the URL's. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
  readonly redirects: RedirectPolicy;
  readonly maxRedirects: number;
  /** Bytes of the body to read; undefined for the client's limit. */
  readonly maxBytes: number | undefined;
}

/** A request of a template for a target, with the block whose operators judge its responses. */
export interface PlannedRequest {
  readonly block: HttpBlock;
  readonly values: PlaceholderValues;
  /** The URL as the template gives it. */
  readonly source: string;
  /** Undefined when `source` is no URL for this target, such as one whose port is out of range. */
  readonly request: HttpRequest | undefined;
}

/**
 * The requests that a template sends to a target, block by block in the order of its paths, before anything is sent.
 * Redirects come on top. The same arguments give the same plan.
 *
 * @throws ScanError `invalid-target`, `invalid-option` for a variable of the template without a value
 */
export const planRequests = (
  template: Template,
  target: string,
  defaults: RequestDefaults,
): readonly PlannedRequest[] => {
  const parsed = parseTarget(target);
  return template.http.flatMap((block) => planBlock(block, parsed, defaults));
};

/** What the requests of a block have in common while their paths continue the target alike. */
interface Shared {
  readonly values: PlaceholderValues;
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

const planBlock = (block: HttpBlock, target: WireUrl, defaults: RequestDefaults): readonly PlannedRequest[] => {
  const alike = new Map<string, Shared>();
  const sharedBy = (path: PathPattern): Shared => {
    const key = `${path.port ?? ""} ${path.trailingSlash}`;
    const known = alike.get(key);
    if (known !== undefined) return known;
    const values = { ...defaults.variables, ...targetValues(target, path) };
    const headers = requestHeaders(block, values, defaults);
    const made = { values, headers, body: block.body === undefined ? undefined : renderText(block.body, values) };
    alike.set(key, made);
    return made;
  };
  return block.paths.map((path) => {
    const { values, headers, body } = sharedBy(path);
    const source = renderText(path.text, values);
    const url = parseWireUrl(source, target);
    if (url === undefined) return { block, values, source, request: undefined };
    const { method, redirects, maxRedirects, maxBytes } = block;
    const request = { method, url: withTargetQuery(url, target), headers, body, redirects, maxRedirects, maxBytes };
    return { block, values, source, request };
  });
};

const requestHeaders = (block: HttpBlock, values: PlaceholderValues, defaults: RequestDefaults): readonly string[] => {
  const headers = new Map<string, readonly [name: string, value: string]>();
  const set = (name: string, value: string): void => {
    headers.set(name.toLowerCase(), [name, value]);
  };
  set("User-Agent", defaults.userAgent);
  set("Accept", "*/*");
  set("Accept-Language", "en");
  set("Accept-Encoding", "gzip");
  for (const { name, value } of block.headers) set(name, renderText(value, values));
  for (const [name, value] of Object.entries(defaults.headers)) set(name, value);
  return [...headers.values()].flat();
};

/** The parameters of the target's own query go along with every request that does not set them itself. */
const withTargetQuery = (url: WireUrl, target: WireUrl): WireUrl => {
  const own = parametersOf(target.path);
  if (own.length === 0) return url;
  const present = new Set(parametersOf(url.path).map(nameOf));
  const added = own.filter((parameter) => !present.has(nameOf(parameter))).join("&");
  if (added === "") return url;
  const at = url.path.indexOf("?");
  const path = at === -1 ? `${url.path}?${added}` : `${url.path.slice(0, at + 1)}${added}&${url.path.slice(at + 1)}`;
  return { ...url, path, href: url.origin + path };
};

const parametersOf = (path: string): readonly string[] => {
  const at = path.indexOf("?");
  return at === -1
    ? []
    : path
        .slice(at + 1)
        .split("&")
        .filter((parameter) => parameter !== "");
};

const nameOf = (parameter: string): string => parameter.split("=", 1)[0] ?? "";
