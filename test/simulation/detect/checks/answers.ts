import { parseAnswer } from "../../../../src/actors/detect/records/answer-record.ts";
import type { DetailRecord } from "../../../../src/actors/detect/records/verdict-record.ts";
import { executionId } from "../../../../src/actors/detect/work.ts";
import { detectSpace, kindQueue } from "../../../../src/actors/detect/index.ts";
import type { DetectorAnswer } from "../../../../src/engines/malware/index.ts";
import type { Change } from "../../../../src/store/index.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import type { TimedDetectFact } from "../facts.ts";
import { decisionsOf } from "./decided.ts";
import { detectPuts, type DetectionRecord } from "./detection-record.ts";
import { RelayClaims } from "./relay-claims.ts";

const prefix = "answer/";

/** What a detector found has a name of its own each time. */
const nameOf = ({ result }: DetectorAnswer): string | undefined =>
  result.outcome === "verdict" ? result.names[0] : undefined;

/**
 * I24: an answer counts once, as that of one execution and of one detector, and only under its own claim: it is written with the end of the execution that its relay, in that life, holds a
 * claim on, and it is what that detector of that host said to that relay of that execution; the decision is made from these answers, each once.
 */
export const checkAnswersCount = (record: DetectionRecord): Violation[] => [
  ...checkClaims(record),
  ...checkUse(record),
];

const checkClaims = ({ history, facts }: DetectionRecord): Violation[] => {
  const violations: Violation[] = [];
  const claims = new RelayClaims();
  const said = sayings(facts);
  const answered = new Set<string>();
  history.forEach((event, at) => {
    const answers =
      event.type === "committed" && event.space === detectSpace
        ? event.changes.flatMap((change) => answerIn(change) ?? [])
        : [];
    for (const { key, taskId, kind, nth, token, answer } of answers) {
      const breach = (what: string): void =>
        void violations.push({ invariant: "I24", message: `answer ${key} ${what}`, at, about: taskId });
      const claim = claims.of(kindQueue(kind), executionId(taskId, nth));
      for (const name of [key, `${taskId}/${kind} of ${answer.host}/${answer.detector}`]) {
        if (answered.has(name)) breach(`was counted after another one: ${name}`);
        answered.add(name);
      }
      if (claim?.token !== token || claim.deadlineMs < event.atMs) {
        breach(`was counted under token ${token}, and ${claim?.by ?? "nobody"} had ${claim?.token ?? "no claim"}`);
        continue;
      }
      const ends = event.type === "committed" && event.changes.some((change) => isEnd(change, token));
      if (!ends) breach("was counted without the end of its execution");
      const [host = "", relay = ""] = claim.by.split("/");
      if (answer.host !== host) breach(`of ${answer.host} was counted for ${claim.by}`);
      const name = nameOf(answer);
      if (name !== undefined && !said.has(`${host} ${relay} ${answer.detector} ${taskId} ${kind} ${nth} ${name}`)) {
        breach(`is ${name}, which ${answer.detector} did not say to ${claim.by}`);
      }
    }
    claims.follow(event);
  });
  return violations;
};

/** Each answer that a decision was made from is one of its task, and is not used twice. */
const checkUse = (record: DetectionRecord): Violation[] => {
  const counted = new Map<string, Set<string>>();
  for (const { name, value } of detectPuts(record, prefix)) {
    const taskId = name.split("/")[0] ?? "";
    const names = counted.get(taskId) ?? new Set();
    const found = nameOf(parseAnswer(value).answer);
    if (found !== undefined) names.add(found);
    counted.set(taskId, names);
  }
  return decisionsOf(record).flatMap(({ taskId, put }): Violation[] => {
    const detail = put.changes.flatMap((change) =>
      change.type === "put" && change.key.startsWith("verdict-detail/")
        ? [change.value as unknown as Pick<DetailRecord, "answers">]
        : [],
    );
    const used = detail.flatMap(({ answers }) => answers.flatMap((answer) => nameOf(answer) ?? []));
    return used.flatMap((name, nth): Violation[] => {
      const isOwn = counted.get(taskId)?.has(name) === true;
      if (isOwn && used.indexOf(name) === nth) return [];
      const message = `task ${taskId} was decided with ${name}, which ${isOwn ? "it had already" : "was no answer of it"}`;
      return [{ invariant: "I24", message, at: put.at, about: taskId }];
    });
  });
};

const sayings = (facts: readonly TimedDetectFact[]): ReadonlySet<string> =>
  new Set(
    facts.flatMap((fact) =>
      fact.type === "said"
        ? [`${fact.host} ${fact.relay} ${fact.detector} ${fact.taskId} ${fact.kind} ${fact.nth} ${fact.name}`]
        : [],
    ),
  );

interface CountedAnswer {
  readonly key: string;
  readonly taskId: string;
  readonly kind: string;
  readonly nth: number;
  readonly token: number;
  readonly answer: DetectorAnswer;
}

const answerIn = (change: Change): CountedAnswer | undefined => {
  if (change.type !== "put" || !change.key.startsWith(prefix)) return undefined;
  const key = change.key.slice(prefix.length);
  const [taskId = "", kind = ""] = key.split("/");
  const { nth, token, answer } = parseAnswer(change.value);
  return { key: `${taskId}/${kind}/${nth}`, taskId, kind, nth, token, answer };
};

const isEnd = (change: Change, token: number): boolean => change.type === "finish" && change.claim.token === token;
