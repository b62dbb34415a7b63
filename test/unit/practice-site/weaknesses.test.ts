import assert from "node:assert/strict";
import { request } from "undici";
import { type PracticeSite, startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { weaknesses } from "../../../src/bin/practice-site/weaknesses/index.ts";

interface Evidence {
  readonly path: string;
  readonly post?: string;
  readonly origin?: string;
  readonly status?: number;
  /** Found in the response: status line, headers, empty line, body. */
  readonly shows?: RegExp;
  /** Not found in the response. */
  readonly lacks?: RegExp;
}

/** The request that shows each weakness, and what shows it. */
const evidence: Readonly<Record<string, Evidence>> = {
  "actuator-env": { path: "/staff/actuator/env", shows: /"propertySources":\[\{/ },
  "backup-archive": { path: "/shop/backup.zip", shows: /application\/zip\n[^]*\n\nPK[^]*shop\/README/ },
  "config-backup": { path: "/blog/wp-config.php.bak", shows: /\n\n<\?php[^]*'DB_PASSWORD', '/ },
  "cors-reflection": {
    path: "/api/",
    origin: "https://elsewhere.example",
    shows: /allow-origin: https:\/\/elsewhere\.example\n[^]*allow-credentials: true/,
  },
  "debug-console": { path: "/api/console", shows: /EVALEX = true/ },
  "default-login": {
    path: "/staff/grafana/login",
    post: '{"user":"admin","password":"admin"}',
    shows: /set-cookie: grafana_session=[^]*Logged in/,
  },
  "directory-listing": { path: "/uploads/", shows: /<title>Index of \/uploads<\/title>[^]*Parent Directory/ },
  "dotenv-file": { path: "/shop/.env", shows: /^DB_PASSWORD=\S+$/m },
  "ds-store": { path: "/.DS_Store", shows: /\n\n[^]{4}Bud1/ },
  "generator-tag": { path: "/blog/", shows: /content="WordPress 5\.8\.1"/ },
  "git-config": { path: "/.git/config", shows: /^\[core\]$[^]*^\[remote "origin"\]$/m },
  "graphql-introspection": {
    path: "/api/graphql",
    post: '{"query":"{__schema{types{name}}}"}',
    shows: /"queryType":\{/,
  },
  "htpasswd-file": { path: "/staff/.htpasswd", shows: /^intranet:\$apr1\$/m },
  "install-page": { path: "/blog/wp-admin/install.php", shows: /name="weblog_title"/ },
  "log-file": { path: "/blog/wp-content/debug.log", shows: /PHP Fatal error:/ },
  "open-redirect": {
    path: "/go?url=https%3A%2F%2Felsewhere.example%2F",
    status: 302,
    shows: /^location: https:\/\/elsewhere\.example\/$/m,
  },
  "openapi-document": { path: "/api/openapi.json", shows: /"openapi":"3\./ },
  "outdated-library": { path: "/shop/", shows: /<script src="[^"]*jquery-1\.8\.3/ },
  "package-manifest": { path: "/shop/package.json", shows: /"dependencies":\{/ },
  "path-traversal": { path: "/docs/download?file=../../../etc/passwd", shows: /^root:x:0:0:/m },
  "phpinfo-page": { path: "/blog/info.php", shows: /phpinfo\(\)[^]*PHP Extension/ },
  "reflected-input": { path: "/shop/search?q=%3Cb%3Ebold", shows: /text\/html[^]*<b>bold/ },
  "robots-file": { path: "/robots.txt", shows: /^Disallow: \/admin-2019\/$/m },
  "security-headers": { path: "/blog/", lacks: /^(x-frame-options|content-security-policy):/m },
  "server-status": { path: "/server-status", shows: /Apache Server Status for/ },
  "server-version": { path: "/blog/", shows: /^server: Apache\/2\.4\.41[^]*^x-powered-by: PHP\/7\.4\.3$/m },
  "session-cookie": { path: "/shop/", shows: /^set-cookie: connect\.sid=/m, lacks: /httponly/i },
  "sql-dump": { path: "/backup.sql", shows: /^CREATE TABLE/m },
  "stack-trace": { path: "/shop/product?id=%27", status: 500, shows: /at findProduct \(\/srv\/shop/ },
  "svn-entries": { path: "/blog/.svn/entries", shows: /\n\n10\n\ndir\n/ },
  "template-injection": { path: "/api/greet?name=%24%7B7*7%7D", shows: /Hello 49!/ },
};

const ask = async (site: PracticeSite, { path, post, origin }: Evidence): Promise<{ status: number; text: string }> => {
  const { statusCode, headers, body } = await request(`${site.url}${path}`, {
    method: post === undefined ? "GET" : "POST",
    body: post ?? null,
    headers: origin === undefined ? {} : { origin },
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\n`);
  return { status: statusCode, text: `${lines.join("")}\n${await body.text()}` };
};

describe("the weaknesses of the practice website", () => {
  let site: PracticeSite;
  before(async () => {
    site = await startPracticeSite();
  });
  after(() => site.close());

  it("are 12 or more, each with evidence here", () => {
    const ids = weaknesses.map(({ id }) => id);
    assert.ok(ids.length >= 12);
    assert.deepEqual([...ids].sort(), Object.keys(evidence).sort());
  });

  for (const [id, expected] of Object.entries(evidence)) {
    it(`shows ${id}`, async () => {
      const { status, text } = await ask(site, expected);
      assert.equal(status, expected.status ?? 200);
      if (expected.shows !== undefined) assert.match(text, expected.shows);
      if (expected.lacks !== undefined) assert.doesNotMatch(text, expected.lacks);
    });
  }

  it("give nothing of the machine: only the pretend file is there", async () => {
    for (const file of ["/etc/hostname", "../../../../etc/hostname", "../package.json", "....//....//etc/passwd"]) {
      const { status } = await ask(site, { path: `/docs/download?file=${encodeURIComponent(file)}` });
      assert.equal(status, 404, file);
    }
    const { text } = await ask(site, { path: "/api/greet?name=%24%7Bprocess.pid%7D" });
    assert.match(text, /Hello \$\{process\.pid\}!/);
  });

  it("let no line break into a redirect header", async () => {
    const { status } = await ask(site, { path: "/go?url=%2F%0D%0Aset-cookie%3A%20a%3Db" });
    assert.equal(status, 400);
  });
});
