import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../../../src/base/random.ts";
import { ControlError, readOrCreateToken, readToken, type ControlErrorCode } from "../../../src/control/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

const refused = (call: Promise<unknown>, code: ControlErrorCode): Promise<void> =>
  assert.rejects(call, (error) => {
    assert.ok(error instanceof ControlError, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  });

describe("the operator token's file", () => {
  const dir = tempDir("token");
  after(() => dir.remove());
  let count = 0;
  const fresh = (): string => join(dir.path, `case-${(count += 1)}`, "deep", "operator-token");

  it("is made once, for its owner alone, whoever starts at the same time", async () => {
    const file = fresh();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => readOrCreateToken(file, systemRandom)));
    assert.equal(new Set(tokens).size, 1);
    assert.match(tokens[0] ?? "", /^[A-Za-z0-9_-]{43}$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(file, "..")).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(join(file, "..")), ["operator-token"]);
    assert.equal(await readToken(file), tokens[0]);
    assert.equal(readFileSync(file, "utf8").trim(), tokens[0]);
  });

  it("is not made by those who only read it", async () => {
    await refused(readToken(fresh()), "token-missing");
  });

  it("is refused when others may use it, or it is no file with a token", async () => {
    const made = async (): Promise<string> => {
      const file = fresh();
      await readOrCreateToken(file, systemRandom);
      return file;
    };
    for (const mode of [0o640, 0o604, 0o620, 0o602]) {
      const file = await made();
      chmodSync(file, mode);
      await refused(readOrCreateToken(file, systemRandom), "token-unsafe");
      await refused(readToken(file), "token-unsafe");
    }
    for (const content of ["", "short\n", "x".repeat(44), `${"x".repeat(43)}\nmore`, "x".repeat(2_000)]) {
      const file = await made();
      writeFileSync(file, content);
      await refused(readOrCreateToken(file, systemRandom), "token-unsafe");
    }
    const target = await made();
    symlinkSync(target, `${target}-link`);
    await refused(readToken(`${target}-link`), "token-unsafe");
    mkdirSync(`${target}-dir`, { mode: 0o700 });
    await refused(readToken(`${target}-dir`), "token-unsafe");
    // A pipe that nobody writes to would be waited for without end.
    execFileSync("mkfifo", ["-m", "600", `${target}-pipe`]);
    await refused(readToken(`${target}-pipe`), "token-unsafe");
  });
});
