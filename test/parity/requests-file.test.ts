import { expect } from 'chai';
import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseRequests, readRequestsFile, runParity } from 'backstage-forklift/parity';
import { useSubjects } from './use-subjects';

describe('a request with bytes', () => {
  const serve = useSubjects();

  it('sends them as they are', async () => {
    const seen: Buffer[] = [];
    const keep: RequestListener = async (request, response) => {
      seen.push(await buffer(request));
      response.end();
    };
    const text = `requests:
      - { method: POST, path: /logo, headers: { content-type: image/png }, body: !!binary iVBORw0KGgD/ }`;
    const { requests } = parseRequests(text, 'here');
    const { results } = await runParity({
      left: await serve('old', keep),
      right: await serve('new', keep),
      requests,
    });
    expect(seen.map(each => each.toString('base64'))).to.eql(['iVBORw0KGgD/', 'iVBORw0KGgD/']);
    expect(results[0].request.body).to.equal('<9 bytes>');
  });
});

describe('parseRequests', () => {
  it('reads lines and objects', () => {
    const { requests, waitFor } = parseRequests(
      `
requests:
  - GET /api/catalog/entities?limit=1
  - { method: post, path: /api/x, headers: { X-Own: 1 }, body: { a: [1] }, as: user }
  - { path: /api/y, unordered: [$.items] }
waitFor:
  - { path: /api/catalog/entities, as: service, contains: guest }
`,
      'requests.yaml',
    );
    expect(requests).to.eql([
      { method: 'GET', path: '/api/catalog/entities?limit=1', headers: {}, as: 'none' },
      {
        method: 'POST',
        path: '/api/x',
        headers: { 'x-own': '1' },
        body: { a: [1] },
        as: 'user',
      },
      { method: 'GET', path: '/api/y', headers: {}, as: 'none', unordered: ['$.items'] },
    ]);
    expect(waitFor).to.eql([
      {
        request: { method: 'GET', path: '/api/catalog/entities', headers: {}, as: 'service' },
        contains: 'guest',
      },
    ]);
  });

  const bad: Array<[text: string, message: string]> = [
    ['requests: [GET /a', 'r.yaml:1:18: Flow sequence in block collection must be sufficiently'],
    ['- GET /a', "r.yaml:1:1: expected a mapping with a list 'requests:'"],
    ['', "r.yaml:1:1: expected a mapping with a list 'requests:'"],
    ['requests: GET /a', "r.yaml:1:11: expected 'requests:' to be a list"],
    ['requests: []', 'r.yaml:1:1: expected at least one request'],
    ['requests:\n  - GET /a\n  - GET', "r.yaml:3:5: expected 'GET /path', received 'GET'"],
    ['requests:\n  - FETCH /a', "r.yaml:2:5: unknown method 'FETCH', expected one of GET"],
    ['requests:\n  - GET a', "r.yaml:2:5: expected a path that starts with '/', received 'a'"],
    ['requests:\n  - { path: /a, as: admin }', "r.yaml:2:5: unknown principal 'admin'"],
    ['requests:\n  - { path: /a, url: b }', "r.yaml:2:5: unknown key 'url'"],
    ['requests:\n  - 5', "r.yaml:2:5: expected 'GET /path' or {"],
    ['requests:\n  - { path: /a, headers: [1] }', 'r.yaml:2:5: expected headers to be a mapping'],
    [
      'requests:\n  - { path: /a, unordered: items }',
      'r.yaml:2:5: expected unordered to be a list',
    ],
    [
      'requests:\n  - { path: /a, capture: { id: "$[" } }',
      'r.yaml:2:5: expected capture to map names to paths in the answer',
    ],
    ['requests:\n  - { path: /a, expect: 200 }', 'r.yaml:2:5: expected expect to map paths to'],
    ['scenarios:\n  - GET /a', 'r.yaml:2:5: expected a scenario { name: <text>, requests: <list>'],
    [
      'scenarios:\n  - { name: a, requests: [GET a] }',
      "r.yaml:2:5: scenario 'a', request 1: expected a path that starts with '/'",
    ],
    [
      'requests:\n  - GET /a\nwaitFor:\n  - GET /a',
      "r.yaml:4:5: expected 'contains: <text>' that the answer must hold",
    ],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      let error: Error | undefined;
      try {
        parseRequests(text, 'r.yaml');
      } catch (caught) {
        error = caught as Error;
      }
      expect(error?.name).to.equal('ParityError');
      expect(error?.message.startsWith(message), error?.message).to.equal(true);
    });
  }

  it('names a file that cannot be read', async () => {
    await readRequestsFile('does-not-exist.yaml').then(
      () => expect.fail('expected a rejection'),
      error => {
        expect(error.code).to.equal('REQUESTS_UNREADABLE');
        expect(error.message).to.include("'does-not-exist.yaml' (ENOENT)");
      },
    );
  });
});
