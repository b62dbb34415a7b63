import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import * as messages from "./detection-messages.ts";
import { answerFields, describedFields, taskType } from "./detector-fields.ts";
import { methodsOf } from "../bytes/method.ts";
import { decidedTrust } from "../scan/scan-result.ts";
import { empty } from "../scan/scan-messages.ts";

const { v1 } = garrison;
const { verdictState } = messages;

const hexOf = ({ hex }: messages.FileDigest): string => hex;

const decisionFields = ({
  trust,
  reputation,
  degraded,
  missing,
}: NonNullable<messages.Verdict["decision"]>): object => ({
  trust: decidedTrust.toWire(trust),
  reputation: reputation === undefined ? undefined : Math.round(reputation),
  degraded,
  missing,
});

const detailFields = ({ rule, answers, summary }: NonNullable<messages.Verdict["detail"]>): object => ({
  rule: JSON.stringify(rule),
  answers: answers.map(answerFields),
  summary: JSON.stringify(summary),
});

/** Field by field: many are sent, and spreading takes several times as long. */
const verdictFields = (verdict: messages.Verdict): object => ({
  sha256: verdict.sha256,
  md5: verdict.md5,
  sha1: verdict.sha1,
  size: verdict.size,
  state: verdictState.toWire(verdict.state),
  decision: verdict.decision === undefined ? undefined : decisionFields(verdict.decision),
  taskType: verdict.taskType === undefined ? undefined : taskType.toWire(verdict.taskType),
  decidedAtMs: verdict.decidedAtMs,
  taskId: verdict.taskId,
  sampleHere: verdict.sampleHere,
  sampleLost: verdict.sampleLost,
  sharedBy: verdict.sharedBy,
  detail: verdict.detail === undefined ? undefined : detailFields(verdict.detail),
});

const partFields = (part: messages.SubmitSampleRequest): object => {
  if ("data" in part) return part;
  return { header: { ...part.header, taskType: taskType.toWire(part.header.taskType) } };
};

const method = methodsOf("garrison.v1.DetectionService");

/** The RPCs of `garrison.v1.DetectionService`. */
export const detectionService = {
  checkDigests: method(
    "CheckDigests",
    { role: "viewer" },
    codecOf("CheckDigestsRequest", v1.CheckDigestsRequest, messages.checkDigestsRequest, (request) => ({
      ...request,
      digests: request.digests.map(hexOf),
    })),
    codecOf("CheckDigestsResponse", v1.CheckDigestsResponse, messages.checkDigestsResponse, ({ verdicts }) => ({
      verdicts: verdicts.map(verdictFields),
    })),
  ),
  streamDigests: method(
    "StreamDigests",
    { role: "viewer", requestStream: true, responseStream: true },
    codecOf("StreamDigestsRequest", v1.StreamDigestsRequest, messages.streamDigestsRequest, (request) => ({
      ...request,
      digests: request.digests.map(hexOf),
    })),
    codecOf("StreamDigestsResponse", v1.StreamDigestsResponse, messages.streamDigestsResponse, (response) => ({
      ...response,
      verdicts: response.verdicts.map(verdictFields),
    })),
  ),
  submitSample: method(
    "SubmitSample",
    { role: "operator", changes: true, requestStream: true },
    codecOf("SubmitSampleRequest", v1.SubmitSampleRequest, messages.submitSampleRequest, partFields),
    codecOf("SubmitSampleResponse", v1.SubmitSampleResponse, messages.submitSampleResponse),
  ),
  getVerdict: method(
    "GetVerdict",
    { role: "viewer" },
    codecOf("GetVerdictRequest", v1.GetVerdictRequest, messages.getVerdictRequest, ({ digest }) => ({
      digest: hexOf(digest),
    })),
    codecOf("GetVerdictResponse", v1.GetVerdictResponse, messages.verdictResponse, ({ verdict }) => ({
      verdict: verdictFields(verdict),
    })),
  ),
  watchVerdict: method(
    "WatchVerdict",
    { role: "viewer", responseStream: true },
    codecOf("WatchVerdictRequest", v1.WatchVerdictRequest, messages.watchVerdictRequest),
    codecOf("WatchVerdictResponse", v1.WatchVerdictResponse, messages.verdictResponse, ({ verdict }) => ({
      verdict: verdictFields(verdict),
    })),
  ),
  listVerdicts: method(
    "ListVerdicts",
    { role: "viewer" },
    codecOf("ListVerdictsRequest", v1.ListVerdictsRequest, messages.listVerdictsRequest),
    codecOf("ListVerdictsResponse", v1.ListVerdictsResponse, messages.listVerdictsResponse, (response) => ({
      ...response,
      verdicts: response.verdicts.map((past) => ({
        ...past,
        taskType: taskType.toWire(past.taskType),
        decision: decisionFields(past.decision),
      })),
    })),
  ),
  listDetectors: method(
    "ListDetectors",
    { role: "viewer" },
    codecOf("ListDetectorsRequest", v1.ListDetectorsRequest, empty),
    codecOf("ListDetectorsResponse", v1.ListDetectorsResponse, messages.listDetectorsResponse, ({ hosts }) => ({
      hosts: hosts.map(({ relay, kinds }) => ({ relay, kinds: kinds.map(describedFields) })),
    })),
  ),
} as const;
