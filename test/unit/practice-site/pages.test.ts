import assert from "node:assert/strict";
import { Pool } from "undici";
import { type PracticeSite, startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { htmlFaults } from "../../support/html-faults.ts";

interface Visited {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const visit = async (pool: Pool, path: string): Promise<Visited> => {
  const { statusCode, headers, body } = await pool.request({ path, method: "GET" });
  return { path, status: statusCode, type: String(headers["content-type"]), body: await body.text() };
};

/** Follows all links from the home page, each address once. */
const crawl = async (pool: Pool, origin: string): Promise<readonly Visited[]> => {
  const seen = new Set(["/"]);
  const visited: Visited[] = [];
  for (let wave = ["/"]; wave.length > 0;) {
    const found = await Promise.all(wave.map((path) => visit(pool, path)));
    visited.push(...found);
    const links = found.flatMap(({ path, body }) =>
      [...body.matchAll(/<a href="([^"]+)"/g)].map((link) => new URL(link[1] ?? "", origin + path)),
    );
    const inside = links.filter((link) => link.origin === origin).map(({ pathname }) => pathname);
    wave = [...new Set(inside)].filter((path) => !seen.has(path));
    for (const path of wave) seen.add(path);
  }
  return visited;
};

describe("the pages of the practice website", () => {
  let site: PracticeSite;
  let pool: Pool;
  let visited: readonly Visited[];
  let pages: readonly Visited[];

  before(async () => {
    site = await startPracticeSite();
    pool = new Pool(site.url, { connections: 8 });
    visited = await crawl(pool, site.url);
    pages = visited.filter(({ type }) => type.startsWith("text/html"));
  });
  after(async () => {
    await pool.destroy();
    await site.close();
  });

  it("are 300 or more, each with its own content", () => {
    const contents = new Set(pages.map(({ body }) => /<main>(.*)<\/main>/s.exec(body)?.[1] ?? ""));
    assert.ok(contents.size >= 300, `${contents.size} different pages`);
    assert.equal(contents.size, pages.length);
  });

  it("are linked without a broken link", () => {
    assert.deepEqual(
      visited.filter(({ status }) => status !== 200).map(({ path }) => path),
      [],
    );
  });

  it("are well-formed HTML", () => {
    const faulty = pages.flatMap(({ path, body }) => htmlFaults(body).map((fault) => `${path}: ${fault}`));
    assert.deepEqual(faulty, []);
  });

  it("are the same at every start", async () => {
    const other = await startPracticeSite();
    const otherPool = new Pool(other.url, { connections: 1 });
    try {
      for (const path of ["/", "/shop/barometers/marine", "/blog/2024/autumn/harbours", "/staff/elif-costa"]) {
        assert.deepEqual(await visit(otherPool, path), await visit(pool, path));
      }
    } finally {
      await otherPool.destroy();
      await other.close();
    }
  });
});
