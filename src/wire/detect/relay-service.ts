import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import { describedFields, taskType } from "./detector-fields.ts";
import { methodsOf } from "../bytes/method.ts";
import * as messages from "./relay-messages.ts";
import { empty } from "../scan/scan-messages.ts";
import { scanResultFields } from "../scan/scan-result.ts";

const { v1 } = garrison;

const typeFields = (typed: Pick<messages.AssignedTask, "taskType">): object => ({
  ...typed,
  taskType: taskType.toWire(typed.taskType),
});

const method = methodsOf("garrison.v1.RelayService");

/** The RPCs of `garrison.v1.RelayService`, which is on the unix socket of a relay alone. */
export const relayService = {
  heartbeat: method(
    "Heartbeat",
    { role: "node" },
    codecOf("HeartbeatRequest", v1.HeartbeatRequest, messages.heartbeatRequest, (request) => ({
      ...request,
      description: describedFields(request.description),
    })),
    codecOf("HeartbeatResponse", v1.HeartbeatResponse, messages.heartbeatResponse),
  ),
  claimTasks: method(
    "ClaimTasks",
    { role: "node" },
    codecOf("ClaimTasksRequest", v1.ClaimTasksRequest, messages.claimTasksRequest, (request) => ({
      ...request,
      wants: request.wants.map(typeFields),
    })),
    codecOf("ClaimTasksResponse", v1.ClaimTasksResponse, messages.claimTasksResponse, ({ tasks }) => ({
      tasks: tasks.map((task) => ({ ...typeFields(task), leftMs: Math.round(task.leftMs) })),
    })),
  ),
  fetchObject: method(
    "FetchObject",
    { role: "node", responseStream: true },
    codecOf("FetchObjectRequest", v1.FetchObjectRequest, messages.fetchObjectRequest),
    codecOf("FetchObjectResponse", v1.FetchObjectResponse, messages.chunkResponse),
  ),
  reportResults: method(
    "ReportResults",
    { role: "node" },
    codecOf("ReportResultsRequest", v1.ReportResultsRequest, messages.reportResultsRequest, (request) => ({
      ...request,
      results: request.results.map((one) => ({
        ...one,
        tookMs: Math.round(one.tookMs),
        result: scanResultFields(one.result),
      })),
    })),
    codecOf("ReportResultsResponse", v1.ReportResultsResponse, empty),
  ),
} as const;
