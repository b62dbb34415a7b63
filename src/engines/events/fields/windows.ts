import type { FieldTable } from "./field-table.ts";

/**
 * Rules of Sigma's generic categories (`process_creation`, `registry_event`, …) use Sysmon's names; the same facts stand under other names
 * in the Security log: events 4688 (process), 4657 (registry), 5156 (network).
 * Sources: SigmaHQ/pySigma, `sigma.pipelines.windows` (audit logs); the events' own documentation at Microsoft, "Advanced security audit
 * policy settings".
 */
export const windowsAuditFields: FieldTable = {
  // 4688
  Image: ["NewProcessName", "ProcessName", "Application"],
  ProcessId: ["NewProcessId"],
  ParentImage: ["ParentProcessName"],
  ParentProcessId: ["ProcessId"],
  CommandLine: ["ProcessCommandLine"],
  IntegrityLevel: ["MandatoryLabel"],
  LogonId: ["SubjectLogonId"],
  User: ["SubjectUserName"],
  // 4657
  TargetObject: ["ObjectName"],
  Details: ["NewValue"],
  // 5156
  SourceIp: ["SourceAddress"],
  DestinationIp: ["DestAddress"],
  DestinationPort: ["DestPort"],
};
