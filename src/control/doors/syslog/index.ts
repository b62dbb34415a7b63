export type { SyslogSource } from "./senders.ts";
export { startSyslogDoor, type SyslogDoor, type SyslogDoorSetup } from "./syslog-door.ts";
