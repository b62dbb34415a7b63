/** What is known of the events of a channel of Windows' event log, in Sigma's terms. */
export interface Channel {
  readonly product: string;
  readonly services: readonly string[];
  /** By event id, the categories that such events are of. Any other event of the channel is of none. */
  readonly categories: ReadonlyMap<number, readonly string[]>;
}

const sysmonCategories: ReadonlyMap<number, readonly string[]> = new Map([
  [1, ["process_creation"]],
  [2, ["file_change"]],
  [3, ["network_connection"]],
  [4, ["sysmon_status"]],
  [5, ["process_termination"]],
  [6, ["driver_load"]],
  [7, ["image_load"]],
  [8, ["create_remote_thread"]],
  [9, ["raw_access_thread"]],
  [10, ["process_access"]],
  [11, ["file_event"]],
  [12, ["registry_event", "registry_add", "registry_delete"]],
  [13, ["registry_event", "registry_set"]],
  [14, ["registry_event", "registry_rename"]],
  [15, ["create_stream_hash"]],
  [16, ["sysmon_status"]],
  [17, ["pipe_created"]],
  [18, ["pipe_created"]],
  [19, ["wmi_event"]],
  [20, ["wmi_event"]],
  [21, ["wmi_event"]],
  [22, ["dns_query"]],
  [23, ["file_delete"]],
  [24, ["clipboard_capture"]],
  [25, ["process_tampering"]],
  [26, ["file_delete", "file_delete_detected"]],
  [27, ["file_block_executable"]],
  [28, ["file_block_shredding"]],
  [29, ["file_executable_detected"]],
  [255, ["sysmon_error"]],
]);

/** With the audit policy for it, the Security log has the facts of some of Sysmon's events. */
const securityCategories: ReadonlyMap<number, readonly string[]> = new Map([
  [4657, ["registry_event", "registry_set", "registry_add", "registry_delete", "registry_rename"]],
  [4663, ["file_access"]],
  [4688, ["process_creation"]],
  [4689, ["process_termination"]],
  [5156, ["network_connection"]],
]);

const powershellCategories: ReadonlyMap<number, readonly string[]> = new Map([
  [4103, ["ps_module"]],
  [4104, ["ps_script"]],
]);

const classicPowershellCategories: ReadonlyMap<number, readonly string[]> = new Map([
  [400, ["ps_classic_start"]],
  [600, ["ps_classic_provider_start"]],
  [800, ["ps_classic_script"]],
]);

const none: ReadonlyMap<number, readonly string[]> = new Map();

