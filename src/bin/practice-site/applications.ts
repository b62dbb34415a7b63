import { html, json, redirect, type SiteAnswer, type SiteRequest } from "./exchange.ts";
import { escapeHtml } from "./html.ts";
import { blogPages } from "./pages/blog.ts";
import { docsPages } from "./pages/docs.ts";
import { homePages } from "./pages/home.ts";
import type { Page } from "./pages/page.ts";
import { shopPages } from "./pages/shop.ts";
import { staffPages } from "./pages/staff.ts";

export type ApplicationName = "main" | "shop" | "blog" | "docs" | "staff" | "api";

/** A part of the site with its own software: its own pages, headers and way to say "not here". */
export interface Application {
  readonly name: ApplicationName;
  /** Starts and ends with a slash. */
  readonly mount: string;
  readonly pages: readonly Page[];
  /** The answer to a path that nothing else answers. */
  readonly missing: (request: SiteRequest) => SiteAnswer;
}

/** Headers of a server without weaknesses. Each application sends these, less what its weaknesses omit. */
export const soundHeaders: Readonly<Record<string, string>> = {
  server: "nginx",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
  "referrer-policy": "strict-origin-when-cross-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

const notFound = (request: SiteRequest): SiteAnswer =>
  html(
    `<!doctype html>\n<html lang="en">\n<head><title>404 Not Found</title></head>\n<body><h1>Not Found</h1>\n<p>The address ${escapeHtml(request.target)} was not found on this server.</p></body>\n</html>\n`,
    404,
  );

/**
 * Answers 200 to every path, with prose that holds the words that careless checks look for. A scanner that looks at
 * the status and one word reports hundreds of findings here.
 */
const friendlyMissing = (request: SiteRequest): SiteAnswer =>
  html(`<!doctype html>
<html lang="en">
<head><title>We could not find that</title></head>
<body>
<h1>We could not find that</h1>
<p>There is nothing at ${escapeHtml(request.target)}. Did you look for one of our articles?</p>
<ul>
<li>At the root: what the [core] of a barometer is made of. root:x marks the spot.</li>
<li>How phpinfo() and PHP Version numbers got into our catalogue</li>
<li>Index of articles, Apache Server Status of the year, and the Swagger of our sailors</li>
<li>
DB_PASSWORD=what-not-to-write-on-a-note
CREATE TABLE and INSERT INTO: carpentry for data people
</li>
</ul>
</body>
</html>
`);

/** The six parts, the most specific mounts first. */
export const applications: readonly Application[] = [
  { name: "shop", mount: "/shop/", pages: shopPages, missing: notFound },
  { name: "blog", mount: "/blog/", pages: blogPages, missing: friendlyMissing },
  { name: "docs", mount: "/docs/", pages: docsPages, missing: notFound },
  {
    name: "staff",
    mount: "/staff/",
    pages: staffPages,
    missing: (request) => redirect(`/staff/login?next=${encodeURIComponent(request.target)}`),
  },
  {
    name: "api",
    mount: "/api/",
    pages: [],
    missing: (request) => json({ ok: false, error: "unknown call", call: request.target }),
  },
  { name: "main", mount: "/", pages: homePages, missing: notFound },
];
