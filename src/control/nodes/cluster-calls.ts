import type { MemberView } from "../../cluster/index.ts";
import { controlService } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";
import type { AuditLog } from "../calls/audit-log.ts";
import { pageRequest } from "../page-request.ts";
import type { PassOn } from "./pass-on.ts";

export interface ClusterCallsSetup {
  readonly calls: CallServer;
  readonly passOn: PassOn;
  readonly audit: AuditLog;
  readonly members: () => Promise<readonly MemberView[]>;
  /** Begins the end of this node. */
  readonly drain: () => void;
}

/** The nodes themselves, and what was done to them. */
export const serveCluster = ({ calls, passOn, audit, members, drain }: ClusterCallsSetup): void => {
  calls.unary(controlService.listMembers, async () => ({
    members: (await members()).map(({ suspicions = [], ...member }) => ({
      ...member,
      roles: [...member.roles],
      suspicions: [...suspicions],
    })),
  }));

  calls.unary(controlService.drainNode, (request, call) => {
    call.concerns(request.node === "" ? passOn.self : request.node);
    const here = (): Promise<object> => {
      drain();
      return Promise.resolve({});
    };
    return passOn.serve(request.node, call, here, ({ connection, options }) =>
      connection.call(controlService.drainNode, request, options),
    );
  });

  calls.unary(controlService.listAuditRecords, async (request) => {
    const { rows, next } = await audit.list(pageRequest(request));
    return { records: [...rows], nextPageToken: next ?? "" };
  });
};
