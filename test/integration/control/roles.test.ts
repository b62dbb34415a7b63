import assert from "node:assert/strict";
import {
  controlService,
  eventService,
  roleAllows,
  roles,
  runService,
  scanService,
  type Method,
  type Role,
} from "../../../src/wire/index.ts";
import { callerTokens, ControlNode, startCluster, token } from "./control-node.ts";
import { first } from "./first.ts";
import { rawCall, type RawOutcome } from "./raw-call.ts";
import { refuses } from "./refuses.ts";

/** Who may call what. A call that is not here does not compile. */
const needed: {
  readonly scan: Readonly<Record<keyof typeof scanService, Role>>;
  readonly event: Readonly<Record<keyof typeof eventService, Role>>;
  readonly run: Readonly<Record<keyof typeof runService, Role>>;
  readonly control: Readonly<Record<keyof typeof controlService, Role>>;
} = {
  scan: {
    uploadBundle: "operator",
    submitScan: "operator",
    getScan: "viewer",
    listScans: "viewer",
    watchScan: "viewer",
    listFindings: "viewer",
    pauseScan: "operator",
    resumeScan: "operator",
    cancelScan: "operator",
  },
  event: {
    reportEvents: "reporter",
    streamEvents: "reporter",
    listEvents: "viewer",
    getEvent: "viewer",
    explainEvent: "viewer",
  },
  run: {
    listRuns: "viewer",
    getRun: "viewer",
    watchRun: "viewer",
    listSteps: "viewer",
    startRun: "operator",
    cancelRun: "operator",
    retryRun: "operator",
    answerRun: "operator",
    listPlaybooks: "viewer",
    getPlaybook: "viewer",
  },
  control: {
    listMembers: "viewer",
    watchActors: "viewer",
    stopActor: "admin",
    killActor: "admin",
    restartActor: "admin",
    drainNode: "admin",
    listQueues: "viewer",
    listDeadLetters: "viewer",
    replayDeadLetters: "operator",
    listAuditRecords: "admin",
  },
};

type AnyMethod = Pick<Method<never, unknown>, "path">;

const rows: readonly (readonly [AnyMethod, Role])[] = [
  ...Object.entries(needed.scan).map(([name, role]) => [scanService[name as keyof typeof scanService], role] as const),
  ...Object.entries(needed.event).map(
    ([name, role]) => [eventService[name as keyof typeof eventService], role] as const,
  ),
  ...Object.entries(needed.run).map(([name, role]) => [runService[name as keyof typeof runService], role] as const),
  ...Object.entries(needed.control).map(
    ([name, role]) => [controlService[name as keyof typeof controlService], role] as const,
  ),
];

const nameOf: Readonly<Record<Role, keyof typeof callerTokens>> = {
  reporter: "rita",
  viewer: "viv",
  operator: "opal",
  admin: "ada",
};

