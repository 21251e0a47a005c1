/** Every port the box listens on; docs/reference/ports.md says the same to a person who sets up a firewall. */
import type { About } from './needs.ts';

export interface PortPlan {
  readonly console: { readonly host: string; readonly port: number };
  readonly sip: { readonly address: string; readonly port: number };
  readonly media: { readonly address: string; readonly first: number; readonly last: number };
  readonly ari: { readonly port: number };
  /** Of the gateways' own reports, where any gateway sends them. */
  readonly reports?: { readonly address: string; readonly traps?: number; readonly syslog?: number };
}

/** What the settings say when nobody says otherwise. */
export const USUAL_PORTS = {
  console: 8080,
  sip: 5060,
  media: { first: 10_000, last: 10_999 },
  ari: 8088,
  traps: 1162,
  syslog: 1514,
} as const;

export function listeningPorts(plan: PortPlan): About['ports'] {
  const { console, sip, media, ari, reports = { address: sip.address } } = plan;
  return [
    { port: console.port, protocol: 'tcp', address: console.host, purpose: 'the page of the box' },
    { port: sip.port, protocol: 'udp', address: sip.address, purpose: 'SIP: phones and gateways' },
    {
      port: media.first,
      protocol: 'udp',
      address: media.address,
      purpose: `RTP: the sound of calls, up to port ${media.last}`,
    },
    {
      port: ari.port,
      protocol: 'tcp',
      address: '127.0.0.1',
      purpose: 'ARI: the engine, for the box service alone',
    },
    ...report(reports.traps, reports.address, 'SNMP traps of gateways'),
    ...report(reports.syslog, reports.address, 'syslog of gateways'),
  ];
}

const report = (port: number | undefined, address: string, purpose: string): About['ports'] =>
  port === undefined ? [] : [{ port, protocol: 'udp', address, purpose }];
