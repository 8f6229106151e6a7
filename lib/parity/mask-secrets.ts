import { createHmac, randomBytes } from 'node:crypto';
import type { ParityDifference } from './difference';
import type { ParityRequest } from './request';

const SECRET_NAME =
  /^(?:proxy-)?authorization$|cookie|token|secret|password|passwd|credential|api-?key/i;
/** The lengths keep texts that look like the beginning of a secret everywhere from taking forever. */
const TOKEN = /\beyJ[\w-]{1,1024}\.[\w-]+\.[\w-]*|\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const QUERY_SECRET =
  /([?&][^=&\s]{0,100}(?:token|secret|password|api-?key|signature)[^=&\s]{0,100}=)[^&#\s"'<>]+/gi;

/** `eyJ` with two dots is the shortest that is found. */
const SHORTEST_SECRET = 7;

/** Equal secrets have equal masks, but only within one process. */
const key = randomBytes(16);

/** What stands for a secret. */
export function mask(secret: string): string {
  return `<secret ${createHmac('sha256', key).update(secret).digest('hex').slice(0, 6)}>`;
}

/** True for the name of a header, a member or a parameter whose value is kept out of reports. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** True for a text in which something is masked. */
export function isMasked(text: string): boolean {
  return /<secret(?: \w+)?>/.test(text);
}

/** A request as reports show it: without credentials in headers, query or body. */
export function maskRequest(request: ParityRequest): ParityRequest {
  return {
    ...request,
    path: maskText(request.path),
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        SECRET_NAME.test(name) ? mask(value) : maskText(value),
      ]),
    ),
    ...(request.body !== undefined && { body: maskValue('', request.body) }),
    ...(request.webSocket && { webSocket: maskValue('', request.webSocket) as unknown[] }),
    ...(request.expect && { expect: maskValue('', request.expect) as ParityRequest['expect'] }),
  };
}

/** A difference as reports show it: that secrets differ can be seen, but not what they are. */
export function maskDifference(difference: ParityDifference): ParityDifference {
  const { part, path, left, right } = difference;
  const place = part === 'expectation' ? path.split(' = ')[0] : path;
  const name = part === 'header' ? secretHeader(path) : lastMember(place);
  return { ...difference, left: maskValue(name, left), right: maskValue(name, right) };
}

/** The value of a cookie is a secret, its attributes are not. */
function secretHeader(path: string): string {
  return /^set-cookie \S* \S+$/.test(path) ? '' : path;
}

function lastMember(path: string): string {
  return /([^.[\]"]*)"?\]?$/.exec(path)?.[1] ?? '';
}

/** A JSON value without secrets; `name` is what it is called. */
export function maskValue(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    return SECRET_NAME.test(name) ? mask(value) : maskText(value);
  }
  if (Array.isArray(value)) {
    return value.map(element => maskValue(name, element));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([member, content]) => [member, maskValue(member, content)]),
    );
  }
  return value;
}

/** A text without tokens. */
export function maskText(text: string): string {
  if (text.length < SHORTEST_SECRET) {
    return text; // Most texts of answers are.
  }
  return text.replace(TOKEN, secret => mask(secret)).replace(QUERY_SECRET, '$1<secret>');
}
