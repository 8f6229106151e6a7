import { escapeHtml } from './escape-html';
import { formatResult } from './format-report';
import type { ParityReport, ParityResult } from './report';
import { describeRequest } from './request';

/**
 * A report in the XML of JUnit, which CI systems show: a test case for each request, failed where the
 * answers differ without an explanation.
 */
export function formatJUnitReport(report: ParityReport): string {
  const { left, right, began, results, stopped } = report;
  const failures = results.filter(isFailure).length;
  const suite = attributes({
    name: `${right} backend against ${left} backend`,
    tests: results.length + (stopped ? 1 : 0),
    failures,
    ...(stopped && { errors: 1 }),
    timestamp: began,
    time: seconds(results.reduce((sum, result) => sum + durationOf(result), 0)),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite ${suite}>`,
    ...results.map(formatTestCase),
    ...(stopped ? [formatStop(stopped)] : []),
    '</testsuite></testsuites>',
    '',
  ].join('\n');
}

function formatTestCase(result: ParityResult): string {
  const { request, verdict } = result;
  const [, ...details] = formatResult(result).split('\n');
  const text = escapeXml(details.map(line => line.trim()).join('\n'));
  const open = `<testcase ${attributes({
    classname: request.path.split(/[?#]/)[0].split('/').slice(0, 3).join('/'),
    name: describeRequest(request),
    time: seconds(durationOf(result)),
  })}>`;
  if (isFailure(result)) {
    const failure = attributes({ type: verdict, message: details[0]?.trim() ?? verdict });
    return `${open}<failure ${failure}>${text}</failure></testcase>`;
  }
  return details.length > 0
    ? `${open}<system-out>${text}</system-out></testcase>`
    : `${open}</testcase>`;
}

/** What was not sent can not have passed. */
function formatStop(stopped: string): string {
  const message = attributes({ type: 'stopped', message: stopped });
  return `<testcase ${attributes({ classname: 'parity', name: 'all other requests' })}><error ${message}/></testcase>`;
}

function isFailure({ verdict }: ParityResult): boolean {
  return verdict === 'mismatched' || verdict === 'missing';
}

/** What the new side took; milliseconds. */
function durationOf({ right }: ParityResult): number {
  return right?.duration ?? 0;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ');
}

function escapeXml(text: string): string {
  // XML has no way to write these.
  return escapeHtml(
    text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd'),
  );
}
