import { ParityError } from '../errors';
import type { ParityCondition, ParityRequest } from '../request';
import { readRequest, type ParityRequestsFile } from '../requests-file';

/** A request as it is written by hand: `GET /path`, or what differs from a plain GET request. */
export type ScenarioRequest = string | (Partial<ParityRequest> & Pick<ParityRequest, 'path'>);

/** Requests that are sent one after another, and share what they capture. */
export interface ParityScenario {
  readonly name: string;
  readonly requests: readonly ScenarioRequest[];
  /** Waited for on both sides before anything is compared. */
  readonly waitFor?: ReadonlyArray<{ request: ScenarioRequest; contains: string }>;
}

/**
 * A scenario in TypeScript, the default export of a file for `forklift verify --requests` (or a list of
 * them).
 *
 * @example
 * export default defineScenario({
 *   name: 'a ticket is opened and closed',
 *   requests: [
 *     {
 *       method: 'POST',
 *       path: '/api/tickets',
 *       as: 'user',
 *       body: { title: 'Printer' },
 *       capture: { id: '$.id' },
 *       expect: { status: 201, '$.state': (state: string) => state.startsWith('open') },
 *     },
 *     { path: '/api/tickets/{{id}}', as: 'user', expect: { '$.title': 'Printer' } },
 *   ],
 * });
 */
export function defineScenario(scenario: ParityScenario): ParityScenario {
  return scenario;
}

/**
 * Makes requests of scenarios.
 *
 * @param origin - where they come from, for messages
 * @throws ParityError REQUESTS_INVALID
 */
export function readScenarios(value: unknown, origin: string): ParityRequestsFile {
  const scenarios = [value].flat() as ParityScenario[];
  const requests: ParityRequest[] = [];
  const waitFor: ParityCondition[] = [];
  for (const scenario of scenarios) {
    const { name, requests: steps, waitFor: conditions = [] } = Object(scenario) as ParityScenario;
    const fail = (problem: string): never => {
      throw new ParityError('REQUESTS_INVALID', `${origin}: ${problem}`);
    };
    if (typeof name !== 'string' || !Array.isArray(steps) || steps.length === 0) {
      fail(
        'expected the default export to be defineScenario({ name, requests }), or a list of such scenarios',
      );
    }
    const read = (request: unknown, place: string) =>
      readRequest(request, problem => fail(`scenario '${name}', ${place}: ${problem}`));
    steps.forEach((request, i) => {
      requests.push({ ...read(request, `request ${i + 1}`), scenario: name });
    });
    for (const { request, contains } of conditions) {
      waitFor.push({ request: read(request, 'waitFor'), contains });
    }
  }
  return { requests, waitFor };
}
