import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import * as messages from "./control-messages.ts";
import { methodsOf } from "../bytes/method.ts";
import { empty } from "../scan/scan-messages.ts";

const { v1 } = garrison;
const { memberState } = messages;

const method = methodsOf("garrison.v1.ControlService");

/** The RPCs of `garrison.v1.ControlService`. */
export const controlService = {
  listMembers: method(
    "ListMembers",
    { role: "viewer" },
    codecOf("ListMembersRequest", v1.ListMembersRequest, empty),
    codecOf("ListMembersResponse", v1.ListMembersResponse, messages.listMembersResponse, ({ members }) => ({
      members: members.map((member) => ({ ...member, state: memberState.toWire(member.state) })),
    })),
  ),
  watchActors: method(
    "WatchActors",
    { role: "viewer", responseStream: true },
    codecOf("WatchActorsRequest", v1.WatchActorsRequest, messages.watchActorsRequest),
    codecOf("WatchActorsResponse", v1.WatchActorsResponse, messages.watchActorsResponse),
  ),
  stopActor: method(
    "StopActor",
    { role: "admin", changes: true },
    codecOf("StopActorRequest", v1.StopActorRequest, messages.actorRequest),
    codecOf("StopActorResponse", v1.StopActorResponse, empty),
  ),
  killActor: method(
    "KillActor",
    { role: "admin", changes: true },
    codecOf("KillActorRequest", v1.KillActorRequest, messages.actorRequest),
    codecOf("KillActorResponse", v1.KillActorResponse, empty),
  ),
  restartActor: method(
    "RestartActor",
    { role: "admin", changes: true },
    codecOf("RestartActorRequest", v1.RestartActorRequest, messages.actorRequest),
    codecOf("RestartActorResponse", v1.RestartActorResponse, empty),
  ),
  drainNode: method(
    "DrainNode",
    { role: "admin", changes: true },
    codecOf("DrainNodeRequest", v1.DrainNodeRequest, messages.drainNodeRequest),
    codecOf("DrainNodeResponse", v1.DrainNodeResponse, empty),
  ),
  listQueues: method(
    "ListQueues",
    { role: "viewer" },
    codecOf("ListQueuesRequest", v1.ListQueuesRequest, empty),
    codecOf("ListQueuesResponse", v1.ListQueuesResponse, messages.listQueuesResponse),
  ),
  listDeadLetters: method(
    "ListDeadLetters",
    { role: "viewer" },
    codecOf("ListDeadLettersRequest", v1.ListDeadLettersRequest, messages.listDeadLettersRequest),
    codecOf("ListDeadLettersResponse", v1.ListDeadLettersResponse, messages.listDeadLettersResponse),
  ),
  replayDeadLetters: method(
    "ReplayDeadLetters",
    { role: "operator", changes: true },
    codecOf("ReplayDeadLettersRequest", v1.ReplayDeadLettersRequest, messages.replayDeadLettersRequest),
    codecOf("ReplayDeadLettersResponse", v1.ReplayDeadLettersResponse, messages.replayDeadLettersResponse),
  ),
  listAuditRecords: method(
    "ListAuditRecords",
    { role: "admin" },
    codecOf("ListAuditRecordsRequest", v1.ListAuditRecordsRequest, messages.listAuditRecordsRequest),
    codecOf("ListAuditRecordsResponse", v1.ListAuditRecordsResponse, messages.listAuditRecordsResponse),
  ),
} as const;
