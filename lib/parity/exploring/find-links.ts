import type { ParityResponse } from '../exchange';

const MAX_LINKS = 50;

/** Paths within the backend that an answer links to: in `location`, `link`, and texts of a JSON body. */
export function findLinks({ headers }: ParityResponse, json: unknown): string[] {
  const found = new Set<string>();
  const add = (text: string) => {
    // Of the address of a side only the path is the same on both.
    const path = text.replace(/^https?:\/\/(?:localhost|127\.0\.0\.1):\d+(?=\/)/, '');
    if (found.size < MAX_LINKS && /^\/[\w.~%@:/-]+(?:\?\S*)?$/.test(path)) {
      found.add(path);
    }
  };
  if (headers.location) {
    add(headers.location);
  }
  for (const [, target] of String(headers.link ?? '').matchAll(/<([^>]+)>/g)) {
    add(target);
  }
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      add(value);
    } else if (typeof value === 'object' && value !== null) {
      Object.values(value).forEach(visit);
    }
  };
  visit(json);
  return [...found];
}
