/** A request as the pages and weaknesses of the practice website see it. */
export interface SiteRequest {
  /** Upper case, as sent. */
  readonly method: string;
  /** Path and query as sent, at most 4,096 characters. */
  readonly target: string;
  /** The path alone, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Value of the request header with this lower-case name; empty when absent. */
  readonly header: (name: string) => string;
  /** At most 64 KiB, read as UTF-8. */
  readonly body: string;
}

/** A response, before the headers of its application are added. Header names are lower case. */
export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const answer =
  (type: string) =>
  (body: string | Buffer, status = 200): SiteAnswer => ({ status, headers: { "content-type": type }, body });

export const html = answer("text/html; charset=utf-8");
export const text = answer("text/plain; charset=utf-8");
export const bytes = answer("application/octet-stream");
const jsonText = answer("application/json");

export const json = (value: unknown, status = 200): SiteAnswer => jsonText(JSON.stringify(value), status);

/** A redirect to `location`, which may hold visible ASCII characters only; anything else is answered with 400. */
export const redirect = (location: string, status = 302): SiteAnswer =>
  /^[\x21-\x7e]+$/.test(location)
    ? { status, headers: { location, "content-type": "text/plain; charset=utf-8" }, body: "Moved.\n" }
    : text("Bad redirect target.\n", 400);
