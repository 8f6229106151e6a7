import { ParityError } from './errors';
import { readText } from './read-text';
import type { ParityCondition, ParityPrincipal, ParityRequest } from './request';
import type { ParityExpectations } from './requests/expectations';
import { isReadablePath } from './requests/read-path';
import { parseYamlLists } from './yaml-lists';

/** The content of a requests file. */
export interface ParityRequestsFile {
  requests: ParityRequest[];
  /** What must be true on each side before the first request counts. */
  waitFor: ParityCondition[];
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PRINCIPALS: readonly unknown[] = ['user', 'service', 'none'] satisfies ParityPrincipal[];
const REQUEST_KEYS =
  'method path headers body as unordered webSocket messages capture expect'.split(' ');

/**
 * Reads a YAML file with a list `requests:` of `GET /path` lines or
 * `{ method, path, headers, body, as, unordered, webSocket, messages, capture, expect }` objects, or a list `scenarios:` of
 * `{ name, requests }`, or both, and optionally a list `waitFor:` of such objects with `contains`, a text
 * that the answer must hold before the comparison begins.
 *
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with line and column
 */
export async function readRequestsFile(file: string): Promise<ParityRequestsFile> {
  const text = await readText(file, {
    code: 'REQUESTS_UNREADABLE',
    what: 'requests file',
    fix: ". Give the path of a YAML file with a list 'requests:'",
  });
  return parseRequests(text, file);
}

/** Parses the text of a requests file; `file` is only for messages. See {@link readRequestsFile}. */
export function parseRequests(text: string, file: string): ParityRequestsFile {
  const { read, fail } = parseYamlLists(text, {
    file,
    mainKey: 'requests',
    toError: message => new ParityError('REQUESTS_INVALID', message),
  });
  const requests = [
    ...read('requests').map(([value, at]) => readRequest(value, problem => fail(at, problem))),
    ...read('scenarios').flatMap(([value, at]) =>
      readScenario(value, problem => fail(at, problem)),
    ),
  ];
  if (requests.length === 0) {
    fail(0, "expected at least one request in the list 'requests:'");
  }
  const waitFor = read('waitFor').map(([value, at]) => {
    const { contains, ...rest } = Object(value) as Record<string, unknown>;
    if (typeof contains !== 'string' || contains === '') {
      fail(at, "expected 'contains: <text>' that the answer must hold");
    }
    return {
      request: readRequest(rest, problem => fail(at, problem)),
      contains: contains as string,
    };
  });
  return { requests, waitFor };
}

function readScenario(value: unknown, fail: (problem: string) => never): ParityRequest[] {
  const { name, requests, ...rest } = Object(value) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '' || !Array.isArray(requests)) {
    return fail('expected a scenario { name: <text>, requests: <list> }');
  }
  const [unknownKey] = Object.keys(rest);
  if (unknownKey) {
    return fail(`unknown key '${unknownKey}' of scenario '${name}', expected name or requests`);
  }
  return requests.map((request, i) => ({
    ...readRequest(request, problem => fail(`scenario '${name}', request ${i + 1}: ${problem}`)),
    scenario: name,
  }));
}

/** @param fail - called with what is wrong */
export function readRequest(value: unknown, fail: (problem: string) => never): ParityRequest {
  if (typeof value === 'string') {
    const [, method, path] = /^(\S+)\s+(\S.*)$/.exec(value.trim()) ?? [];
    if (!method) {
      return fail(`expected 'GET /path', received '${value}'`);
    }
    return readRequest({ method, path }, fail);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(`expected 'GET /path' or { ${REQUEST_KEYS.join(', ')} }`);
  }
  const entry = value as Record<string, unknown>;
  const unknownKey = Object.keys(entry).find(key => !REQUEST_KEYS.includes(key));
  if (unknownKey) {
    return fail(`unknown key '${unknownKey}', expected one of ${REQUEST_KEYS.join(', ')}`);
  }
  const { method = 'GET', path, headers = {}, body, as = 'none' } = entry;
  const { unordered, webSocket, messages, capture, expect } = entry;
  if (typeof method !== 'string' || !METHODS.includes(method.toUpperCase())) {
    return fail(`unknown method '${method}', expected one of ${METHODS.join(', ')}`);
  }
  if (typeof path !== 'string' || !path.startsWith('/')) {
    return fail(`expected a path that starts with '/', received '${path}'`);
  }
  // Blanks around names of values, `{{ id }}`, are none of the address.
  if (/[^\u0021-\u00ff]/.test(path.replace(/\{\{[^}]*\}\}/g, ''))) {
    return fail(`'${path}' has characters that no address has, write them like %20`);
  }
  if (!PRINCIPALS.includes(as)) {
    return fail(`unknown principal '${as}', expected user, service or none`);
  }
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    return fail('expected headers to be a mapping of names to values');
  }
  if (unordered !== undefined && !isListOfPaths(unordered)) {
    return fail("expected unordered to be a list of paths such as '$.items'");
  }
  if (webSocket !== undefined && (!Array.isArray(webSocket) || method.toUpperCase() !== 'GET')) {
    return fail('expected webSocket to be the list of messages to send, with method GET');
  }
  if (messages !== undefined && !(Number.isInteger(messages) && Number(messages) > 0)) {
    return fail(`expected messages to be a whole number from 1, received '${messages}'`);
  }
  if (capture !== undefined && !isMapping(capture, (_name, from) => isReadablePath(from))) {
    return fail("expected capture to map names to paths in the answer, such as { id: '$.id' }");
  }
  if (expect !== undefined && !isMapping(expect, isReadablePath)) {
    return fail("expected expect to map paths to values, such as { status: 201, '$.name': tea }");
  }
  return {
    method: method.toUpperCase(),
    path,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, content]) => [name.toLowerCase(), String(content)]),
    ),
    ...(body !== undefined && { body }),
    as: as as ParityPrincipal,
    ...(unordered !== undefined && { unordered }),
    ...(webSocket !== undefined && { webSocket: webSocket as unknown[] }),
    ...(messages !== undefined && { messages: messages as number }),
    ...(capture !== undefined && { capture: capture as Record<string, string> }),
    ...(expect !== undefined && { expect: expect as ParityExpectations }),
  };
}

function isMapping(
  value: unknown,
  isEntry: (key: string, content: unknown) => boolean,
): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([key, content]) => isEntry(key, content))
  );
}

function isListOfPaths(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.every(path => typeof path === 'string' && path.startsWith('$'))
  );
}
