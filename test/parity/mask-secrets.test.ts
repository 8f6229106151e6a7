import { expect } from 'chai';
import { createServer } from 'node:http';
import {
  formatHtmlReport,
  formatJUnitReport,
  formatResult,
  runParity,
  startServerSubject,
  type ParityReport,
  type ParityRequest,
  type ParitySubject,
} from 'backstage-forklift/parity';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0';

/** Secrets in every place of an answer, each side its own. */
const secretHeaders = (side: string) => ({
  'set-cookie': [`sid=cookie-hush-${side}; Path=/`],
  'x-api-key': `header-hush-${side}`,
  authorization: `Basic aHVzaDpodXNo-hush-${side}`,
  location: `/next?api_key=query-hush-${side}&sig=sig-hush-${side}&code=code-hush-${side}#id_token=fragment-hush-${side}`,
});
const secretMembers = (side: string) => ({
  token: `token-hush-${side}`,
  api_key: `key-hush-${side}`,
  nested: { clientSecret: `nested-hush-${side}`, list: [{ password: `list-hush-${side}` }] },
  private_key: `private-hush-${side}`,
  url: `postgresql://user:password-hush-${side}@host/tea`,
  text: `connect with password=text-hush-${side} now`,
  jwt: `${JWT}.jwt-hush-${side}`,
});
const secretLines = (side: string) =>
  [
    `password: line-hush-${side}`,
    `"access_token":"quoted-hush-${side}"`,
    `Authorization: Bearer bearer-hush-${side}`,
    `see ${JWT}.line-hush-${side}`,
  ].join('\n');

const REQUESTS: ParityRequest[] = [
  {
    method: 'POST',
    path: '/api/json?access_token=path-hush&api_key=path-hush',
    headers: {
      authorization: 'Bearer sent-hush-hush',
      cookie: 'sid=sent-hush',
      'private-token': 'hush',
    },
    body: { password: 'body-hush', note: 'token=note-hush' },
    as: 'none',
  },
  {
    method: 'POST',
    path: '/api/text',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'user=a&client_secret=form-hush',
    as: 'none',
  },
];

describe('secrets in reports', () => {
  const subjects: ParitySubject[] = [];

  after(() => Promise.all(subjects.map(subject => subject.stop())));

  async function start(side: string): Promise<ParitySubject> {
    const server = createServer((request, response) => {
      const isText = request.url!.endsWith('text');
      response.writeHead(200, {
        ...secretHeaders(side),
        'content-type': isText ? 'text/plain' : 'application/json',
      });
      response.end(isText ? secretLines(side) : JSON.stringify(secretMembers(side)));
    });
    const subject = await startServerSubject({ name: side, server });
    subjects.push(subject);
    return subject;
  }

  let report: ParityReport;

  before(async () => {
    report = await runParity({
      left: await start('old'),
      right: await start('new'),
      requests: REQUESTS,
    });
  });

  const formats: Record<string, () => string> = {
    JSON: () => JSON.stringify(report),
    JUnit: () => formatJUnitReport(report),
    HTML: () => formatHtmlReport(report),
    'the terminal': () =>
      report.results.map(result => formatResult(result, 'http://localhost:7007')).join('\n'),
  };
  for (const [name, format] of Object.entries(formats)) {
    it(`are in none of those in ${name}`, () => {
      expect(format().match(/[\w-]*hush[\w-]*/g)).to.equal(null);
    });
  }

  it('can still be seen to differ', () => {
    const found = report.results.map(({ differences }) => differences.map(({ path }) => path));
    expect(found[0]).to.include.members([
      '$.token',
      '$.nested.list[0].password',
      '$.text',
      '$.url',
    ]);
    expect(found[1]).to.include.members(['line 1', 'line 2', 'line 3', 'line 4']);
  });

  it('do not include sentences about them', async () => {
    const server = (end: string) =>
      createServer((_request, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: `Invalid token: signature verification ${end}` }));
      });
    const [left, right] = await Promise.all(
      ['failed', 'went wrong'].map(end => startServerSubject({ name: end, server: server(end) })),
    );
    subjects.push(left, right);
    const { results } = await runParity({ left, right, requests: [REQUESTS[0]] });
    const message = results[0].differences.find(({ path }) => path === '$.message')!;
    expect(message.left).to.equal('Invalid token: signature verification failed');
  });
});
