import { isDeepStrictEqual } from "node:util";
import type { CacaoLine, Example } from "../check-cacao.ts";
import { ExampleWorld } from "./example-world.ts";

/** What became of an example, and what should have. */
interface Outcome {
  readonly seen: unknown;
  readonly expected: unknown;
}

type Judge = (world: ExampleWorld, playbook: string, example: unknown) => Promise<Outcome>;

const openC2 = "application/openc2+json;version=1.0";

const runsToEnd = async (world: ExampleWorld, playbook: string): Promise<string> => {
  const { state, failure } = await world.settled(await world.begin(playbook));
  return failure === undefined ? state : `${state}: ${failure.message}`;
};

/** The requests of a run are those of the file, and its body arrives byte for byte. */
const sends =
  (method: string, target: string, contentType: string, bodyOf: (example: unknown) => Buffer): Judge =>
  async (world, playbook, example) => {
    const before = world.site.seen.length;
    const state = await runsToEnd(world, playbook);
    const requests = world.site.seen
      .slice(before)
      .map(({ body, ...request }) => ({ ...request, body: body.toString("base64") }));
    const body = bodyOf(example).toString("base64");
    return {
      seen: { state, requests },
      expected: { state: "done", requests: [{ method, target, contentType, body }] },
    };
  };

/** The only value of this key, wherever it stands in the file. */
const valueOf = (example: unknown, key: string): string => {
  const values: string[] = [];
  JSON.stringify(example, (name, value: unknown) => {
    if (name === key && typeof value === "string") values.push(value);
    return value;
  });
  const [value, ...others] = values;
  if (value === undefined || others.length > 0) throw new Error(`the example has ${values.length} values of ${key}`);
  return value;
};

const executesOnHost: Judge = async (world, playbook) => {
  const state = await runsToEnd(world, playbook);
  const { commands, passwords } = world.host;
  return {
    seen: { state, commands, passwords: [...new Set(passwords)] },
    expected: { state: "done", commands: ["ls -la", "touch /root/file1"], passwords: ["password"] },
  };
};

const asksAPerson: Judge = async (world, playbook) => {
  const id = await world.begin(playbook);
  const { state: asking, question } = await world.settled(id);
  const asks = (question?.asks ?? []).map(({ kind, text, outArgs }) => ({
    ...{ kind, text },
    outArgs: outArgs.map(({ name, type }) => `${name}: ${type}`),
  }));
  const { state } = await world.answer(id, question?.steps[0] ?? 0, { __hyperspeed_ready__: "true" });
  const given = (await world.steps(id)).filter(({ by }) => by === "person").map(({ output }) => output);
  const facts = { __hyperspeed_ready__: "true" };
  return {
    seen: { asking, asks, state, given },
    expected: {
      asking: "waiting",
      asks: [
        {
          kind: "manual",
          text: "prepare Falcon for hyperspeed jump",
          outArgs: ["__hyperspeed_ready__: string"],
        },
      ],
      state: "done",
      given: [{ text: "", truncated: false, facts }],
    },
  };
};

/** The node has not loaded it, and says at which key, naming what is not supported. */
const isRefused =
  (key: string, reason: string): Judge =>
  async (world, playbook) => {
    const { playbooks, problems } = await world.listing();
    const own = problems
      .filter(({ file }) => file.endsWith(`/${playbook}.json`))
      .map(({ at, message }) => `${at}: ${message}`);
    return {
      seen: {
        loaded: playbooks.some(({ id }) => id === playbook),
        isNamed: own.some((problem) => problem.includes(key) && problem.includes(reason)),
        problems: own,
      },
      expected: { loaded: false, isNamed: true, problems: own },
    };
  };

/** Of each public example, by the name of its file. */
const judges: Readonly<Record<string, Judge>> = {
  "http-playbook.json": sends("GET", "/get", "", () => Buffer.alloc(0)),
  "openc2-playbook.json": sends("POST", "/post", openC2, (example) =>
    Buffer.from(valueOf(example, "content_b64"), "base64"),
  ),
  "ssh-playbook.json": executesOnHost,
  "manual-playbook.json": asksAPerson,
  "powershell-playbook.json": isRefused("commands[0].type: ", '"powershell" is refused'),
  "fin-playbook.json": isRefused(
    "agent_definitions.soarca-fin-pong-f896bb3b-bb37-429e-8ece-2d4286cf326d: ",
    "an id that is no identifier",
  ),
};

/**
 * Runs the public examples on a real node against real servers of HTTP and SSH on the loopback address, with nothing changed but where
 * their targets are, and looks whether those that are not supported are refused by name.
 */
export async function* runExamples(examples: readonly Example[]): AsyncGenerator<CacaoLine> {
  const begunMs = performance.now();
  const world = await ExampleWorld.start(examples);
  try {
    for (const { name, playbook } of examples) {
      const judge = judges[name];
      if (judge === undefined) {
        yield { case: `cacao run ${name}`, miss: "what it has to come to is not written down" };
        continue;
      }
      const { seen, expected } = await judge(world, name.replace(/\.json$/, ""), playbook);
      const miss = isDeepStrictEqual(seen, expected) ? "" : `should be ${JSON.stringify(expected)}`;
      yield { case: `cacao run ${name}`, seen, miss };
    }
    const missing = Object.keys(judges).filter((name) => !examples.some((example) => example.name === name));
    yield {
      case: "cacao runs",
      seconds: Math.round((performance.now() - begunMs) / 100) / 10,
      miss: missing.length === 0 ? "" : `not there: ${missing.join(", ")}`,
    };
  } finally {
    await world.stop();
  }
}
