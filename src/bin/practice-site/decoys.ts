import { html, json, text } from "./exchange.ts";
import { escapeHtml } from "./html.ts";
import type { RouteAnswerer } from "./weaknesses/weakness.ts";

/**
 * Answers that look like a weakness and are none, one for each way in which a careless check is fooled. A scanner
 * that reports one of them has reported a false positive.
 */
export const decoys: Readonly<Record<string, RouteAnswerer>> = {
  // A manual page about the file instead of the file.
  "/docs/.env": () =>
    html(
      "<!doctype html><html lang=en><title>Environment files</title><pre>\nDB_PASSWORD=your-password-here\nAPP_KEY=put-it-here\n</pre>",
    ),
  // Known and refused.
  "/docs/.git/config": () => text("[core] is not for you\n", 403),
  // Prose about dumps with the words of a dump.
  "/docs/backup.sql": () =>
    html(
      "<!doctype html><html lang=en><title>Backups</title><p>-- MySQL dump, then CREATE TABLE `x` and INSERT INTO `x`.</p>",
    ),
  // The health of the company's own servers, in words.
  "/docs/server-status": () =>
    html("<!doctype html><html lang=en><title>Server Status</title><p>All servers are up. Server uptime: good.</p>"),
  // A closed actuator that names what it does not show.
  "/api/actuator/env": () => json({ status: "disabled", hint: "propertySources and activeProfiles are not shown" }),
  // Echoes the query, but in a response that no browser renders as a page.
  "/api/search": (request) => json({ query: request.query.get("q"), found: [] }),
  // Echoes the query, escaped.
  "/blog/": (request) => {
    const wanted = request.query.get("s");
    return wanted === null
      ? undefined
      : html(`<!doctype html><html lang=en><title>Search</title><p>Nothing about ${escapeHtml(wanted)}.</p>`);
  },
  // Shows where a link leads instead of going there.
  "/docs/go": (request) =>
    html(
      `<!doctype html><html lang=en><title>Leaving</title><p>You leave for ${escapeHtml(request.query.get("url") ?? "")}</p>`,
    ),
  // Any origin, but without credentials: meant for public data.
  "/docs/api/": () => {
    const answer = json({ manuals: 60 });
    return { ...answer, headers: { ...answer.headers, "access-control-allow-origin": "*" } };
  },
  // Asks for a password instead of giving the file.
  "/staff/.git/config": () => text("Log in first.\n", 401),
  // Was there once.
  "/shop/composer.lock": () => text("Gone.\n", 410),
  // A robots file that hides nothing.
  "/docs/robots.txt": () => text("User-agent: *\nDisallow:\n"),
};
