import { expect } from 'chai';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  defineScenario,
  formatResult,
  parseRequests,
  readScenarios,
  runParity,
  urlSubject,
  type ParityRequest,
  type ParityResult,
} from 'backstage-forklift/parity';

/** A backend with tickets whose ids begin at a number, and a door that opens with a key of its own. */
function tickets(firstId: number, key: string, changed: Record<string, unknown> = {}) {
  const rows = new Map<string, object>();
  return express()
    .use(express.json())
    .post('/tickets', (req, res) => {
      const id = String(firstId + rows.size);
      rows.set(id, { id, ...req.body, ...changed });
      res.status(201).location(`/tickets/${id}`).json(rows.get(id));
    })
    .get('/tickets/:id', (req, res) => {
      const row = rows.get(req.params.id);
      res.status(row ? 200 : 404).json(row ?? { error: `No ticket ${req.params.id}` });
    })
    .get('/login', (_req, res) => res.json({ token: key, n: firstId }))
    .get('/door', (req, res) => res.json({ open: req.headers.authorization === `Bearer ${key}` }))
    .post('/echo', (req, res) => res.json(req.body));
}

describe('scenarios', () => {
  const servers: Server[] = [];

  afterEach(() => servers.splice(0).forEach(server => server.close()));

  async function serve(name: string, app: express.Express) {
    const server = app.listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return urlSubject(name, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async function compare(
    requests: readonly ParityRequest[],
    right = tickets(7000, 'right-key-xyz'),
  ): Promise<readonly ParityResult[]> {
    const { results } = await runParity({
      left: await serve('old', tickets(1000, 'left-key-abc')),
      right: await serve('new', right),
      requests,
      concurrency: 4,
    });
    return results;
  }

  const opened = defineScenario({
    name: 'a ticket is opened',
    requests: [
      {
        method: 'POST',
        path: '/tickets',
        body: { title: 'Printer' },
        capture: { id: '$.id', at: 'location' },
        expect: { status: 201, $: (ticket: { title: string }) => ticket.title === 'Printer' },
      },
      { path: '/tickets/{{id}}', expect: { '$.title': 'Printer' } },
      'GET /tickets/{{id}}?again={{ unknown }}',
      { method: 'POST', path: '/echo', body: { ids: ['{{id}}', 'no {{id}}'], at: '{{at}}' } },
    ],
  });

  it('hand each side the values that it gave itself', async () => {
    const results = await compare(readScenarios(opened, 'here').requests);
    expect(results.map(({ verdict }) => verdict)).to.eql(Array(4).fill('ignored'));
    expect(results[1].request.path).to.equal('/tickets/{{id}}');
    expect(results[1].sent).to.eql({ left: '/tickets/1000', right: '/tickets/7000' });
    expect(results[2].sent?.right).to.equal('/tickets/7000?again={{ unknown }}');
    expect(formatResult(results[1])).to.include('ignored captured-value: $.id (captured from an');
  });

  it('find what is wrong on one side, and on both', async () => {
    const { requests } = readScenarios(opened, 'here');
    const [first, second] = await compare(requests, tickets(7000, 'k', { title: 'Scanner' }));
    expect(first.verdict).to.equal('mismatched');
    expect(formatResult(first)).to.include('expectation $: {"id":"1000","title":"Printer"} -> ');
    expect(formatResult(second, 'http://new')).to.match(
      /expectation \$\.title = "Printer": "Printer" -> "Scanner"\n.*'http:\/\/new\/tickets\/7000'/s,
    );
    const [both] = await compare([{ ...requests[0], expect: { status: 200 } }]);
    expect(both.verdict).to.equal('mismatched');
    expect(formatResult(both)).to.include('expectation status = 200: 201 -> 201');
  });

  it('do not explain a captured number that became a text', async () => {
    const login: ParityRequest = { ...request('/login'), capture: { n: '$.n' } };
    const right = express().get('/login', (_req, res) => res.json({ token: 't', n: '1000' }));
    const [result] = await compare([login], right);
    expect(formatResult(result)).to.include('body $.n: 1000 -> "1000"');
  });

  it('send nothing that lacks a value, and say so, without taking the side for dead', async () => {
    const capture = { ...request('/tickets/1'), capture: { id: '$.id' } };
    const results = await compare([
      capture,
      ...Array.from({ length: 6 }, () => request('/tickets/{{id}}')),
      request('/tickets/2'),
    ]);
    expect(results).to.have.length(8);
    expect(results[1]).to.include({
      verdict: 'mismatched',
      unsent: 'the answer of the left side had nothing for {{id}}',
    });
    expect(formatResult(results[1])).to.match(/\(?GET \/tickets\/\{\{id\}\} {2}not sent\n/);
    expect(results[7].verdict).to.equal('matched');
  });

  it('keep captured secrets and those that are expected out of the report', async () => {
    const results = await compare([
      { ...request('/login'), capture: { key: '$.token' }, expect: { '$.token': 'left-key-abc' } },
      { ...request('/door?key={{key}}'), headers: { authorization: 'Bearer {{key}}' } },
    ]);
    expect(results[1].verdict).to.equal('matched');
    expect(JSON.stringify(results)).not.to.match(/left-key|right-key/);
    expect(results.map(result => formatResult(result)).join()).not.to.match(/left-key|right-key/);
  });

  it('share what they capture with no other scenario', async () => {
    const { requests } = parseRequests(
      `
scenarios:
  - name: one
    requests:
      - { method: POST, path: /tickets, body: {}, capture: { id: $.id } }
      - GET /tickets/{{id}}
  - name: two
    requests:
      - GET /tickets/{{id}}
`,
      'r.yaml',
    );
    const results = await compare(requests);
    expect(results.map(({ sent }) => sent?.left)).to.eql([undefined, '/tickets/1000', undefined]);
    expect(results[2].left?.status).to.equal(404);
  });

  const bad: Array<[value: unknown, message: RegExp]> = [
    [undefined, /^s\.ts: expected the default export to be defineScenario/],
    [{ name: 'a', requests: [] }, /^s\.ts: expected the default export/],
    [{ name: 'a', requests: ['GET'] }, /^s\.ts: scenario 'a', request 1: expected 'GET \/path'/],
    [
      [opened, { name: 'b', requests: ['GET /a', { path: '/b', capture: { id: '$[' } }] }],
      /^s\.ts: scenario 'b', request 2: expected capture to map names to paths/,
    ],
  ];
  for (const [value, message] of bad) {
    it(`refuses ${JSON.stringify(value)?.slice(-60)}`, () => {
      expect(() => readScenarios(value, 's.ts')).to.throw(message);
    });
  }
});

function request(path: string): ParityRequest {
  return { method: 'GET', path, headers: {}, as: 'none' };
}
