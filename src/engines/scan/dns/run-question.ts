import { FailureError } from "../http/failure.ts";
import { Fields } from "../net/fields.ts";
import { carriedOobUrls, type PayloadValues, requestValues, type RequestValues } from "../net/request-values.ts";
import { endpointText } from "../net/sockets.ts";
import { attempt } from "../net/tell-failure.ts";
import { renderAll, renderOne } from "../net/texts.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Exchange, ResponseData } from "../run/exchange.ts";
import { printed } from "../value/printed.ts";
import { textOf } from "../value/value.ts";
import { answerFrom, type DnsAnswer } from "./answer.ts";
import { responseFields } from "./fields.ts";
import { decodeMessage, encodeQuestion, isQuestionName, type Question } from "./message.ts";
import { messageText } from "./message-text.ts";
import type { DnsPlan } from "./plan.ts";
import { checkQuestion, serversInScope } from "./scope.ts";
import { configuredServers, type DnsServer, parseServer } from "./server.ts";
import { traceText } from "./trace.ts";

interface Prepared {
  readonly question: Question;
  readonly servers: readonly DnsServer[];
  readonly values: RequestValues;
}

interface Answered {
  readonly answer: DnsAnswer;
  /** As text, like all that follow. */
  readonly request: string;
  readonly raw: string;
  readonly trace: string;
  readonly data: ResponseData;
}

const aliases = { "": "raw", body: "raw", all: "raw", response: "raw" };

/**
 * Asks one question and has the answer judged.
 *
 * @returns whether it matched
 * @throws only what the caller's hook throws
 */
export const runQuestion = async (
  plan: DnsPlan,
  { own, payload }: { readonly own: PayloadValues; readonly payload: PayloadValues },
  run: BlockRun,
): Promise<boolean> => {
  const { tally } = run;
  const prepared = await attempt(tally, plan.name.source, () => prepare(plan, own, payload, run));
  if (prepared === undefined) return false;
  const { question, values } = prepared;
  const url = `dns://${question.name}`;
  await run.admit({ url, host: question.name });
  const answered = await attempt(tally, url, () => answerOf(plan, prepared, run));
  if (answered === undefined) {
    carriedOobUrls(run, values, []);
    return false;
  }
  tally.sent();
  tally.retried(answered.answer.retries);
  const { matched } = await run.judge(exchangeOf(prepared, answered, payload, run));
  return matched;
};

const prepare = async (plan: DnsPlan, own: PayloadValues, payload: PayloadValues, run: BlockRun): Promise<Prepared> => {
  const values = await requestValues(run, own, payload, run.target.host ?? "");
  const rendered = textOf(await renderOne(plan.name, values.scope, run.dsl));
  const name = rendered.trim().replace(/\.$/, "");
  if (!isQuestionName(name)) throw new FailureError("protocol", `not sent: "${name.slice(0, 300)}" is no name`);
  const question: Question = { name, type: plan.type, class: plan.class, recursion: plan.recursion };
  checkQuestion(question, run);
  const named = await renderAll(plan.resolvers, values.scope, run.dsl);
  const servers: DnsServer[] = [];
  for (const text of named) servers.push(...(await serversInScope(parseServer(textOf(text)), run)));
  return { question, values, servers: servers.length > 0 ? servers : configuredServers(run.services.dnsServers) };
};

const answerOf = async (plan: DnsPlan, { question, servers }: Prepared, run: BlockRun): Promise<Answered> => {
  const { clock } = run.services;
  const startMs = clock.monotonicMs();
  const answer = await answerFrom(servers, question, plan.tries, run);
  const { message } = answer;
  const trace = plan.traceSteps === undefined ? "" : await traceText(question, plan.traceSteps, run);
  const seconds = (clock.monotonicMs() - startMs) / 1000;
  const request = messageText(decodeMessage(encodeQuestion(message.id, question)));
  const raw = messageText(message);
  const host = run.target.host ?? question.name;
  const fields = responseFields(message, { host, matched: question.name, request, raw, trace, seconds });
  return { answer, request, raw, trace, data: new Fields(fields, aliases) };
};

const exchangeOf = (
  { question, values }: Prepared,
  { answer, request, raw, trace, data }: Answered,
  payload: PayloadValues,
  run: BlockRun,
): Exchange => ({
  data,
  scope: values.scope,
  place: { type: "dns", host: question.name, matchedAt: question.name },
  request: (maxBytes) => request.slice(0, maxBytes),
  response: (maxBytes) => `${raw}${trace}`.slice(0, maxBytes),
  payloads: payload,
  identity: [
    "dns",
    question.name,
    question.type,
    question.class,
    endpointOf(answer.server, run),
    ...Object.values(payload).map(printed),
  ],
  oobUrls: carriedOobUrls(run, values, [question.name]),
});

/** Which of the configured servers answers says nothing about the place. */
const endpointOf = (server: DnsServer, { services }: BlockRun): string =>
  configuredServers(services.dnsServers).some((one) => endpointText(one) === endpointText(server))
    ? ""
    : endpointText(server);
