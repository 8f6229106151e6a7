import { createHmac, randomBytes } from 'node:crypto';
import type { ParityDifference } from './difference';
import type { ParityRequest } from './request';

const SECRET_WORDS =
  'cookie|token|secret|passw(?:or)?d|passphrase|credential|(?:api|access|account|private|shared|signing|encryption)[-_]?key';
const SECRET_NAME = new RegExp(`^(?:proxy-)?authorization$|${SECRET_WORDS}|^(?:pwd|sid|jwt)$`, 'i');
/** The lengths keep texts that look like the beginning of a secret everywhere from taking forever. */
const TOKEN = /\beyJ[\w-]{1,1024}\.[\w-]+\.[\w-]*|\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const QUERY_SECRET = new RegExp(
  `([?&#](?:[^=&\\s]{0,100}(?:${SECRET_WORDS}|signature)[^=&\\s]{0,100}|code|jwt|key|pwd|sig)=)[^&#\\s"'<>]+`,
  'gi',
);
/** `https://user:password@host` */
const URL_PASSWORD = /(:\/\/[^\s:@/?#]{0,200}:)[^\s@/?#]{1,200}(?=@)/g;
/**
 * `token: abc`, `"password":"abc"`, `secret=abc`, only from the beginning of a word: a text may be one long
 * word. Not `Invalid token: signature verification failed`: what follows is a sentence.
 */
const ASSIGNMENT =
  /(?<![\w-])([\w-]+)("?\s*[:=]\s*"?)(?!(?<=: )[a-z]+ [a-z])((?:\\.|[^"\s&,;})<\\])+)/gi;

/** `?sig=a` is the shortest that is found. */
const SHORTEST_SECRET = 6;
const SECRET_IN_TEXT = new RegExp(`${SECRET_WORDS}|authorization|pwd|sid|jwt`, 'i');

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
    path: maskAddress(request.path),
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
  if (value instanceof Uint8Array) {
    return `<${value.length} bytes>`;
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

/** A text without tokens, passwords and what else is named as a secret. */
export function maskText(text: string): string {
  const masked = maskAddress(text);
  return SECRET_IN_TEXT.test(masked)
    ? masked.replace(ASSIGNMENT, (whole, name: string, sign: string, value: string) =>
        SECRET_NAME.test(name) ? `${name}${sign}${mask(value)}` : whole,
      )
    : masked;
}

/** An address, or the path and query of one, without tokens and passwords. */
export function maskAddress(text: string): string {
  return text.length < SHORTEST_SECRET
    ? text // Most texts of answers are.
    : text
        .replace(TOKEN, secret => mask(secret))
        .replace(QUERY_SECRET, '$1<secret>')
        .replace(URL_PASSWORD, '$1<secret>');
}
