import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import { eventFields } from "./event-service.ts";
import { methodsOf } from "../bytes/method.ts";
import { getPlaybookRequest, getPlaybookResponse, listPlaybooksResponse } from "./playbook-messages.ts";
import * as messages from "./run-messages.ts";

const { v1 } = garrison;
const { askKind, executedBy, logLevel, runState, stepState } = messages;

const outputFields = ({ output }: Pick<messages.Run, "output">): object =>
  output === undefined ? {} : { output: JSON.stringify(output) };

const questionFields = ({ question }: messages.Run): object =>
  question === undefined
    ? {}
    : { question: { ...question, asks: question.asks.map((ask) => ({ ...ask, kind: askKind.toWire(ask.kind) })) } };

const runFields = (run: messages.Run): object => ({
  ...run,
  ...outputFields(run),
  ...questionFields(run),
  state: runState.toWire(run.state),
  log: run.log.map((line) => ({ ...line, level: logLevel.toWire(line.level) })),
});

const stepFields = (step: messages.Step): object => ({
  ...step,
  ...outputFields(step),
  input: JSON.stringify(step.input),
  by: executedBy.toWire(step.by),
  state: stepState.toWire(step.state),
});

const answerFields = (answer: messages.StepAnswer): object =>
  "done" in answer ? { ...answer, done: JSON.stringify(answer.done) } : answer;

const method = methodsOf("garrison.v1.RunService");

/** The RPCs of `garrison.v1.RunService`. */
export const runService = {
  listRuns: method(
    "ListRuns",
    { role: "viewer" },
    codecOf("ListRunsRequest", v1.ListRunsRequest, messages.listRunsRequest, (request) => ({
      ...request,
      states: request.states.map(runState.toWire),
    })),
    codecOf("ListRunsResponse", v1.ListRunsResponse, messages.listRunsResponse, (response) => ({
      ...response,
      runs: response.runs.map(runFields),
    })),
  ),
  getRun: method(
    "GetRun",
    { role: "viewer" },
    codecOf("GetRunRequest", v1.GetRunRequest, messages.runRequest),
    codecOf("GetRunResponse", v1.GetRunResponse, messages.runResponse, ({ run }) => ({ run: runFields(run) })),
  ),
  watchRun: method(
    "WatchRun",
    { role: "viewer", responseStream: true },
    codecOf("WatchRunRequest", v1.WatchRunRequest, messages.runRequest),
    codecOf("WatchRunResponse", v1.WatchRunResponse, messages.runResponse, ({ run }) => ({ run: runFields(run) })),
  ),
  listSteps: method(
    "ListSteps",
    { role: "viewer" },
    codecOf("ListStepsRequest", v1.ListStepsRequest, messages.listStepsRequest),
    codecOf("ListStepsResponse", v1.ListStepsResponse, messages.listStepsResponse, (response) => ({
      ...response,
      steps: response.steps.map(stepFields),
    })),
  ),
  startRun: method(
    "StartRun",
    { role: "operator", changes: true },
    codecOf("StartRunRequest", v1.StartRunRequest, messages.startRunRequest, (request) => ({
      ...request,
      event: eventFields(request.event),
    })),
    codecOf("StartRunResponse", v1.StartRunResponse, messages.runMadeResponse),
  ),
  cancelRun: method(
    "CancelRun",
    { role: "operator", changes: true },
    codecOf("CancelRunRequest", v1.CancelRunRequest, messages.runRequest),
    codecOf("CancelRunResponse", v1.CancelRunResponse, messages.cancelRunResponse),
  ),
  retryRun: method(
    "RetryRun",
    { role: "operator", changes: true },
    codecOf("RetryRunRequest", v1.RetryRunRequest, messages.runRequest),
    codecOf("RetryRunResponse", v1.RetryRunResponse, messages.runMadeResponse),
  ),
  answerRun: method(
    "AnswerRun",
    { role: "operator", changes: true },
    codecOf("AnswerRunRequest", v1.AnswerRunRequest, messages.answerRunRequest, ({ id, answers }) => ({
      id,
      answers: answers.map(answerFields),
    })),
    codecOf("AnswerRunResponse", v1.AnswerRunResponse, messages.runResponse, ({ run }) => ({ run: runFields(run) })),
  ),
  listPlaybooks: method(
    "ListPlaybooks",
    { role: "viewer" },
    codecOf("ListPlaybooksRequest", v1.ListPlaybooksRequest, messages.empty),
    codecOf("ListPlaybooksResponse", v1.ListPlaybooksResponse, listPlaybooksResponse),
  ),
  getPlaybook: method(
    "GetPlaybook",
    { role: "viewer" },
    codecOf("GetPlaybookRequest", v1.GetPlaybookRequest, getPlaybookRequest),
    codecOf("GetPlaybookResponse", v1.GetPlaybookResponse, getPlaybookResponse),
  ),
} as const;
