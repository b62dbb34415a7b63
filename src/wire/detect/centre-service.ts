import { garrison } from "#gen/garrison.js";
import * as messages from "./centre-messages.ts";
import { codecOf } from "../bytes/codec.ts";
import { answerFields, describedFields, taskType } from "./detector-fields.ts";
import { methodsOf } from "../bytes/method.ts";
import { chunkResponse } from "./relay-messages.ts";

const { v1 } = garrison;

const summaryFields = ({ taskId, answers, givenBack }: messages.ExecutionSummary): object => ({
  taskId,
  answers: answers.map(({ claim, answer }) => ({ claim, answer: answerFields(answer) })),
  givenBack: givenBack.map((one) => ({
    ...one,
    reason: messages.giveBackReason.toWire(one.reason),
    delayMs: Math.round(one.delayMs),
  })),
});

const method = methodsOf("garrison.v1.CentreService");

/** The RPCs of `garrison.v1.CentreService`: what relays ask of the detection centre. */
export const centreService = {
  announce: method(
    "Announce",
    { role: "node" },
    codecOf("AnnounceRequest", v1.AnnounceRequest, messages.announceRequest, ({ relay, kinds }) => ({
      relay,
      kinds: kinds.map(describedFields),
    })),
    codecOf("AnnounceResponse", v1.AnnounceResponse, messages.announceResponse),
  ),
  fetchTasks: method(
    "FetchTasks",
    { role: "node" },
    codecOf("FetchTasksRequest", v1.FetchTasksRequest, messages.fetchTasksRequest, (request) => ({
      ...request,
      wanted: request.wanted.map((one) => ({ ...one, taskTypes: one.taskTypes.map(taskType.toWire) })),
    })),
    codecOf("FetchTasksResponse", v1.FetchTasksResponse, messages.fetchTasksResponse, ({ tasks }) => ({
      tasks: tasks.map((task) => ({
        ...task,
        taskType: taskType.toWire(task.taskType),
        claimLeftMs: Math.round(task.claimLeftMs),
        taskLeftMs: Math.round(task.taskLeftMs),
      })),
    })),
  ),
  extendTasks: method(
    "ExtendTasks",
    { role: "node" },
    codecOf("ExtendTasksRequest", v1.ExtendTasksRequest, messages.extendTasksRequest),
    codecOf("ExtendTasksResponse", v1.ExtendTasksResponse, messages.lostClaimsResponse),
  ),
  reportSummaries: method(
    "ReportSummaries",
    { role: "node" },
    codecOf(
      "ReportSummariesRequest",
      v1.ReportSummariesRequest,
      messages.reportSummariesRequest,
      ({ relay, summaries }) => ({ relay, summaries: summaries.map(summaryFields) }),
    ),
    codecOf("ReportSummariesResponse", v1.ReportSummariesResponse, messages.lostClaimsResponse),
  ),
  fetchSample: method(
    "FetchSample",
    { role: "node", responseStream: true },
    codecOf("FetchSampleRequest", v1.FetchSampleRequest, messages.fetchSampleRequest),
    codecOf("FetchSampleResponse", v1.FetchSampleResponse, chunkResponse),
  ),
} as const;
