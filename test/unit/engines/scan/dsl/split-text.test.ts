import assert from "node:assert/strict";
import { splitText } from "../../../../../src/engines/scan/dsl/split-text.ts";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";
import { printed } from "../../../../../src/engines/scan/value/printed.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";
import { setup } from "./sample.ts";

/** Renders a text as templates do. Only for texts without characters beyond ASCII in markers. */
const rendered = async (source: string, variables: Readonly<Record<string, Value>> = {}): Promise<string> => {
  const pieces = splitText(source);
  if ("kind" in pieces) return pieces.problem;
  const scope = new Variables(undefined, variables);
  const texts = pieces.map(async (piece) => {
    if (typeof piece === "string") return piece;
    const named = piece.name === undefined ? undefined : scope.get(piece.name);
    if (named !== undefined) return printed(named);
    return piece.expression?.evaluateAsync(scope, setup()).then(printed, () => piece.marker) ?? piece.marker;
  });
  return (await Promise.all(texts)).join("");
};

const cases: readonly (readonly [source: string, expected: string, variables?: Readonly<Record<string, Value>>])[] = [
  ["{{url_encode('test}aaa')}}", "test%7Daaa"],
  ["{{hex_encode('{{')}}", "7b7b"],
  [`{{concat("{{", 123, "*", 123, "}}")}}`, "{{123*123}}"],
  [`{{"{{" + '123*123' + "}}"}}`, `{{"{{" + '123*123' + "}}"}}`],
  [`{{a + '123*123' + b}}`, "aa123*123bb", { a: "aa", b: "bb" }],
  ["{{1+1}} {{10*2}} {{}} {{'a'}}", "{{1+1}} {{10*2}} {{}} {{'a'}}"],
  ["{{hex_encode(Item)}}\r\n", "50494e47\r\n", { Item: "PING" }],
  ["{{someTestData}}{{hex_encode('PING')}}", "{{someTestData}}50494e47"],
  [
    `P_{{base64("{\\"iwp_action\\":\\"add_site\\",\\"params\\":{\\"username\\":\\"\\"}}")}}`,
    "P_eyJpd3BfYWN0aW9uIjoiYWRkX3NpdGUiLCJwYXJhbXMiOnsidXNlcm5hbWUiOiIifX0=",
  ],
  ["/?x={{body}}", `/?x={{md5("Hello")}}`, { body: `{{md5("Hello")}}` }],
  ["{{base64('{{Host}}')}}", "MTI3LjAuMC4x", { Host: "127.0.0.1" }],
  ["{{base64({{Host}})}}", "MTI3LjAuMC4x", { Host: "127.0.0.1" }],
  ["foo-bar: {{foo-bar}}", "foo-bar: baz", { "foo-bar": "baz" }],
  ["{{body != ''}}", "true", { body: "{{contact_id}}" }],
  ["§a§ § b § §c", "x § b § §c", { a: "x", b: "y" }],
  ["{{{a}}} {{ a }} {{foo {{a}}", "{{{a}}} x {{foo x", { a: "x" }],
  ["{{base64()}} {{missing(1)}} {{md5(missing)}}", "{{base64()}} {{missing(1)}} {{md5(missing)}}"],
  [`{{range.constructor("return 1")()}}`, `{{range.constructor("return 1")()}}`],
  ["{{n}}", "1000000", { n: 1_000_000 }],
];

describe("texts of templates", () => {
  for (const [source, expected, variables] of cases) {
    it(`evaluate what nuclei evaluates and leave the rest: ${source}`, async () => {
      assert.equal(await rendered(source, variables), expected);
    });
  }

  it("tell that they need a helper that is refused", () => {
    const refused = splitText("a{{base64(generate_java_gadget('a', 'b', 'c'))}}");
    assert.ok("kind" in refused);
    assert.match(refused.problem, /generate_java_gadget/);
  });

  it("are cut in time that grows with their length, whatever they hold", () => {
    for (const part of ["{{", "}}", "{{'", "{{a(", "§", "{{x}}", "{{'}}", "{{a + "]) {
      const source = part.repeat(20_000);
      const start = performance.now();
      splitText(source);
      const tookMs = performance.now() - start;
      assert.ok(tookMs < 5_000, `${part}: ${tookMs} ms`);
    }
  });
});
