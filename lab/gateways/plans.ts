/** From the lab's plan to its gateways: those that calls go through, and those that can be looked at. */
import type { GatewayPlan, LabPlan } from '../plan.ts';
import type { LabGatewayPlan } from './gateway.ts';

export const gatewayPlans = ({ gateways, box }: LabPlan): readonly LabGatewayPlan[] =>
  gateways
    .filter(canFail)
    .map(({ name, address, channels, behind, deadAfterMs, snmp, console, http, syslog, ...own }) => ({
      name,
      address,
      channels,
      ...(behind && { sip: { behind, deadAfterMs, box: own.box ?? box } }),
      ...(snmp && {
        snmp: { port: snmp.port, community: snmp.community, ...(snmp.traps && { traps: snmp.traps }) },
      }),
      ...(console && {
        console: {
          port: console.port,
          ports: console.ports,
          account: { user: console.user, password: console.password },
        },
      }),
      ...(http && { http }),
      ...(syslog && { syslog }),
    }));

const canFail = ({ behind, snmp, console, http, syslog }: GatewayPlan): boolean =>
  [behind, snmp, console, http, syslog].some((part) => part !== undefined);
