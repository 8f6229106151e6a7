import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  createParityIdentity,
  formatResult,
  readRequestsFile,
  runParity,
  startCommandSubject,
  type ParityIdentity,
  type ParityResult,
  type ParityRule,
  type ParitySubject,
} from 'backstage-forklift/parity';

const PLUGINS = (
  'catalog scaffolder auth proxy search techdocs permission events notifications signals ' +
  'user-settings app devtools kubernetes airbrake badges bazaar code-coverage jenkins ' +
  'nomad rollbar sonarqube tech-insights todo vault'
).split(' ');

const ECOSYSTEM = join(__dirname, 'ecosystem');
const CONFIG = '--config app-config.yaml --config peers/app-config.yaml';

function claimsOf(token: unknown): unknown {
  const [, payload = ''] = String(token).split('.');
  const { sub, ent, aud } = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}');
  return { sub, ent, aud };
}

/** Each side signs with a key of its own. */
const issuedTokenRule: ParityRule = {
  name: 'issued-token',
  reason: 'a token for the same user and audience',
  explains: ({ path, left, right }) =>
    path.endsWith('.token') && isDeepStrictEqual(claimsOf(left), claimsOf(right)),
};

/** The catalog calculates the etag of an entity from its random uid, among other things. */
const entityEtagRule: ParityRule = {
  name: 'entity-etag',
  reason: 'calculated from a random uid',
  explains: ({ path, left, right }, { pair }) =>
    path.endsWith('.metadata.etag') && pair(String(left), String(right)),
};

/** Its peer cannot be set, and is not here. */
const OUT_OF_REACH = ['rollbar'];

/** 404 is what a plugin says that is not there at all, and 5xx what it says whose own peer is not. */
const isAnswer = (status: number, plugin: string) =>
  status >= 200 && status !== 404 && (status < 500 || OUT_OF_REACH.includes(plugin));

/** What Jenkins says of a job, which stands for whatever is asked of a peer. */
const JENKINS_JOB = { name: 'website', displayName: 'Website', actions: [], lastBuild: null };

const urlOf = (address: unknown) => `http://127.0.0.1:${(address as AddressInfo).port}`;

const isDifferent = ({ verdict }: ParityResult) => verdict !== 'matched' && verdict !== 'ignored';

describe('published plugins of the new backend system', () => {
  let identity: ParityIdentity;
  const subjects: ParitySubject[] = [];
  const results: ParityResult[] = [];
  const peer = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jobs: [JENKINS_JOB] }));
  });

  async function start(backend: 'ours' | 'stock'): Promise<ParitySubject> {
    const subject = await startCommandSubject({
      name: backend,
      command: `"${process.execPath}" "${join(ECOSYSTEM, 'backend.cjs')}" ${backend} ${CONFIG}`,
      cwd: ECOSYSTEM,
      env: { ...identity.env, NODE_ENV: 'production', PEER_URL: urlOf(peer.address()) },
    });
    subjects.push(subject);
    return subject;
  }

  before(async () => {
    identity = await createParityIdentity({ userEntityRef: 'user:default/jane' });
    await once(peer.listen(0, '127.0.0.1'), 'listening');
    const began = Date.now();
    const [left, right] = await Promise.all([start('stock'), start('ours')]);
    const files = await Promise.all(
      ['requests.yaml', 'peers/requests.yaml'].map(name => readRequestsFile(join(ECOSYSTEM, name))),
    );
    const report = await runParity({
      left: left!,
      right: right!,
      identity,
      began,
      rules: [entityEtagRule, issuedTokenRule],
      requests: files.flatMap(({ requests }) => requests),
      waitFor: files.flatMap(({ waitFor }) => waitFor),
    });
    results.push(...report.results);
  });

  after(async () => {
    await Promise.all(subjects.map(subject => subject.stop()));
    await identity?.close();
    peer.close();
    console.log(`\n${results.map(result => formatResult(result)).join('\n')}\n`);
  });

  for (const plugin of PLUGINS) {
    it(`answers for ${plugin} as stock Backstage does`, () => {
      const own = results.filter(({ request }) => request.path.startsWith(`/api/${plugin}`));
      expect(own, 'no request').to.not.be.empty;
      const different = own.filter(isDifferent);
      expect(different.map(result => formatResult(result))).to.deep.equal([]);
      const statuses = own.map(({ left }) => left?.status ?? 0);
      expect(
        statuses.some(status => isAnswer(status, plugin)),
        `only ${statuses}`,
      ).to.equal(true);
    });
  }

  it('answers for the backend itself as stock Backstage does', () => {
    const own = results.filter(({ request }) =>
      PLUGINS.every(plugin => !request.path.startsWith(`/api/${plugin}`)),
    );
    expect(own).to.have.length.above(2);
    const different = own.filter(isDifferent);
    expect(different.map(result => formatResult(result))).to.deep.equal([]);
  });
});
