import type { ParityDifference } from './difference';
import type { ParityReport, ParityResult, ParityVerdict } from './report';
import { describeRequest, type ParityRequest } from './request';
import { BODY_HEADER_RULE, TRANSPORT_RULE } from './rules';

/** A sign for each verdict. */
export const VERDICT_MARKS: Record<ParityVerdict, string> = {
  matched: '=',
  ignored: '~',
  mismatched: '≠',
  missing: '∅',
};
const SHOWN_DIFFERENCES = 5;

/**
 * One line for a result, then one for each explanation, or for each of the first unexplained
 * differences, and a curl command to repeat the request.
 *
 * @param rightBaseUrl - for the curl command
 */
export function formatResult(result: ParityResult, rightBaseUrl?: string): string {
  const { request, observed, sent, verdict, left, right, differences } = result;
  const status = left?.status === right?.status ? left?.status : `${left?.status}/${right?.status}`;
  const times = observed ? '' : `  ${formatTimes(result)}`;
  const lines = [
    `${VERDICT_MARKS[verdict]} ${String(status ?? '-').padEnd(7)} ${describeRequest(request)}${times}`,
  ];
  const reasons = new Map(
    differences.flatMap(({ ignored }) => (ignored ? [[ignored.rule, ignored.reason]] : [])),
  );
  if (verdict === 'ignored') {
    reasons.delete(TRANSPORT_RULE);
    reasons.delete(BODY_HEADER_RULE);
    for (const [rule, reason] of reasons) {
      const paths = differences.filter(({ ignored }) => ignored?.rule === rule);
      lines.push(`    ignored ${rule}: ${describePaths(paths)} (${reason})`);
    }
  }
  if (verdict === 'mismatched' || verdict === 'missing') {
    const found = differences.filter(({ ignored }) => !ignored);
    for (const { part, path, left: a, right: b } of found.slice(0, SHOWN_DIFFERENCES)) {
      lines.push(`    ${part} ${path}: ${formatValue(a)} -> ${formatValue(b)}`);
    }
    if (found.length > SHOWN_DIFFERENCES) {
      lines.push(`    and ${found.length - SHOWN_DIFFERENCES} more`);
    }
    if (rightBaseUrl && !observed) {
      const repeated = sent ? { ...request, path: sent.right } : request;
      lines.push(`    repeat: ${formatCurl(repeated, rightBaseUrl)}`);
    }
  }
  return lines.join('\n');
}

/** How long both sides took. */
export function formatTimes({
  left,
  right,
  unsent,
}: Pick<ParityResult, 'left' | 'right' | 'unsent'>): string {
  if (unsent) {
    return 'not sent';
  }
  return [left, right].map(side => (side ? `${side.duration} ms` : 'no answer')).join(' / ');
}

/** The closing lines of a report: counts and the verdict. */
export function formatVerdict(report: ParityReport): string {
  const count = (verdict: ParityVerdict) =>
    report.results.filter(result => result.verdict === verdict).length;
  const parts = [
    `${count('matched')} identical`,
    `${count('ignored')} explained`,
    `${count('mismatched')} different`,
    `${count('missing')} missing`,
  ];
  if (report.stopped) {
    return `${report.results.length} requests: ${parts.join(', ')}\nSTOPPED before the last request: ${report.stopped}`;
  }
  const verdict = report.equal
    ? `EQUAL: a client cannot tell the ${report.right} backend from the ${report.left} one`
    : `DIFFERENT: a client can tell the ${report.right} backend from the ${report.left} one`;
  return `${report.results.length} requests: ${parts.join(', ')}\n${verdict}`;
}

function describePaths(differences: readonly ParityDifference[]): string {
  const [first, ...rest] = differences;
  return rest.length === 0 ? first.path : `${first.path} and ${rest.length} more`;
}

/** A value, or its beginning, in one line. */
export function formatValue(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** A shell command that repeats a request; what is secret is left to variables of the shell. */
export function formatCurl(request: ParityRequest, baseUrl: string): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const json = request.body !== undefined && typeof request.body !== 'string';
  const headers = {
    ...(request.as !== 'none' && { authorization: 'Bearer $TOKEN' }),
    ...(json && { 'content-type': 'application/json' }),
    ...request.headers,
  };
  const { webSocket, messages } = request;
  return [
    ...(webSocket ? ['npx wscat'] : [`curl -i${messages === undefined ? '' : ' -N'}`]),
    ...(request.method === 'GET' ? [] : [`-X ${request.method}`]),
    // Double quotes, so that the shell puts the token in: it is never part of a report.
    ...Object.entries(headers).map(([name, value]) =>
      value === 'Bearer $TOKEN' || /^<secret \w+>$/.test(value)
        ? `-H "${name}: ${name === 'authorization' ? 'Bearer $TOKEN' : '$SECRET'}"`
        : `-H ${quote(`${name}: ${value}`)}`,
    ),
    ...(request.body === undefined
      ? []
      : [`--data ${quote(json ? JSON.stringify(request.body) : String(request.body))}`]),
    ...(webSocket ? ['-c', quote(baseUrl.replace(/^http/, 'ws') + request.path)] : []),
    ...(webSocket ?? []).map(
      each => `-x ${quote(typeof each === 'string' ? each : JSON.stringify(each))}`,
    ),
    ...(webSocket ? [] : [quote(baseUrl + request.path)]),
  ].join(' ');
}
