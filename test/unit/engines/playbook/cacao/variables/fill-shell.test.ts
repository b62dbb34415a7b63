import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { VariableError } from "../../../../../../src/engines/playbook/cacao/errors.ts";
import { fill } from "../../../../../../src/engines/playbook/cacao/variables/fill.ts";
import { parseTemplate } from "../../../../../../src/engines/playbook/cacao/variables/parse-template.ts";
import { declared, scopeOf, tainted } from "./scopes.ts";

const shellOf = (template: string, value: string): string => fill(parseTemplate(template), tainted(value), "shell");

/** Commands that print the value and a NUL, whatever it is; the second is what is around it. */
const places: readonly (readonly [string, (value: string) => string])[] = [
  ["printf '%s\\0' __v__:value", (value) => value],
  ["printf '%s\\0' a__v__:value.b # not __this__", (value) => `a${value}.b`],
  ['x="$HOME"; printf "%s\\0" "it\'s"__v__:value\'"\'', (value) => `it's${value}"`],
  ["printf %s\\\\0 __v__:value__v__:value", (value) => value + value],
  ["v=__v__:value; printf '%s\\0' \"${v}\"", (value) => value],
  ["printf '%s\\0' __v__:value>&1", (value) => value],
  ["(printf '%s\\0' \\#__v__:value)", (value) => `#${value}`],
];

const nasty = [
  "",
  "'",
  "''",
  '"',
  "\\",
  "\\'",
  "$(id)",
  "`id`",
  "${HOME}",
  "$HOME",
  ";id",
  "| id",
  "&",
  "\n",
  "\n\nid\n",
  "#x",
  "~",
  "*",
  "?",
  "[a]",
  "{a,b}",
  "-n",
  "--",
  "if",
  "done",
  "a=b",
  "PATH=x",
  "2",
  "0",
  "!",
  "!!",
  "%s",
  "\\0",
  "\r\n",
  "\u2028",
  "日本",
  "🜁",
  "' $(id) '",
  "a'b'c",
];
const value = fc
  .oneof(
    fc.constantFrom(...nasty),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom("'", '"', "\\", "$", "(", ")", "`", "\n", " ", "a", ";", "=", "<", ">", "#", "2"),
      maxLength: 12,
    }),
  )
  .filter((text) => !text.includes("\0"));

describe("values in shell text", () => {
  for (const shell of ["/bin/sh", "/bin/bash"].filter((path) => existsSync(path))) {
    it(`are what ${shell} sees, whatever they are`, () => {
      fc.assert(
        fc.property(fc.array(value, { minLength: 50, maxLength: 120, size: "max" }), (values) => {
          const all = [...values, ...nasty].flatMap((text) =>
            places.map(([template, around]) => ({ text, template, around })),
          );
          const script = all.map(({ template, text }) => shellOf(template, text)).join("\n");
          const { stdout, status } = spawnSync(shell, ["-s"], { input: script, encoding: "utf8", timeout: 20_000 });
          assert.equal(status, 0);
          const seen = stdout.split("\0").slice(0, -1);
          assert.deepEqual(
            seen,
            all.map(({ around, text }) => around(text)),
          );
        }),
        { numRuns: 3 },
      );
    });
  }

  it("stand as they are when they mean nothing to a shell", () => {
    assert.equal(shellOf("block __v__:value", "10.0.0.1/32"), "block 10.0.0.1/32");
    assert.equal(shellOf('block "ip __v__:value"', "fd00::1"), 'block "ip fd00::1"');
    assert.equal(shellOf("a=$(dig __v__:value)", "example.com"), "a=$(dig example.com)");
  });

  it("are refused where they cannot be quoted", () => {
    const refused = [
      "echo '__v__:value'",
      'echo "__v__:value"',
      "echo $(cat __v__:value)",
      "echo `cat __v__:value`",
      "cat <<E\n__v__:value\nE",
      "echo ${x:-__v__:value}",
      "echo $((1 + __v__:value))",
      "echo \\__v__:value",
      "echo $__v__:value",
      "echo $'a __v__:value'",
      "# __v__:value",
      'echo "a\\"__v__:value',
      'echo "$(echo a)" __v__:value',
      "echo \\ #'\n__v__:value'",
      "echo $\\\n__v__:value",
      "cat <\\\n<E\n__v__:value",
      "(( x = __v__:value ))",
      "for ((i = 0; i < __v__:value; i++)); do :; done",
      "[[ __v__:value -gt 5 ]]",
      "a[__v__:value]=1",
      "let x=__v__:value",
      "true; eval __v__:value",
    ];
    for (const template of refused) {
      assert.throws(
        () => shellOf(template, "a b; id"),
        (error) => error instanceof VariableError && error.code === "unsafe" && error.variable === "__v__",
        template,
      );
    }
  });

  it("are quoted behind words that only look like such places", () => {
    for (const template of ["ls ( x )", "[ -f x ]", "lets x", "x=eval"].map((before) => `${before} __v__:value`)) {
      assert.match(shellOf(template, "a b; id"), / 'a b; id'$/, template);
    }
  });

  it("are evaluated nowhere in bash, which computes with what is quoted", () => {
    const marks = mkdtempSync(join(tmpdir(), "garrison-shell-"));
    const mark = join(marks, "executed");
    const values = [`$(touch ${mark})`, `a[$(touch ${mark})]`, `a[\`touch ${mark}\`]`];
    const templates = [
      "((__v__:value))",
      "[[ __v__:value -gt 5 ]]",
      "[[ -v __v__:value ]]",
      "x[__v__:value]=1",
      "let __v__:value",
    ];
    try {
      for (const template of templates) {
        for (const text of values) {
          try {
            spawnSync("/bin/bash", ["-c", shellOf(template, text)], { timeout: 5_000 });
          } catch (thrown) {
            assert.ok(thrown instanceof VariableError, String(thrown));
          }
          assert.ok(!existsSync(mark), `${template} with ${text}`);
        }
      }
    } finally {
      rmSync(marks, { recursive: true });
    }
  });

  it("become the name of no shell variable, of no descriptor, and have no NUL", () => {
    for (const template of [
      "echo $__v__:value",
      'echo "$__v__:value"',
      "echo ${__v__:value}",
      "echo $(echo $__v__:value)",
    ]) {
      assert.throws(() => shellOf(template, "HOME"), { code: "unsafe" }, template);
    }
    assert.equal(shellOf("echo __v__:value>f", "2"), "echo '2'>f");
    assert.throws(() => shellOf("echo __v__:value", "a\0b"), { code: "unsafe" });
  });

  it("of the playbook itself are its text, quotes and all", () => {
    const scope = scopeOf([declared("__c__", "string", "touch 'a b' "), declared("__v__", "string", null)]);
    scope.assign("__v__", "x y", true);
    assert.equal(fill(parseTemplate("__c__:value__v__:value"), scope, "shell"), "touch 'a b' 'x y'");
    scope.assign("__c__", "echo '", false);
    assert.throws(() => fill(parseTemplate("__c__:value__v__:value'"), scope, "shell"), { code: "unsafe" });
  });
});
