import { SAME_JSON_VALUE, memberPath, type ParityDifference } from './difference';
import type { ParityResponse } from './exchange';

/** Headers that describe the body and so differ only because it does. */
const BODY_HEADERS = ['content-length', 'etag', 'last-modified'];

/**
 * Lists what two answers do not have in common: status, headers, and the body: JSON by structure, text
 * by line, anything else byte by byte. Judges nothing; see the rules.
 */
export function compareResponses(left: ParityResponse, right: ParityResponse): ParityDifference[] {
  const differences: ParityDifference[] = [];
  if (left.status !== right.status) {
    differences.push({ part: 'status', path: 'status', left: left.status, right: right.status });
  }
  const names = new Set([...Object.keys(left.headers), ...Object.keys(right.headers)]);
  for (const name of [...names].sort()) {
    const a = joined(left.headers[name]);
    const b = joined(right.headers[name]);
    if (a !== b) {
      differences.push({ part: 'header', path: name, left: a, right: b });
    }
  }
  return [...differences, ...compareBodies(left, right)];
}

/** True for a difference that is only the shadow of a difference between the bodies. */
export function followsFromBody(difference: ParityDifference): boolean {
  return (
    difference.part === 'header' &&
    BODY_HEADERS.includes(difference.path) &&
    difference.left !== undefined &&
    difference.right !== undefined
  );
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join('\n') : value;
}

function compareBodies(left: ParityResponse, right: ParityResponse): ParityDifference[] {
  if (left.body.equals(right.body)) {
    return [];
  }
  const a = readJson(left);
  const b = readJson(right);
  const differences: ParityDifference[] = [];
  if (a && b) {
    compareValues('$', a.value, b.value, differences);
    if (differences.length === 0) {
      return [bodyDifference(SAME_JSON_VALUE, String(left.body), String(right.body))];
    }
    return differences;
  }
  if (isText(left) && isText(right)) {
    const leftLines = String(left.body).split('\n');
    const rightLines = String(right.body).split('\n');
    for (let i = 0; i < Math.max(leftLines.length, rightLines.length); i++) {
      if (leftLines[i] !== rightLines[i]) {
        differences.push(bodyDifference(`line ${i + 1}`, leftLines[i], rightLines[i]));
      }
    }
    return differences;
  }
  return [bodyDifference('bytes', `${left.body.length} bytes`, `${right.body.length} other bytes`)];
}

function compareValues(path: string, left: unknown, right: unknown, found: ParityDifference[]) {
  if (Object.is(left, right)) {
    return;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      compareValues(`${path}[${i}]`, left[i], right[i], found);
    }
  } else if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compareValues(memberPath(path, key), left[key], right[key], found);
    }
  } else {
    found.push(bodyDifference(path, left, right));
  }
}

function bodyDifference(path: string, left: unknown, right: unknown): ParityDifference {
  return { part: 'body', path, left, right };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(response: ParityResponse): { value: unknown } | undefined {
  if (!/[/+]json\b/.test(response.headers['content-type'] ?? '')) {
    return undefined;
  }
  try {
    return { value: JSON.parse(String(response.body)) };
  } catch {
    // Labelled JSON but is not: compared as text.
    return undefined;
  }
}

function isText(response: ParityResponse): boolean {
  const type = response.headers['content-type'] ?? '';
  return type === '' || /^text\/|[/+](?:json|xml|javascript|yaml|x-ndjson)\b/.test(type);
}
