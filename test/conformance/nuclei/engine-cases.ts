/** What the small server of a case is asked. */
export interface Asked {
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly location?: string;
  /** Leaves the Date header out, which every other answer has. */
  readonly withoutDate?: boolean;
}

/** A run of one public template against a small server, and what nuclei's rules make of it. */
export interface EngineCase {
  /** Below `engine-cases`. */
  readonly file: string;
  readonly name: string;
  readonly answer: (asked: Asked) => Answer;
  /** Number of results, from reading the template. */
  readonly results: number;
  /** What the server is asked, in order. */
  readonly asked: readonly string[];
}

/** `/`, `/1` … up to `/last` redirect; what comes then is the page. */
const redirectsUpTo =
  (last: number, body: string) =>
  ({ url }: Asked): Answer => {
    const at = Number(url.slice(1));
    return at < last ? { status: 302, location: `/${at + 1}` } : { body };
  };

const redirected = "This is test disable redirects matcher text";
const neverMatching = [
  { file: "protocols/http/matcher-status-and.yaml", word: "this_will_never_match_anything" },
  { file: "protocols/http/matcher-status-and-cluster.yaml", word: "this_will_also_never_match" },
].flatMap(({ file, word }): readonly EngineCase[] => [
  { file, name: "status without word", answer: () => ({ body: "ok" }), results: 0, asked: ["/"] },
  { file, name: "word without status", answer: () => ({ status: 404, body: word }), results: 0, asked: ["/"] },
  { file, name: "word and status", answer: () => ({ body: `a ${word} b` }), results: 1, asked: ["/"] },
]);

/** At least one for each template of `engine-cases` that is supported. */
export const engineCases: readonly EngineCase[] = [
  {
    file: "protocols/http/disable-redirects.yaml",
    name: "two redirects are followed",
    answer: redirectsUpTo(2, redirected),
    results: 1,
    asked: ["/", "/1", "/2"],
  },
  {
    file: "protocols/http/disable-redirects.yaml",
    name: "a third redirect is not",
    answer: redirectsUpTo(3, redirected),
    results: 0,
    asked: ["/", "/1", "/2"],
  },
  {
    file: "protocols/http/get-headers.yaml",
    name: "the header is sent",
    answer: ({ headers }) => ({ body: headers["test"] === "nuclei" ? "This is test headers matcher text" : "" }),
    results: 1,
    asked: ["/"],
  },
  {
    file: "protocols/http/get-query-string.yaml",
    name: "the query is sent",
    answer: ({ url }) => ({ body: url === "/?test=nuclei" ? "This is test querystring matcher text" : "" }),
    results: 1,
    asked: ["/?test=nuclei"],
  },
  {
    file: "protocols/http/get-sni.yaml",
    name: "the word is there",
    answer: () => ({ body: "test-ok" }),
    results: 1,
    asked: ["/"],
  },
  {
    file: "protocols/http/get-sni.yaml",
    name: "the word is there in other letters",
    answer: () => ({ body: "Test-OK" }),
    results: 0,
    asked: ["/"],
  },
  ...neverMatching,
  {
    file: "protocols/http/stop-at-first-match-with-extractors.yaml",
    name: "what is extracted without a matcher stops nothing",
    answer: () => ({ body: "This is test" }),
    results: 2,
    asked: ["/?a=1", "/?a=2"],
  },
  {
    file: "protocols/http/stop-at-first-match-with-extractors.yaml",
    name: "nothing is extracted",
    answer: () => ({ withoutDate: true }),
    results: 0,
    asked: ["/?a=1", "/?a=2"],
  },
  // These two have neither matchers nor extractors.
  { file: "workflow/http-2.yaml", name: "sent", answer: () => ({ body: "x" }), results: 0, asked: ["/http2"] },
  { file: "workflow/http-3.yaml", name: "sent", answer: () => ({ body: "x" }), results: 0, asked: ["/http3"] },
  {
    file: "workflow/nomatch-1.yaml",
    name: "no match",
    answer: () => ({ body: "random" }),
    results: 0,
    asked: ["/"],
  },
  { file: "workflow/nomatch-1.yaml", name: "match", answer: () => ({ body: "Random" }), results: 1, asked: ["/"] },
];
