import type { FieldTable } from "./field-table.ts";

/**
 * ArcSight Common Event Format, as the CEF reader of this project lays it out: header fields by their names in the producers' dictionary,
 * extensions by the key that was sent, which is the short one, and for some producers the full one.
 * Source: "ArcSight Common Event Format (CEF) Implementation Standard", version 26, extension dictionary.
 */
export const cefFields: FieldTable = {
  EventID: ["externalId", "deviceEventClassId"],
  ComputerName: ["dvchost", "deviceHostName"],
  Computer: ["dvchost", "deviceHostName"],
  // Processes: those of the destination are what was started or acted on, those of the source what started it
  Image: ["dproc", "destinationProcessName", "deviceProcessName"],
  ProcessId: ["dpid", "destinationProcessId", "dvcpid", "deviceProcessId"],
  NewProcessName: ["dproc", "destinationProcessName"],
  NewProcessId: ["dpid", "destinationProcessId"],
  ParentImage: ["sproc", "sourceProcessName"],
  ParentProcessId: ["spid", "sourceProcessId"],
  // Files
  TargetFilename: ["filePath", "fname", "fileName"],
  FileName: ["filePath", "fname", "fileName"],
  Filename: ["filePath", "fname", "fileName"],
  Hashes: ["fileHash"],
  // Networks
  SourceIp: ["src", "sourceAddress", "c6a2"],
  SourcePort: ["spt", "sourcePort"],
  SourceHostname: ["shost", "sourceHostName"],
  SourceAddress: ["src", "sourceAddress"],
  DestinationIp: ["dst", "destinationAddress", "c6a3"],
  DestinationPort: ["dpt", "destinationPort"],
  DestinationHostname: ["dhost", "destinationHostName", "destinationDnsDomain"],
  DestAddress: ["dst", "destinationAddress"],
  DestPort: ["dpt", "destinationPort"],
  IpAddress: ["src", "sourceAddress"],
  IpPort: ["spt", "sourcePort"],
  WorkstationName: ["shost", "sourceHostName"],
  Protocol: ["proto", "transportProtocol"],
  Initiated: ["deviceDirection"],
  src_ip: ["src", "sourceAddress", "c6a2"],
  src_port: ["spt", "sourcePort"],
  dst_ip: ["dst", "destinationAddress", "c6a3"],
  dst_port: ["dpt", "destinationPort"],
  action: ["act", "deviceAction"],
  // Users
  User: ["duser", "destinationUserName", "suser", "sourceUserName"],
  SubjectUserName: ["suser", "sourceUserName"],
  SubjectUserSid: ["suid", "sourceUserId"],
  SubjectDomainName: ["sntdom", "sourceNtDomain"],
  TargetUserName: ["duser", "destinationUserName"],
  TargetUserSid: ["duid", "destinationUserId"],
  TargetDomainName: ["dntdom", "destinationNtDomain"],
  ServiceName: ["destinationServiceName", "sourceServiceName"],
  // Detection of malware
  Signature: ["name"],
  // Web servers and proxies (W3C names)
  "cs-method": ["requestMethod"],
  "cs-uri": ["request", "requestUrl"],
  "cs-host": ["dhost", "destinationHostName"],
  "cs-referer": ["requestContext"],
  "cs-user-agent": ["requestClientApplication"],
  "cs-username": ["suser", "sourceUserName"],
  "c-ip": ["src", "sourceAddress"],
  "c-uri": ["request", "requestUrl"],
  "c-useragent": ["requestClientApplication"],
  "r-dns": ["dhost", "destinationHostName"],
  "sc-status": ["outcome", "eventOutcome"],
};
