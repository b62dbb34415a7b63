/** A match of a rule and an event that belongs to another one. */
export interface OffDiagonal {
  /** Folder of the rule. */
  readonly rule: string;
  readonly id: string;
  readonly event: string;
  /** What of the event the rule asks for. */
  readonly because: string;
}

/** All of them, as both evaluators find them. */
export const offDiagonal: readonly OffDiagonal[] = [
  {
    rule: "file_event_win_cred_dump_tools_dropped_files",
    id: "8fbf3271-1ef6-4e94-8210-03c2317947f6",
    event: "file_event_win_hktl_netexec_file_indicators#3",
    because: "the rule names procdump.exe, which NetExec unpacks among its tools",
  },
  {
    rule: "proc_creation_win_browsers_inline_file_download",
    id: "94771a71-ba41-4b6e-a757-b531372eaab6",
    event: "proc_creation_win_browsers_chromium_headless_file_download#0",
    because:
      'a browser, http and an address that ends in .txt": the rule does not ask what for, so a headless download is one, too',
  },
  {
    rule: "proc_creation_win_certutil_download",
    id: "19b08b1c-861d-4e75-a1ef-ea0c1baf202b",
    event: "proc_creation_win_certutil_download_direct_ip#0",
    because: "certutil with -urlcache and http: the rule for any address also finds those by IP address",
  },
  {
    rule: "proc_creation_win_certutil_download",
    id: "19b08b1c-861d-4e75-a1ef-ea0c1baf202b",
    event: "proc_creation_win_certutil_download_file_sharing_domains#0",
    because: "certutil with -urlcache and http: the rule for any address also finds those of file sharing domains",
  },
  {
    rule: "proc_creation_win_certutil_download_file_sharing_domains",
    id: "42a5f1e7-9603-4f6d-97ae-3f37d130d794",
    event: "proc_creation_win_certutil_download#0",
    because: "both folders hold the same command, which downloads from raw.githubusercontent.com",
  },
  {
    rule: "proc_creation_win_pua_adfind_execution",
    id: "514e7e3e-b3b4-4a67-af60-be20f139198b",
    event: "proc_creation_win_pua_adfind_enumeration#0",
    because: "AdFind.exe by its name: the rule asks for the program, the other one for what it enumerates",
  },
  {
    rule: "proc_creation_win_susp_system_exe_anomaly",
    id: "e4a6b256-3e47-40fc-89d2-7a477edd6915",
    event: "proc_creation_win_svchost_masqueraded_execution#0",
    because: "the rule names svchost.exe outside of Windows' folders among other programs of the system",
  },
  {
    rule: "proc_creation_win_wmic_recon_product",
    id: "15434e33-5027-4914-88d5-3d4145ec25a9",
    event: "proc_creation_win_wmic_recon_product_class#0",
    because: "WMIC with AntiVirusProduct in its command line, which contains the rule's Product",
  },
  {
    rule: "proc_creation_win_wmic_recon_service",
    id: "76f55eaa-d27f-4213-9d45-7b0e4b60bbae",
    event: "proc_creation_win_wmic_recon_unquoted_service_search#0",
    because: "WMIC with service in its command line: the rule does not ask what is listed",
  },
];

/** Rules whose info.yml counts otherwise than the rule and its events, read by anyone, do. */
export const otherCounts: readonly { readonly rule: string; readonly matches: number; readonly because: string }[] = [
  {
    rule: "file_event_win_cred_dump_tools_dropped_files",
    matches: 3,
    because:
      "three of its six events create procdump.exe, procdump64.exe and procdump64a.exe, each of them named by the rule; info.yml says 1",
  },
  {
    rule: "registry_set_change_security_zones",
    matches: 3,
    because:
      "its three events set a value below ZoneMap\\Domains to DWORD (0x00000002), which the filter does not name; info.yml says 1",
  },
];
