import { createHash } from 'node:crypto';
import { compareCookies } from './compare-cookies';
import { compareJson, type IsUnordered } from './compare-json';
import { compareLines } from './compare-lines';
import { SAME_JSON_VALUE, type ParityDifference } from './difference';
import { readJson, type ParityResponse } from './exchange';
import { differentSpelling } from './json-spelling';

/** Headers that describe the body and so differ only because it does. */
const BODY_HEADERS = ['content-length', 'etag', 'last-modified'];

/**
 * Lists what two answers do not have in common: status, headers, cookies by attribute, and the body:
 * JSON by structure, text by line, anything else by hash. Judges nothing; see the rules.
 *
 * @param isUnordered - tells which lists in a JSON body are compared without regard to order
 */
export function compareResponses(
  left: ParityResponse,
  right: ParityResponse,
  isUnordered?: IsUnordered,
): ParityDifference[] {
  const differences: ParityDifference[] = [];
  if (left.status !== right.status) {
    differences.push({ part: 'status', path: 'status', left: left.status, right: right.status });
  }
  const names = new Set([...Object.keys(left.headers), ...Object.keys(right.headers)]);
  names.delete('set-cookie');
  for (const name of [...names].sort()) {
    const a = joined(left.headers[name]);
    const b = joined(right.headers[name]);
    if (a !== b) {
      differences.push({ part: 'header', path: name, left: a, right: b });
    }
  }
  return [
    ...differences,
    ...compareCookies(left.headers['set-cookie'], right.headers['set-cookie']),
    ...compareBodies(left, right, isUnordered),
  ];
}

/** True for a difference that is only the shadow of a difference between the bodies. */
export function followsFromBody(difference: ParityDifference): boolean {
  return (
    difference.part === 'header' &&
    BODY_HEADERS.includes(difference.path) &&
    typeof difference.left === 'string' &&
    typeof difference.right === 'string' &&
    difference.left.startsWith('W/') === difference.right.startsWith('W/')
  );
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join('\n') : value;
}

function compareBodies(
  left: ParityResponse,
  right: ParityResponse,
  isUnordered?: IsUnordered,
): ParityDifference[] {
  if (left.body.equals(right.body)) {
    return [];
  }
  const found = compareReadable(left, right, isUnordered);
  // Bytes that are no valid text may read the same.
  return found.length > 0
    ? found
    : [bodyDifference('bytes', describeBytes(left.body), describeBytes(right.body))];
}

function compareReadable(
  left: ParityResponse,
  right: ParityResponse,
  isUnordered?: IsUnordered,
): ParityDifference[] {
  const [a, b] = [readJson(left), readJson(right)];
  if (!a || !b) {
    return isText(left) && isText(right) ? compareLines(String(left.body), String(right.body)) : [];
  }
  const found = compareJson(a.value, b.value, isUnordered);
  const [leftText, rightText] = [String(left.body), String(right.body)];
  if (found.length > 0 || leftText === rightText) {
    return found;
  }
  const spelling = differentSpelling(leftText, rightText);
  return [spelling ?? bodyDifference(SAME_JSON_VALUE, leftText, rightText)];
}

function bodyDifference(path: string, left: unknown, right: unknown): ParityDifference {
  return { part: 'body', path, left, right };
}

function describeBytes(body: Buffer): string {
  const hash = createHash('sha256').update(body).digest('hex');
  return `${body.length} bytes, sha256 ${hash.slice(0, 16)}`;
}

function isText(response: ParityResponse): boolean {
  const type = response.headers['content-type'] ?? '';
  return type === '' || /^text\/|[/+](?:json|xml|javascript|yaml|x-ndjson|graphql)\b/.test(type);
}