/** Services by the channels that they are, from Sigma's taxonomy 2.1. */
const services: Readonly<Record<string, readonly string[]>> = {
  application: ["Application"],
  "application-experience": [
    "Microsoft-Windows-Application-Experience/Program-Telemetry",
    "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
  ],
  applocker: [
    "Microsoft-Windows-AppLocker/MSI and Script",
    "Microsoft-Windows-AppLocker/EXE and DLL",
    "Microsoft-Windows-AppLocker/Packaged app-Deployment",
    "Microsoft-Windows-AppLocker/Packaged app-Execution",
  ],
  "appmodel-runtime": ["Microsoft-Windows-AppModel-Runtime/Admin"],
  "appxdeployment-server": ["Microsoft-Windows-AppXDeploymentServer/Operational"],
  "appxpackaging-om": ["Microsoft-Windows-AppxPackaging/Operational"],
  bitlocker: ["Microsoft-Windows-BitLocker/BitLocker Management"],
  "bits-client": ["Microsoft-Windows-Bits-Client/Operational"],
  capi2: ["Microsoft-Windows-CAPI2/Operational"],
  "certificateservicesclient-lifecycle-system": [
    "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational",
  ],
  "codeintegrity-operational": ["Microsoft-Windows-CodeIntegrity/Operational"],
  dhcp: ["Microsoft-Windows-DHCP-Server/Operational"],
  "diagnosis-scripted": ["Microsoft-Windows-Diagnosis-Scripted/Operational"],
  "dns-client": ["Microsoft-Windows-DNS Client Events/Operational"],
  "dns-server": ["DNS Server"],
  "dns-server-analytic": ["Microsoft-Windows-DNS-Server/Analytical"],
  "dns-server-audit": ["Microsoft-Windows-DNS-Server/Audit"],
  "driver-framework": ["Microsoft-Windows-DriverFrameworks-UserMode/Operational"],
  "firewall-as": ["Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"],
  "hyper-v-worker": ["Microsoft-Windows-Hyper-V-Worker"],
  "iis-configuration": ["Microsoft-IIS-Configuration/Operational"],
  "kernel-event-tracing": ["Microsoft-Windows-Kernel-EventTracing"],
  "kernel-shimengine": [
    "Microsoft-Windows-Kernel-ShimEngine/Operational",
    "Microsoft-Windows-Kernel-ShimEngine/Diagnostic",
  ],
  ldap: ["Microsoft-Windows-LDAP-Client/Debug"],
  "lsa-server": ["Microsoft-Windows-LSA/Operational"],
  "msexchange-management": ["MSExchange Management"],
  ntfs: ["Microsoft-Windows-Ntfs/Operational"],
  ntlm: ["Microsoft-Windows-NTLM/Operational"],
  openssh: ["OpenSSH/Operational"],
  "printservice-admin": ["Microsoft-Windows-PrintService/Admin"],
  "printservice-operational": ["Microsoft-Windows-PrintService/Operational"],
  "security-mitigations": [
    "Microsoft-Windows-Security-Mitigations/Kernel Mode",
    "Microsoft-Windows-Security-Mitigations/User Mode",
  ],
  sense: ["Microsoft-Windows-SENSE/Operational"],
  "servicebus-client": ["Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client/Admin"],
  "shell-core": ["Microsoft-Windows-Shell-Core/Operational"],
  "smbclient-security": ["Microsoft-Windows-SmbClient/Security"],
  system: ["System"],
  taskscheduler: ["Microsoft-Windows-TaskScheduler/Operational"],
  "terminalservices-localsessionmanager": ["Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"],
  vhdmp: ["Microsoft-Windows-VHDMP/Operational"],
  windefend: ["Microsoft-Windows-Windows Defender/Operational"],
  wmi: ["Microsoft-Windows-WMI-Activity/Operational"],
};

const windows = (
  service: string,
  categories: ReadonlyMap<number, readonly string[]>,
  channels: readonly string[],
): (readonly [string, Channel])[] =>
  channels.map((name) => [name.toLowerCase(), { product: "windows", services: [service], categories }]);

/** Channels by their name in lower case. */
export const channels: ReadonlyMap<string, Channel> = new Map([
  ...Object.entries(services).flatMap(([service, names]) => windows(service, none, names)),
  ...windows("security", securityCategories, ["Security"]),
  ...windows("sysmon", sysmonCategories, ["Microsoft-Windows-Sysmon/Operational"]),
  ...windows("powershell", powershellCategories, [
    "Microsoft-Windows-PowerShell/Operational",
    "PowerShellCore/Operational",
  ]),
  ...windows("powershell-classic", classicPowershellCategories, ["Windows PowerShell"]),
  ["linux-sysmon/operational", { product: "linux", services: ["sysmon"], categories: sysmonCategories }],
]);

/** Channels of the providers that write into one only, for events without a channel. */
export const providerChannels: ReadonlyMap<string, string> = new Map([
  ["microsoft-windows-sysmon", "microsoft-windows-sysmon/operational"],
  ["linux-sysmon", "linux-sysmon/operational"],
  ["microsoft-windows-security-auditing", "security"],
  ["microsoft-windows-taskscheduler", "microsoft-windows-taskscheduler/operational"],
  ["microsoft-windows-windows defender", "microsoft-windows-windows defender/operational"],
]);
