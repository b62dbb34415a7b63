import { joinedSites, siteNamed } from "../../../support/scan-sites/derived-sites.ts";
import { addressOf, dnsSite } from "../../../unit/engines/scan/key-cases/dns-site.ts";
import { pageSite, pathsSite } from "../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import type { EngineCase } from "../engine-case.ts";

const name = "www.garrison.test";

/** A website whose name is another name for `alias`. */
const hosted = (alias: string, body: string): Site =>
  joinedSites(
    siteNamed(name, pageSite(body)),
    dnsSite(() => ({ answers: [{ type: "CNAME", name, ttl: 60, data: alias }] })),
  );

const conditional = { file: "flow/conditional-flow.yaml" };
const probe = {
  file: "flow/dns-ns-probe.yaml",
  asked: [`NS ${name}`, "A ns1.garrison.test", "A ns2.garrison.test"],
};

/** A zone with two name servers, of which those named have an address. */
const servers = (known: readonly string[]): Site =>
  dnsSite(({ type, name: asked }) => {
    if (type === "A") return { answers: known.includes(asked) ? [addressOf(asked)] : [] };
    const named = ["ns1.garrison.test", "ns2.garrison.test"];
    return { answers: named.map((data) => ({ type: "NS", name, ttl: 60, data })) };
  });

const hidden = { file: "flow/flow-hide-matcher.yaml" };
const emails = { file: "flow/iterate-values-flow.yaml" };
const page = "[secrets@scanme.sh superadmin@scanme.sh]";
const users = ["/user/c2VjcmV0c0BzY2FubWUuc2g=", "/user/c3VwZXJhZG1pbkBzY2FubWUuc2g="] as const;
const asked = ["GET /", `GET ${users[0]}`, `GET ${users[1]}`];

export const flowCases: readonly EngineCase[] = [
  {
    ...conditional,
    name: "the second protocol after a hidden match of the first",
    site: hosted("cname.vercel-dns.com", "<html></html>"),
    results: 1,
    asked: ["GET /", `CNAME ${name}`],
  },
  {
    ...conditional,
    name: "no match of the first",
    site: hosted("cname.vercel.com", "<html></html>"),
    results: 0,
    asked: [`CNAME ${name}`],
  },
  {
    ...conditional,
    name: "no match of the second",
    site: hosted("cname.vercel-dns.com", "<body>"),
    results: 0,
    asked: ["GET /", `CNAME ${name}`],
  },
  {
    ...probe,
    name: "a question for each value that was extracted",
    site: servers(["ns1.garrison.test", "ns2.garrison.test"]),
    results: 2,
    found: ["127.0.0.7", "127.0.0.7"],
  },
  { ...probe, name: "one of them has no address", site: servers(["ns2.garrison.test"]), results: 1 },
  { ...hidden, name: "the hidden match is no result", site: pageSite("ok"), results: 0, asked: ["GET /", "GET /"] },
  { ...hidden, name: "nothing matches", site: pageSite("no"), results: 0, asked: ["GET /"] },
  {
    ...hidden,
    name: "both match",
    site: pageSite("ok: Failed event"),
    results: 1,
    asked: ["GET /", "GET /"],
  },
  {
    ...emails,
    name: "a request for each value, with its result",
    site: pathsSite({ "/": page, [users[0]]: "Welcome !", [users[1]]: "Welcome !" }),
    results: 2,
    found: ["secrets@scanme.sh", "superadmin@scanme.sh"],
    asked,
  },
  {
    ...emails,
    name: "one of them is unknown",
    site: pathsSite({ "/": page, [users[1]]: "Welcome !" }),
    results: 1,
    found: ["superadmin@scanme.sh"],
    asked,
  },
];
