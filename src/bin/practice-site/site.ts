import { type Application, applications, soundHeaders } from "./applications.ts";
import { decoys } from "./decoys.ts";
import { html, redirect, type SiteAnswer, type SiteRequest, text } from "./exchange.ts";
import { renderPage } from "./pages/page.ts";
import { weaknesses } from "./weaknesses/index.ts";
import type { RouteAnswerer } from "./weaknesses/weakness.ts";

interface MountedApplication extends Application {
  readonly headers: Readonly<Record<string, string>>;
  /** Path → HTML document. */
  readonly documents: ReadonlyMap<string, string>;
}

const mount = (application: Application): MountedApplication => {
  const { name } = application;
  const omitted = new Set(weaknesses.flatMap((weakness) => weakness.omits?.[name] ?? []));
  const sound = Object.entries(soundHeaders).filter(([header]) => !omitted.has(header));
  const added = weaknesses.flatMap((weakness) => Object.entries(weakness.headers?.[name] ?? {}));
  const head = weaknesses.flatMap((weakness) => weakness.head?.[name] ?? []).join("\n");
  return {
    ...application,
    headers: Object.fromEntries([...sound, ...added]),
    documents: new Map(application.pages.map((page) => [page.path, renderPage(page, head)])),
  };
};

const mounted: readonly MountedApplication[] = applications.map(mount);

const styleSheet: RouteAnswerer = () => ({
  status: 200,
  headers: { "content-type": "text/css; charset=utf-8" },
  body: "body { font-family: serif; max-width: 60rem; margin: auto; }\n",
});

const routes: ReadonlyMap<string, RouteAnswerer> = new Map([
  ["/assets/site.css", styleSheet],
  ...Object.entries(decoys),
  ...weaknesses.flatMap((weakness) => Object.entries(weakness.routes ?? {})),
]);

const answerPage = (application: MountedApplication, request: SiteRequest): SiteAnswer => {
  const document = application.documents.get(request.path);
  if (document === undefined) {
    return application.documents.has(`${request.path}/`)
      ? redirect(`${request.path}/`, 301)
      : application.missing(request);
  }
  if (request.method === "GET" || request.method === "HEAD") return html(document);
  const refused = text("Method not allowed.\n", 405);
  return { ...refused, headers: { ...refused.headers, allow: "GET, HEAD" } };
};

/** What the practice website says to a request: a weakness or a decoy, else a page, else "not here". */
export const answerRequest = (request: SiteRequest): SiteAnswer => {
  const application = mounted.find((candidate) => `${request.path}/`.startsWith(candidate.mount));
  if (application === undefined) return text("Bad request target.\n", 400);
  const answer = routes.get(request.path)?.(request) ?? answerPage(application, request);
  return { ...answer, headers: { ...application.headers, ...answer.headers } };
};
