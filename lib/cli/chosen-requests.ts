import {
  isSafe,
  readHarFile,
  readRequestsFile,
  type ParityCondition,
  type ParityRequest,
} from '../parity';
import { UsageError } from './errors';

/** The requests of a comparison. */
export interface ChosenRequests {
  readonly requests: readonly ParityRequest[] | AsyncIterable<ParityRequest>;
  readonly waitFor: readonly ParityCondition[];
}

/** How requests are chosen. */
export interface RequestsChoice {
  /** Only those below this path; all without. */
  below?: string;
  /** True when a backend runs elsewhere: it knows none of our tokens, and its data are not ours to change. */
  elsewhere: boolean;
  /** Called with the number of recorded requests that were left out because they change something. */
  onLeftOut(count: number): void;
}

/**
 * Reads the requests of a YAML file, or those of a HAR file while they are sent.
 *
 * @throws UsageError when none is below the path
 */
export async function chooseRequests(
  file: string,
  choice: RequestsChoice,
): Promise<ChosenRequests> {
  if (/\.har$/i.test(file)) {
    return { requests: await recordedRequests(file, choice), waitFor: [] };
  }
  const { requests, waitFor } = await readRequestsFile(file);
  const chosen = requests.filter(request => isBelow(choice.below, request));
  if (chosen.length === 0) {
    throw noneBelow(choice.below, requests.length);
  }
  return { requests: chosen, waitFor };
}

async function recordedRequests(
  file: string,
  { below, elsewhere, onLeftOut }: RequestsChoice,
): Promise<AsyncIterable<ParityRequest>> {
  const read = () => readHarFile(file, { tokens: elsewhere ? 'recorded' : 'user' });
  // Tells about a wrong file before any backend is started.
  const trial = read();
  await trial.next();
  await trial.return(undefined);
  return (async function* () {
    let [all, chosen, leftOut] = [0, 0, 0];
    for await (const request of read()) {
      all++;
      if (!isBelow(below, request)) {
        continue;
      }
      chosen++;
      if (elsewhere && !isSafe(request)) {
        leftOut++;
      } else {
        yield request;
      }
    }
    if (chosen === 0) {
      throw noneBelow(below, all);
    }
    if (leftOut > 0) {
      onLeftOut(leftOut);
    }
  })();
}

function isBelow(below: string | undefined, { path }: ParityRequest): boolean {
  return (
    below === undefined || (path.startsWith(below) && /^[/?]?$/.test(path.charAt(below.length)))
  );
}

function noneBelow(below: string | undefined, count: number): UsageError {
  return new UsageError(`None of the ${count} requests is below ${below}`);
}
