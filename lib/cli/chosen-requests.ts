import {
  isSafe,
  readAccessLog,
  readHarFile,
  readOpenApiFile,
  readRequestsFile,
  uniqueRequests,
  type OpenApiOperation,
  type ParityCondition,
  type ParityPrincipal,
  type ParityRequest,
  type ParityRequestsFile,
} from '../parity';
import { UsageError } from './errors';
import { loadScenario } from './load-scenario';
import { requestsFormat } from './requests-format';

/** The requests of a comparison. */
export interface ChosenRequests {
  readonly requests: readonly ParityRequest[] | AsyncIterable<ParityRequest>;
  readonly waitFor: readonly ParityCondition[];
  /** For which requests are made up. */
  readonly operations: readonly OpenApiOperation[];
}

/** How requests are chosen. */
export interface RequestsChoice {
  /** Only those below this path; all without. */
  below?: string;
  /** True when a backend runs elsewhere: it knows none of our tokens. */
  elsewhere: boolean;
  /** True when recorded requests that change something may be sent: each side has databases of its own. */
  writes: boolean;
  /** True when equal requests that change nothing are sent once. */
  unique?: boolean;
  /** In whose name requests are sent of which no file tells. */
  as: ParityPrincipal;
  /** Called with the number of recorded requests that were left out because they change something. */
  onLeftOut(count: number): void;
}

/**
 * Reads the requests of files, one after another: those of YAML files, scenarios and OpenAPI documents
 * at once, those of HAR files and logs while they are sent.
 *
 * @throws UsageError when none is below the path
 * @throws ParityError when a file is not what it should be
 */
export async function chooseRequests(
  files: readonly string[],
  choice: RequestsChoice,
): Promise<ChosenRequests> {
  const waitFor: ParityCondition[] = [];
  const operations: OpenApiOperation[] = [];
  const sources: Array<readonly ParityRequest[] | RecordedSource> = [];
  for (const file of files) {
    const format = requestsFormat(file);
    if (format === 'har' || format === 'log') {
      sources.push(await recordedSource(file, format, choice));
    } else if (format === 'openapi') {
      operations.push(...(await readOpenApiFile(file, choice.below)));
    } else {
      const read = format === 'scenario' ? loadScenario : readRequestsFile;
      const content: ParityRequestsFile = await read(file);
      waitFor.push(...content.waitFor);
      sources.push(content.requests);
    }
  }
  const requests = sources.every(Array.isArray)
    ? chooseListed(sources.flat() as ParityRequest[], choice)
    : chooseRecorded(sources, choice);
  return { requests: choice.unique ? uniqueRequests(requests) : requests, waitFor, operations };
}

/** Reads a file from its beginning. */
type RecordedSource = (onLeftOut: () => void) => AsyncGenerator<ParityRequest>;

function chooseListed(
  requests: readonly ParityRequest[],
  { below }: RequestsChoice,
): readonly ParityRequest[] {
  const chosen = requests.filter(request => isBelow(below, request));
  if (chosen.length === 0 && requests.length > 0) {
    throw noneBelow(below, requests.length);
  }
  return chosen;
}

async function* chooseRecorded(
  sources: ReadonlyArray<readonly ParityRequest[] | RecordedSource>,
  { below, writes, onLeftOut }: RequestsChoice,
): AsyncGenerator<ParityRequest> {
  let [all, chosen, leftOut] = [0, 0, 0];
  for (const source of sources) {
    const isRecorded = typeof source === 'function';
    for await (const request of isRecorded ? source(() => leftOut++) : source) {
      all++;
      if (!isBelow(below, request)) {
        continue;
      }
      chosen++;
      if (isRecorded && !writes && !isSafe(request)) {
        leftOut++;
      } else {
        yield request;
      }
    }
  }
  if (chosen === 0) {
    throw noneBelow(below, all);
  }
  if (leftOut > 0) {
    onLeftOut(leftOut);
  }
}

async function recordedSource(
  file: string,
  format: 'har' | 'log',
  { elsewhere, as }: RequestsChoice,
): Promise<RecordedSource> {
  const source: RecordedSource = onLeftOut =>
    format === 'log'
      ? readAccessLog(file, { as, onLeftOut })
      : readHarFile(file, { tokens: elsewhere ? 'recorded' : 'user', onLeftOut });
  // Tells about a wrong file before any backend is started.
  const trial = source(() => {});
  await trial.next();
  await trial.return(undefined);
  return source;
}

function isBelow(below: string | undefined, { path }: ParityRequest): boolean {
  return (
    below === undefined || (path.startsWith(below) && /^[/?]?$/.test(path.charAt(below.length)))
  );
}

function noneBelow(below: string | undefined, count: number): UsageError {
  return new UsageError(`None of the ${count} requests is below ${below}`);
}
