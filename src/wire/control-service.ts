import { garrison } from "#gen/garrison.js";
import { codecOf } from "./codec.ts";
import * as messages from "./control-messages.ts";
import { methodsOf } from "./method.ts";
import { empty } from "./scan-messages.ts";

const { v1 } = garrison;
const { memberState } = messages;

const method = methodsOf("garrison.v1.ControlService");

/** The RPCs of `garrison.v1.ControlService`. */
export const controlService = {
  listMembers: method(
    "ListMembers",
    codecOf("ListMembersRequest", v1.ListMembersRequest, empty),
    codecOf("ListMembersResponse", v1.ListMembersResponse, messages.listMembersResponse, ({ members }) => ({
      members: members.map((member) => ({ ...member, state: memberState.toWire(member.state) })),
    })),
  ),
  watchActors: method(
    "WatchActors",
    codecOf("WatchActorsRequest", v1.WatchActorsRequest, messages.watchActorsRequest),
    codecOf("WatchActorsResponse", v1.WatchActorsResponse, messages.watchActorsResponse),
    { responseStream: true },
  ),
  stopActor: method(
    "StopActor",
    codecOf("StopActorRequest", v1.StopActorRequest, messages.actorRequest),
    codecOf("StopActorResponse", v1.StopActorResponse, empty),
    { changes: true },
  ),
  killActor: method(
    "KillActor",
    codecOf("KillActorRequest", v1.KillActorRequest, messages.actorRequest),
    codecOf("KillActorResponse", v1.KillActorResponse, empty),
    { changes: true },
  ),
  restartActor: method(
    "RestartActor",
    codecOf("RestartActorRequest", v1.RestartActorRequest, messages.actorRequest),
    codecOf("RestartActorResponse", v1.RestartActorResponse, empty),
    { changes: true },
  ),
  drainNode: method(
    "DrainNode",
    codecOf("DrainNodeRequest", v1.DrainNodeRequest, messages.drainNodeRequest),
    codecOf("DrainNodeResponse", v1.DrainNodeResponse, empty),
    { changes: true },
  ),
  listQueues: method(
    "ListQueues",
    codecOf("ListQueuesRequest", v1.ListQueuesRequest, empty),
    codecOf("ListQueuesResponse", v1.ListQueuesResponse, messages.listQueuesResponse),
  ),
  listDeadLetters: method(
    "ListDeadLetters",
    codecOf("ListDeadLettersRequest", v1.ListDeadLettersRequest, messages.listDeadLettersRequest),
    codecOf("ListDeadLettersResponse", v1.ListDeadLettersResponse, messages.listDeadLettersResponse),
  ),
  replayDeadLetters: method(
    "ReplayDeadLetters",
    codecOf("ReplayDeadLettersRequest", v1.ReplayDeadLettersRequest, messages.replayDeadLettersRequest),
    codecOf("ReplayDeadLettersResponse", v1.ReplayDeadLettersResponse, messages.replayDeadLettersResponse),
    { changes: true },
  ),
  listAuditRecords: method(
    "ListAuditRecords",
    codecOf("ListAuditRecordsRequest", v1.ListAuditRecordsRequest, messages.listAuditRecordsRequest),
    codecOf("ListAuditRecordsResponse", v1.ListAuditRecordsResponse, messages.listAuditRecordsResponse),
  ),
} as const;
