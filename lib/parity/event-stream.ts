/** One message of a stream of server-sent events, as clients get it. */
export interface ServerSentEvent {
  readonly event?: string;
  readonly id?: string;
  /** A JSON value where the data is the text of one. */
  readonly data: unknown;
}

/** True for a content type of server-sent events. */
export function isEventStream(contentType = ''): boolean {
  return /^text\/event-stream\b/i.test(contentType);
}

/** The beginning of a stream up to the end of its n-th message; undefined when there are not so many yet. */
export function takeEvents(text: string, count: number): string | undefined {
  const complete = blocksOf(text).slice(0, -1);
  const ends = complete.flatMap((block, i) => (isMessage(block) ? [i + 1] : []));
  const end = ends[count - 1];
  return end === undefined ? undefined : `${complete.slice(0, end).join('\n\n')}\n\n`;
}

/**
 * Reads a stream of server-sent events. Comments, which keep a connection alive, are no messages.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function parseEvents(text: string): ServerSentEvent[] {
  return blocksOf(text).filter(isMessage).map(parseEvent);
}

function blocksOf(text: string): string[] {
  return text.replace(/\r\n?/g, '\n').split('\n\n');
}

function isMessage(block: string): boolean {
  return /^data(?::|$)/m.test(block);
}

function parseEvent(block: string): ServerSentEvent {
  const fields = block.split('\n').map(line => /^(\w+)(?:: ?(.*))?$/.exec(line));
  const valuesOf = (name: string) =>
    fields.filter(field => field?.[1] === name).map(field => field![2] ?? '');
  const [event] = valuesOf('event').slice(-1);
  const [id] = valuesOf('id').slice(-1);
  return {
    ...(event !== undefined && { event }),
    ...(id !== undefined && { id }),
    data: readData(valuesOf('data').join('\n')),
  };
}

function readData(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
