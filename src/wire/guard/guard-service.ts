import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import {
  indicationState,
  interceptAction,
  interceptionFields,
  keyOf,
  listedIndicationFields,
  ruleFields,
} from "./guard-fields.ts";
import * as messages from "./guard-messages.ts";
import { codecWithParts } from "./report-codec.ts";
import { methodsOf } from "../bytes/method.ts";
import { empty } from "../scan/scan-messages.ts";

const { v1 } = garrison;

const feedFields = ({ type, ...message }: messages.FeedMessage): object => {
  if ("put" in message) {
    const { put, dropped, ...rest } = message;
    return { [type]: { ...rest, put: put.map(interceptionFields), dropped: dropped.map(keyOf) } };
  }
  return { [type]: "rules" in message ? { rules: message.rules.map(ruleFields) } : message };
};

const method = methodsOf("garrison.v1.GuardService");

/** The RPCs of `garrison.v1.GuardService`. What is reported leaves no audit record: it is the work of every tenth of a second. */
export const guardService = {
  report: method(
    "Report",
    { role: "reporter" },
    codecWithParts("ReportRequest", v1.ReportRequest, messages.reportHead),
    codecOf("ReportResponse", v1.ReportResponse, messages.reportResponse),
  ),
  subscribe: method(
    "Subscribe",
    { role: "reporter", responseStream: true },
    codecOf("SubscribeRequest", v1.SubscribeRequest, messages.subscribeRequest),
    codecOf("SubscribeResponse", v1.SubscribeResponse, messages.subscribeResponse, feedFields),
  ),
  putRule: method(
    "PutRule",
    { role: "operator", changes: true },
    codecOf("PutRuleRequest", v1.PutRuleRequest, messages.putRuleRequest, ({ rule }) => ({ rule: ruleFields(rule) })),
    codecOf("PutRuleResponse", v1.PutRuleResponse, messages.putRuleResponse),
  ),
  listRules: method(
    "ListRules",
    { role: "viewer" },
    codecOf("ListRulesRequest", v1.ListRulesRequest, empty),
    codecOf("ListRulesResponse", v1.ListRulesResponse, messages.listRulesResponse, ({ rules }) => ({
      rules: rules.map(ruleFields),
    })),
  ),
  deleteRule: method(
    "DeleteRule",
    { role: "operator", changes: true },
    codecOf("DeleteRuleRequest", v1.DeleteRuleRequest, messages.deleteRuleRequest),
    codecOf("DeleteRuleResponse", v1.DeleteRuleResponse, empty),
  ),
  block: method(
    "Block",
    { role: "operator", changes: true },
    codecOf("BlockRequest", v1.BlockRequest, messages.blockRequest, (request) => ({
      ...request,
      action: interceptAction.toWire(request.action),
    })),
    codecOf("BlockResponse", v1.BlockResponse, messages.blockResponse),
  ),
  unblock: method(
    "Unblock",
    { role: "operator", changes: true },
    codecOf("UnblockRequest", v1.UnblockRequest, messages.unblockRequest),
    codecOf("UnblockResponse", v1.UnblockResponse, messages.unblockResponse),
  ),
  listIndications: method(
    "ListIndications",
    { role: "viewer" },
    codecOf(
      "ListIndicationsRequest",
      v1.ListIndicationsRequest,
      messages.listIndicationsRequest,
      ({ state, ...request }) => ({
        ...request,
        ...(state === undefined ? {} : { state: indicationState.toWire(state) }),
      }),
    ),
    codecOf(
      "ListIndicationsResponse",
      v1.ListIndicationsResponse,
      messages.listIndicationsResponse,
      ({ indications, nextPageToken }) => ({ indications: indications.map(listedIndicationFields), nextPageToken }),
    ),
  ),
  settleBlock: method(
    "SettleBlock",
    { role: "operator", changes: true },
    codecOf("SettleBlockRequest", v1.SettleBlockRequest, messages.settleBlockRequest),
    codecOf("SettleBlockResponse", v1.SettleBlockResponse, messages.settleBlockResponse),
  ),
  getGuardStats: method(
    "GetGuardStats",
    { role: "viewer" },
    codecOf("GetGuardStatsRequest", v1.GetGuardStatsRequest, empty),
    codecOf("GetGuardStatsResponse", v1.GetGuardStatsResponse, messages.getGuardStatsResponse),
  ),
} as const;
