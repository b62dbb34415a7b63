import {
  type Answer,
  httpSite,
  pathsSite,
  type SeenRequest,
} from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { blockText, templateText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const uploads = (keep: boolean): Site => {
  const kept = new Map<string, string>();
  return httpSite(({ method, path, body }): Answer => {
    if (method === "PUT") {
      if (keep) kept.set(path, body);
      return { status: 201 };
    }
    return kept.get(path) ?? { status: 404 };
  });
};

const coupon = (uses: number): Site => {
  const used = new Map<string, number>();
  return httpSite(({ body }): Answer => {
    const count = (used.get(body) ?? 0) + 1;
    used.set(body, count);
    return count <= uses ? "applied" : { status: 409 };
  });
};

const isMultipart = ({ headers, body }: SeenRequest): boolean => {
  const [, boundary = ""] = /boundary=(\S+)/.exec(String(headers["content-type"])) ?? [];
  return boundary !== "" && body.startsWith(`--${boundary}\r\n`) && body.includes('filename="a.php"\r\n');
};

/** Requests that need what came before them, or come at the same moment. */
export const chainCases: readonly CorpusCase[] = [
  {
    name: "a file that is put and then there",
    template: templateText(`variables: {name: "{{to_lower(rand_base(6))}}"}
http:
  - raw:
      - |
        PUT /files/{{name}}.txt HTTP/1.1
        Host: {{Hostname}}

        {{md5(name)}}
      - |
        GET /files/{{name}}.txt HTTP/1.1
        Host: {{Hostname}}
    matchers: [{type: dsl, dsl: ["status_code_1 == 201 && contains(body_2, md5(name))"]}]`),
    positive: uploads(true),
    nearMiss: uploads(false),
  },
  {
    name: "a form with a file",
    template: blockText(
      "http",
      `raw:
  - |
    POST /upload HTTP/1.1
    Host: {{Hostname}}
    Content-Type: multipart/form-data; boundary=----{{randstr}}

    ------{{randstr}}
    Content-Disposition: form-data; name="file"; filename="a.php"

    <?php echo 1;
    ------{{randstr}}--
matchers: [{type: word, words: [stored]}]`,
    ),
    positive: httpSite((request) => (isMultipart(request) ? "stored" : "no")),
    nearMiss: httpSite((request) => (isMultipart(request) ? "refused" : "stored")),
  },
  {
    name: "a coupon that works more than once when it is used at the same moment",
    template: blockText(
      "http",
      `raw:
  - |
    POST /coupon HTTP/1.1
    Host: {{Hostname}}

    code={{randstr}}
race: true
race_count: 3
matchers: [{type: status, status: [409], negative: true}]`,
    ),
    positive: coupon(3),
    found: ["k", "k", "k"],
    nearMiss: coupon(0),
  },
  {
    name: "a page of each that the first one names",
    template: blockText(
      "http",
      `raw:
  - |
    GET /list HTTP/1.1
    Host: {{Hostname}}
  - |
    GET /item/{{id}} HTTP/1.1
    Host: {{Hostname}}
iterate-all: true
extractors: [{type: regex, name: id, internal: true, part: body_1, group: 1, regex: ["id=(\\\\d+)"]}]
matchers: [{type: word, part: body_2, words: [private]}]`,
    ),
    positive: pathsSite({ "/list": "id=1 id=2 id=3", "/item/1": "", "/item/2": "", "/item/3": "private" }),
    nearMiss: pathsSite({
      "/list": "id=1 id=2 id=4",
      "/item/1": "",
      "/item/2": "",
      "/item/3": "private",
      "/item/4": "",
    }),
  },
  {
    name: "a second block that uses what the first one extracted",
    template: templateText(`http:
  - path: ["{{BaseURL}}/version"]
    extractors: [{type: json, name: build, internal: true, json: [.build]}]
  - path: ["{{BaseURL}}/static/{{build}}/app.js"]
    matchers: [{type: word, words: [sourceMappingURL]}]`),
    positive: pathsSite({ "/version": '{"build":"b42"}', "/static/b42/app.js": "//# sourceMappingURL=app.js.map" }),
    nearMiss: pathsSite({ "/version": '{"build":"b43"}', "/static/b42/app.js": "//# sourceMappingURL=app.js.map" }),
  },
];
