import { addressOf, dnsSite } from "../../../unit/engines/scan/key-cases/dns-site.ts";
import { httpSite, pageSite, pathsSite, type SeenRequest } from "../../../unit/engines/scan/key-cases/http-site.ts";
import type { EngineCase } from "../engine-case.ts";

const name = "www.garrison.test";
const withBody = ({ method, path, body }: SeenRequest): string => `${method} ${path}${body === "" ? "" : ` ${body}`}`;

/** Tells a name, and says "ok" to it when asked with it. */
const context = (told: string) =>
  httpSite(({ path, body }) => (path === "/context" ? told : body === "name=garrison" ? "ok" : "no"), {
    show: withBody,
  });

const first = { file: "workflow/race-context-share-template-1.yaml", asked: ["GET /context"] };
const second = { file: "workflow/race-context-share-template-2.yaml" };
const both = { file: "workflow/race-context-share-workflow.yaml" };
const shared = { file: "workflow/dns-value-share-template-3.yaml" };
const address = { file: "workflow/dns-value-share-template-1.yaml", asked: [`A ${name}`] };

export const workflowCases: readonly EngineCase[] = [
  // These two have neither matchers nor extractors.
  { file: "workflow/http-2.yaml", name: "sent", site: pageSite("x"), results: 0, asked: ["GET /http2"] },
  { file: "workflow/http-3.yaml", name: "sent", site: pageSite("x"), results: 0, asked: ["GET /http3"] },
  { file: "workflow/nomatch-1.yaml", name: "no match", site: pageSite("random"), results: 0, asked: ["GET /"] },
  { file: "workflow/nomatch-1.yaml", name: "match", site: pageSite("Random"), results: 1, asked: ["GET /"] },
  {
    ...address,
    name: "the address is extracted",
    site: dnsSite(() => ({ answers: [addressOf(name)] })),
    results: 1,
    found: ["127.0.0.7"],
  },
  { ...address, name: "no address", site: dnsSite(() => ({ rcode: 3 })), results: 0 },
  {
    ...shared,
    name: "a value that a person gave, in the body",
    site: httpSite(({ body }) => (body.startsWith("127.0.0.7") ? "ok" : "no"), { show: withBody }),
    variables: { extracted: "127.0.0.7" },
    results: 1,
    asked: ["GET / 127.0.0.7"],
  },
  {
    ...shared,
    name: "without the value nothing is sent",
    site: pageSite("ok"),
    results: 0,
    asked: [],
    errors: ["unresolved"],
  },
  {
    ...first,
    name: "the name is extracted",
    site: pathsSite({ "/context": '{"name": "garrison"}' }),
    results: 1,
    found: ["garrison"],
  },
  { ...first, name: "no json", site: pathsSite({ "/context": "garrison" }), results: 0 },
  {
    ...second,
    name: "a value that a person gave",
    site: context(""),
    variables: { whoami: "garrison" },
    results: 1,
    asked: ["POST / name=garrison"],
  },
  {
    ...second,
    name: "without the value nothing is sent",
    site: context(""),
    results: 0,
    asked: [],
    errors: ["unresolved"],
  },
  {
    ...both,
    name: "what the first extracts is known to the second, whose result alone is reported",
    site: context('{"name": "garrison"}'),
    results: 1,
    asked: ["GET /context", "POST / name=garrison"],
  },
  {
    ...both,
    name: "the value is another one",
    site: context('{"name": "fortress"}'),
    results: 0,
    asked: ["GET /context", "POST / name=fortress"],
  },
  {
    ...both,
    name: "nothing is extracted, and the second is not run",
    site: context("garrison"),
    results: 0,
    asked: ["GET /context"],
  },
];
