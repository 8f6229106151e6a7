import { reachSubject, startCommandSubject, urlSubject, type ParitySubject } from '../parity';

/** One side of a comparison: where it runs, or how it is started. */
export type BackendSpec = { name: string } & (
  { url: string; ca?: string } | { command: string; cwd: string; env?: NodeJS.ProcessEnv }
);

/**
 * Starts backends side by side. When one does not start, the others are stopped.
 *
 * @param onReady - called with each backend as soon as it answers
 * @throws ParityError SUBJECT_NOT_STARTED or SUBJECT_UNREACHABLE
 */
export async function startBackends(
  specs: readonly BackendSpec[],
  signal: AbortSignal,
  onReady: (subject: ParitySubject) => void = () => {},
): Promise<ParitySubject[]> {
  const oneFailed = new AbortController();
  const starts = specs.map(async spec => {
    try {
      const subject = await start(spec, AbortSignal.any([signal, oneFailed.signal]));
      onReady(subject);
      return subject;
    } catch (error) {
      oneFailed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(starts);
  const started = settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
  if (started.length < specs.length) {
    await Promise.all(started.map(subject => subject.stop()));
    signal.throwIfAborted();
    oneFailed.signal.throwIfAborted();
  }
  return started;
}

async function start(spec: BackendSpec, signal: AbortSignal): Promise<ParitySubject> {
  if (!('url' in spec)) {
    return await startCommandSubject({ ...spec, signal });
  }
  const subject = urlSubject(spec.name, spec.url, spec.ca);
  await reachSubject(subject, signal);
  return subject;
}
