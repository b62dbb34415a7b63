import fc from "fast-check";

/** What YAML, patterns, expressions, scripts and numbers stumble over. */
const snippets = [
  "{{", "}}", "§", "- ", ": ", "[", "]", "{", "}", "'", '"', "\n", "\t", "&a ", "*a", "!!binary ", "|", "? ", "<<: ",
  "\0", "é", "\u{1f600}", "---\n", "%YAML 9\n", "null", "true", "-1", "0", "1.5", "9".repeat(40), "1e999",
  "{{a}}", "{{BaseURL}}", "{{interactsh-url}}", "{{randstr}}", "{{rand_int(1,9)}}", "{{repeat('a', 999999999)}}",
  "{{md5(body)}}", "{{wait_for(9)}}", "{{a + b}}", "{{'unclosed}}", "((((", "))))", "(?i)", "(a+)+$", "[^", "\\", "$(",
  "&& ", "|| ", "!", "==", " and ", ".*.*.*.*x", "{0,1000}", "while(true){}", "http();", "http(2) && ", "for(;;) http();",
  "throw 1;", "set('a', template);", "matchers-condition: and\n", "threads: 99\n", "race: true\n", "race_count: 99999\n",
  "unsafe: true\n", "pipeline: true\n", "iterate-all: true\n", "attack: clusterbomb\n", "negative: true\n",
  "internal: true\n", "stop-at-first-match: true\n", "type: dsl", "type: xpath", "type: json", "type: binary",
  "payloads: {a: [b, c]}\n", "http:\n", "dns:\n", "ssl:\n", "network:\n", "file:\n", "websocket:\n", "workflows:\n",
  "flow: http()\n", "variables: {a: '{{b}}', b: '{{a}}'}\n", "self-contained: true\n", "\r\n\r\n", "HTTP/1.1", "@timeout: 1s\n",
] as const; // prettier-ignore

/** A change, at places that are parts of the text so that they fit every text. */
const edit = (originals: readonly string[]): fc.Arbitrary<(text: string) => string> => {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const lines = originals.flatMap((text) => text.split("\n"));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(place, fc.nat(12), fc.constantFrom("", ...snippets))
        .map(([at, cut, put]) => (text: string) => {
          const start = Math.floor(at * text.length);
          return text.slice(0, start) + put + text.slice(start + cut);
        }),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(place, fc.constantFrom(...lines), fc.boolean()).map(([at, line, over]) => (text: string) => {
        const all = text.split("\n");
        const row = Math.floor(at * all.length);
        // With the indentation of the place it often is a key of the same mapping.
        const indent = /^\s*/.exec(all[row] ?? "")?.[0] ?? "";
        return all.toSpliced(row, over ? 1 : 0, indent + line.trimStart()).join("\n");
      }),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(place, place).map(([from, to]) => (text: string) => {
        const all = text.split("\n");
        const [moved = ""] = all.splice(Math.floor(from * all.length), 1);
        return all.toSpliced(Math.floor(to * all.length), 0, moved).join("\n");
      }),
    },
  );
};

/** Templates that are made from others by one to six changes. */
export const mutatedTemplate = (originals: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...originals), fc.array(edit(originals), { minLength: 1, maxLength: 6 }))
    .map(([original, edits]) => edits.reduce((text, change) => change(text), original));
