import assert from "node:assert/strict";
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../src/base/random.ts";
import { CallTokens, ControlError, createCallerToken, type ControlErrorCode } from "../../../src/control/index.ts";
import type { Role } from "../../../src/wire/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const refused = (call: Promise<unknown>, code: ControlErrorCode, message: RegExp): Promise<void> =>
  assert.rejects(call, (error) => {
    assert.ok(error instanceof ControlError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });

describe("tokens of callers", () => {
  const folder = tempDir("call-tokens");
  const random = seededRandom(1);
  let clock: ManualClock;
  let log: CapturedLog;
  let open: CallTokens[];
  let count = 0;
  beforeEach(() => {
    clock = new ManualClock();
    log = new CapturedLog();
    open = [];
    count += 1;
  });
  afterEach(() => {
    for (const tokens of open) tokens.close();
  });
  after(() => folder.remove());

  const fileOf = (name: string): string => join(folder.path, `${name}-${count}`);
  const made = async (name: string, role: Role): Promise<{ name: string; role: Role; file: string }> => {
    await createCallerToken(fileOf(name), random);
    return { name, role, file: fileOf(name) };
  };
  const started = async (
    ...tokens: readonly { readonly name: string; readonly role: Role; readonly file: string }[]
  ): Promise<CallTokens> => {
    const setup = { tokenFile: fileOf("operator"), tokens, clock, random, log: log.logger };
    const opened = await CallTokens.open(setup);
    open.push(opened);
    return opened;
  };
  const secret = (name: string): string => readFileSync(fileOf(name), "utf8").trim();
  const roleOf = ({ book }: CallTokens, token: string): string => {
    const caller = book.callerOf(`Bearer ${token}`);
    return typeof caller === "object" ? `${caller.name} ${caller.role}` : caller;
  };
  const becomes = (tokens: CallTokens, token: string, role: string): Promise<void> =>
    until(
      () => {
        clock.advance(2_000);
        return roleOf(tokens, token) === role;
      },
      () => [roleOf(tokens, token), log.lines],
    );

  it("say who calls, the operator token beside them", async () => {
    const tokens = await started(await made("viv", "viewer"), await made("opal", "operator"));
    assert.equal(roleOf(tokens, secret("viv")), "viv viewer");
    assert.equal(roleOf(tokens, secret("opal")), "opal operator");
    assert.equal(roleOf(tokens, secret("operator")), "operator admin");
    assert.equal(tokens.book.operatorToken, secret("operator"));
    assert.equal(roleOf(tokens, "x".repeat(43)), "wrong");
    assert.equal(statSync(fileOf("viv")).mode & 0o777, 0o600);
  });

  it("are good no more when their file is replaced, opened to others, or gone; and again when it is mended", async () => {
    const tokens = await started(await made("viv", "viewer"));
    const old = secret("viv");
    await createCallerToken(fileOf("next"), random);
    const next = secret("next");
    renameSync(fileOf("next"), fileOf("viv"));
    await becomes(tokens, next, "viv viewer");
    assert.equal(roleOf(tokens, old), "wrong");
    chmodSync(fileOf("viv"), 0o644);
    await becomes(tokens, next, "wrong");
    chmodSync(fileOf("viv"), 0o600);
    await becomes(tokens, next, "viv viewer");
    rmSync(fileOf("viv"));
    await becomes(tokens, next, "wrong");
    assert.equal(roleOf(tokens, secret("operator")), "operator admin");
    const said = log.lines.filter(({ caller }) => caller === "viv").map(({ msg }) => msg);
    assert.equal(said.length, 3, said.join("\n"));
    assert.match(said[0] ?? "", /chmod 600/);
    assert.match(said[1] ?? "", /good again/);
    assert.match(said[2] ?? "", /there is no token of viv/);
  });

  it("of the operator is made anew when its file is removed: so it is changed without a restart", async () => {
    const tokens = await started();
    const old = secret("operator");
    rmSync(fileOf("operator"));
    await becomes(tokens, old, "wrong");
    assert.notEqual(secret("operator"), old);
    assert.equal(roleOf(tokens, secret("operator")), "operator admin");
  });

  it("are looked at when a node starts: missing, short, open to others, or the same twice", async () => {
    const entry = (name: string) => ({ name, role: "viewer" as const, file: fileOf(name) });
    await refused(started(entry("nobody")), "token-missing", /no token of nobody at .*garrison token create/);
    writeFileSync(fileOf("short"), "x".repeat(31), { mode: 0o600 });
    await refused(started(entry("short")), "token-unsafe", /32 to 200 printable characters/);
    writeFileSync(fileOf("open"), "x".repeat(43), { mode: 0o644 });
    await refused(started(entry("open")), "token-unsafe", /chmod 600/);
    writeFileSync(fileOf("one"), "x".repeat(43), { mode: 0o600 });
    writeFileSync(fileOf("two"), `${"x".repeat(43)}\n`, { mode: 0o600 });
    await refused(started(entry("one"), entry("two")), "token-unsafe", /two has the same token as one/);
  });

  it("are never written over what is there", async () => {
    await made("kept", "viewer");
    const before = secret("kept");
    await refused(createCallerToken(fileOf("kept"), random), "token-exists", /is there already/);
    assert.equal(secret("kept"), before);
  });
});
