import type { Context } from '../../context.js';
import type { ServiceCondition } from '../../ports/service-condition.js';
import type { Finding } from './finding.js';

/** Checks the services behind the bus and the limiter. */
export async function checkServices({ bus, limiter }: Context): Promise<Finding[]> {
  const [busCondition, limiterCondition] = await Promise.all([bus?.inspect(), limiter.inspect?.()]);
  return [
    ...findingsOf(busCondition, { name: 'bus', unreachable: BUS_NOT_CONNECTED }),
    ...findingsOf(limiterCondition, { name: 'limiter', unreachable: LIMITER_UNREACHABLE }),
  ];
}

interface Service {
  readonly name: string;
  readonly unreachable: Finding;
}

function findingsOf(condition: ServiceCondition | undefined, { name, unreachable }: Service): Finding[] {
  switch (condition?.kind) {
    case 'unreachable':
      return [unreachable];
    case 'outdated':
      return [
        {
          id: 'service-outdated',
          severity: 'warning',
          problem: `the server behind the ${name} is version ${condition.version}, and the oldest that it is tested with is ${condition.minimum}`,
          remedy: 'Update that server',
        },
      ];
    case 'ok':
    case undefined:
      return [];
  }
}

const BUS_NOT_CONNECTED: Finding = {
  id: 'bus-not-connected',
  severity: 'warning',
  problem: 'the bus is not connected: a logout on one process takes effect on the others within session.stateTtl only',
  remedy: 'Check that its server runs, that its address and credentials are correct, and what the log says',
};

const LIMITER_UNREACHABLE: Finding = {
  id: 'limiter-unreachable',
  severity: 'error',
  problem: 'the server behind the limiter does not answer: requests of one source are not limited over all processes',
  remedy: 'Check that it runs and that its address and credentials are correct',
};