const bearer = (secret: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${secret}` });

describe("what each role may call", () => {
  let node: ControlNode;
  before(async () => {
    node = await ControlNode.start();
  });
  after(() => node.stop());

  const call = (path: string, secret: string): Promise<RawOutcome> =>
    rawCall(node.plane.grpcAddress, path, Buffer.alloc(0), bearer(secret));

  for (const has of roles) {
    it(`${has}: all that the table says, and nothing else`, async () => {
      for (const [{ path }, needs] of rows) {
        const outcome = await call(path, callerTokens[nameOf[has]]);
        if (roleAllows(has, needs)) {
          assert.notEqual(outcome.status, "PERMISSION_DENIED", `${path}: ${outcome.details}`);
          assert.notEqual(outcome.status, "UNAUTHENTICATED", `${path}: ${outcome.details}`);
          continue;
        }
        assert.deepEqual([outcome.status, outcome.reason], ["PERMISSION_DENIED", "role"], path);
        const name = path.split("/").at(-1) ?? "";
        assert.equal(outcome.details, `${name} needs the role ${needs}, and ${nameOf[has]} is ${has}`);
      }
    });
  }

  it("viewers and those above: reflection", async () => {
    for (const version of ["v1", "v1alpha"]) {
      const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
      assert.equal((await call(path, callerTokens.viv)).status, "OK");
      assert.equal((await call(path, callerTokens.rita)).status, "PERMISSION_DENIED");
    }
  });
});

describe("a caller who may not", () => {
  let one: ControlNode;
  let two: ControlNode;
  beforeEach(async () => {
    const [first, second] = await startCluster(["node-1", "node-2"]);
    assert.ok(first && second);
    [one, two] = [first, second];
  });
  afterEach(() => Promise.all([one.stop(), two.stop()]));

  const kill = controlService.killActor;
  const records = async () =>
    (await two.client().control.audit()).records.map(({ node, caller, role, by, through, subject, outcome }) => ({
      ...{ node, caller, role, by, through, subject, outcome },
    }));

  it("is told what is missing; the node counts it, logs it and writes it down, and does nothing", async () => {
    const viewer = one.client({ token: callerTokens.viv });
    for (const node of ["node-1", "node-2"]) {
      const error = await refuses(viewer.control.kill(node, "/idle/one"), "permission-denied", "role");
      assert.equal(error.message, "KillActor needs the role admin, and viv is viewer");
    }
    assert.equal(one.plane.refusals.of("grpc", "role"), 2);
    assert.equal(two.plane.refusals.of("grpc", "role"), 0);
    const said = one.log.lines.filter(({ reason }) => reason === "role");
    assert.deepEqual(
      said.map(({ call, caller }) => [call, caller]),
      [
        [kill.path, "viv"],
        [kill.path, "viv"],
      ],
    );
    const record = { node: "node-1", caller: "viv", role: "viewer", by: "token", through: "", subject: "" };
    assert.deepEqual(await records(), [
      { ...record, outcome: "PERMISSION_DENIED" },
      { ...record, outcome: "PERMISSION_DENIED" },
    ]);
    assert.deepEqual([...one.begun, ...two.begun].filter((path) => path === "/idle/one").length, 2);
  });

  it("sees what is on another node, and may change nothing there", async () => {
    const { control } = one.client({ token: callerTokens.viv });
    const trees = await first(control.watchActors({ node: "*" }, new AbortController().signal));
    assert.deepEqual(
      trees?.map(({ node, error }) => [node, error]),
      [
        ["node-1", ""],
        ["node-2", ""],
      ],
    );
  });

  it("is not hidden by the node that passes its call on: the serving node writes down who it was", async () => {
    await one.client({ token: callerTokens.ada }).control.stop("node-2", "/idle/one");
    assert.deepEqual(await records(), [
      {
        ...{ node: "node-2", caller: "ada", role: "admin", by: "token", through: "operator" },
        ...{ subject: "/idle/one", outcome: "ok" },
      },
    ]);
  });

  it("does not get further by naming somebody else, admin or not", async () => {
    const bytes = kill.request.encode({ node: "", path: "/idle/one" });
    const forged = (secret: string, caller: string): Promise<RawOutcome> =>
      rawCall(two.plane.grpcAddress, kill.path, bytes, { ...bearer(secret), "garrison-forwarded": caller });
    for (const [name, secret] of Object.entries(callerTokens)) {
      const outcome = await forged(secret, "admin token operator");
      assert.deepEqual([outcome.status, outcome.reason], ["PERMISSION_DENIED", "forged-caller"], name);
      assert.equal(outcome.details, `only nodes pass calls on for others, and ${name} is none`);
    }
    assert.equal((await forged(token, "admin token")).reason, "forged-caller");
    assert.equal((await forged(token, "1")).reason, "forged-caller");
    const honest = await forged(token, "viewer certificate eve");
    assert.deepEqual(
      [honest.reason, honest.details],
      ["role", "KillActor needs the role admin, and eve is viewer"],
      "the caller's role counts, not that of who passes the call on",
    );
    assert.equal(two.plane.refusals.of("grpc", "forged-caller"), 6);
    assert.deepEqual(
      (await records()).map(({ caller, role, by, through }) => [caller, role, by, through].join(" ")),
      [
        "eve viewer certificate operator",
        "operator admin token ",
        "operator admin token ",
        "ada admin token ",
        "opal operator token ",
        "viv viewer token ",
        "rita reporter token ",
      ],
    );
    assert.equal(two.begun.filter((path) => path === "/idle/one").length, 1);
  });
});
