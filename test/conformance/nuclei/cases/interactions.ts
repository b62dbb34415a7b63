import { applicationSite } from "../../../support/scan-sites/application-site.ts";
import { oobDomain, type Outside } from "../../../support/scan-sites/outside.ts";
import type { Answer, HttpSiteOptions, SeenRequest } from "../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import type { EngineCase } from "../engine-case.ts";

const urls = new RegExp(`[a-z0-9]+\\.${oobDomain.replaceAll(".", "\\.")}`);

const site = (answer: (request: SeenRequest, outside: Outside) => Promise<Answer>): Site => {
  const show: HttpSiteOptions["show"] = ({ method, path }) => `${method} ${path.replace(urls, "URL")}`;
  return applicationSite(answer, { show });
};

const urlIn = (text: unknown): string => urls.exec(String(text))?.[0] ?? "";

/** Looks up what it is asked for, and has this status. */
const curious = (status: number): Site =>
  site(async ({ path }, outside) => {
    await outside.lookUp(urlIn(path));
    return { status };
  });

const geoping = (status: number): Site =>
  site(async ({ path }, outside) => {
    if (path === "/") return { status };
    await outside.lookUp(urlIn(path));
    return "";
  });

const either = ["GET /?action=curltest&url=URL"];
const both = ["GET /api/geoping/URL", "GET /"];
const three = ["GET /?p=a", "GET /?p=b", "GET /?p=c"];

export const interactionCases: readonly EngineCase[] = [
  {
    file: "protocols/http/default-matcher-condition.yaml",
    name: "the status alone",
    site: site(() => Promise.resolve("")),
    results: 1,
    asked: either,
  },
  {
    file: "protocols/http/default-matcher-condition.yaml",
    name: "the interaction alone",
    site: curious(404),
    results: 1,
    asked: either,
  },
  {
    file: "protocols/http/default-matcher-condition.yaml",
    name: "an interaction by another protocol",
    site: site(async ({ path }, outside) => {
      await outside.fetch(urlIn(path));
      return { status: 404 };
    }),
    results: 0,
    asked: either,
  },
  {
    file: "protocols/http/interactsh-requests-mc-and.yaml",
    name: "an interaction of the first request and the status of the second",
    site: geoping(200),
    results: 1,
    asked: both,
  },
  {
    file: "protocols/http/interactsh-requests-mc-and.yaml",
    name: "the second has another status",
    site: geoping(500),
    results: 0,
    asked: both,
  },
  {
    file: "protocols/http/interactsh-requests-mc-and.yaml",
    name: "no interaction",
    site: site(() => Promise.resolve("")),
    results: 0,
    asked: both,
  },
  {
    file: "protocols/http/interactsh-with-payloads.yaml",
    name: "an interaction for each payload",
    site: site(async ({ headers }, outside) => {
      await outside.lookUp(urlIn(headers["url"]));
      return "";
    }),
    results: 3,
    asked: three,
    unordered: true,
  },
  {
    file: "protocols/http/interactsh-with-payloads.yaml",
    name: "an interaction for one of them",
    site: site(async ({ path, headers }, outside) => {
      if (path === "/?p=b") await outside.lookUp(urlIn(headers["url"]));
      return "";
    }),
    results: 1,
    asked: three,
    unordered: true,
  },
];
